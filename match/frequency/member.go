package frequency

import (
	"encoding/hex"
	"errors"
	"fmt"

	"mandorla/crypto/elgamal"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// A member is one member's part of a run.
type member struct {
	match.Config
	g      *match.Circle
	keys   *elgamal.Keys // its secret of the joint key
	shares *shares
	joint  elgamal.Public
	trip   *ring.Trip
	hop    int // of the way back
	list   *returning
	rest   match.Outcome
}

func newMember(c match.Config, key *ristretto.Key, keys *elgamal.Keys) (match.Machine, error) {
	m := &member{Config: c, g: c.Circle, keys: keys, shares: newShares(c)}
	if err := m.shares.enter(m.g.Party, keys); err != nil {
		return nil, err
	}
	var err error
	m.trip, err = ring.NewTrip(c, key, ring.Burden{Schema: sealedSchema, Load: m.load, Renew: m.renew}, m.share)
	if err != nil {
		return nil, err
	}
	return match.NewPhases(m.pass(1), func() (match.Outcome, error) { return m.rest, nil }, m.close), nil
}

func (m *member) close() error {
	err := errors.Join(m.trip.Close(), m.list.close())
	m.keys.Wipe()
	return err
}

// last is the hop at which all members' shares are known, and at which a list comes
// to the last member before its owner.
func (m *member) last() int { return len(m.g.Caps) - 1 }

// pass passes the members' shares of the joint key round the ring.
//
//	-> KEYS to the next, <- KEYS of the one before
func (m *member) pass(hop int) *match.Phase {
	arriving := m.g.Before(m.g.Party, hop)
	return &match.Phase{
		Name: fmt.Sprintf("shares %d", hop), Kind: wire.KindKeys, Level: uint8(hop),
		Out: func() (wire.Frame, error) {
			return m.shares.frame(m.g.Before(m.g.Party, hop-1), wire.KindKeys, hop), nil
		},
		In: func(f wire.Frame) error { return m.shares.take(arriving, f) },
		Then: func() (*match.Phase, error) {
			if hop < m.last() {
				return m.pass(hop + 1), nil
			}
			return m.begin()
		},
	}
}

// begin is where the tables set out. The proofs of the ring's keys are bound to the
// joint key, so that all members have the same.
func (m *member) begin() (*match.Phase, error) {
	var err error
	if m.joint, err = m.shares.joint(); err != nil {
		return nil, err
	}
	return m.trip.Begin(" of " + hex.EncodeToString(m.joint.Bytes())), nil
}

// load is what this member's own rows carry: their numbers, twice.
func (m *member) load(sealed []byte, numbers []uint64) error {
	values := make([]int64, len(numbers))
	for i, n := range numbers {
		values[i] = 2 * int64(n)
	}
	return m.joint.Encrypt(sealed, values)
}

// renew puts the numbers of others' rows under fresh randomness.
func (m *member) renew(sealed []byte) error { return m.joint.Rerandomise(sealed) }

// share shows the combiner this member's share of the joint key.
//
//	-> SHARE to the combiner
func (m *member) share() (*match.Phase, error) {
	f := m.shares.frame(m.g.Party, wire.KindShare, m.g.Party)
	return &match.Phase{Name: "share", Out: func() (wire.Frame, error) { return f, nil }, Then: m.back}, nil
}

// back is a hop of the way back: a list comes from the combiner.
//
//	<- BACK*
func (m *member) back() (*match.Phase, error) {
	m.hop++
	owner := m.g.Before(m.g.Party, m.hop)
	list, err := m.newReturning(owner)
	if err != nil {
		return nil, err
	}
	m.list = list
	ph := &match.Phase{Name: fmt.Sprintf("back %d", m.hop), Kind: wire.KindBack, Level: uint8(m.g.Party), In: list.add, Then: m.forth}
	if owner == m.g.Party {
		ph.Then = m.find
	}
	return ph, nil
}

// forth is the list's way on, without this member's share.
//
//	-> BACK*
func (m *member) forth() (*match.Phase, error) {
	next, err := m.list.end()
	if err != nil {
		return nil, err
	}
	send, err := next.Framer(wire.KindBack, uint8(m.g.Party), sealedSchema)
	if err != nil {
		return nil, err
	}
	return &match.Phase{Name: fmt.Sprintf("forth %d", m.hop), Out: send.Next, Then: func() (*match.Phase, error) {
		if err := m.list.close(); err != nil {
			return nil, err
		}
		return m.back()
	}}, nil
}

// find is the end: what came back says which rows to remove.
func (m *member) find() (*match.Phase, error) {
	struck, err := m.list.numbers(m.trip.Rows())
	m.rest = match.NewRest(struck)
	return nil, err
}
