package frequency

import (
	"errors"
	"fmt"

	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// A combiner decides who keeps which contact, and carries the lists back. It keeps
// the lists of a run in this node's temporary storage, and no result.
type combiner struct {
	match.Config
	g      *match.Circle
	lists  *ring.Lists
	shares *shares
	joint  elgamal.Public
	hop    int
	back   []*carried // by owner: the lists on their way
}

func newCombiner(c match.Config) (match.Machine, error) {
	if err := checkRule(c.Circle); err != nil {
		return nil, err
	}
	m := &combiner{Config: c, g: c.Circle, lists: ring.NewLists(c, ring.Burden{Schema: sealedSchema}), shares: newShares(c)}
	first := m.lists.Begin(m.hear)
	first.Ahead = wire.KindShare
	return match.NewPhases(first, func() (match.Outcome, error) { return match.Nothing{}, nil }, m.close), nil
}

func (m *combiner) close() error {
	err := m.lists.Close()
	for _, l := range m.back {
		err = errors.Join(err, l.close())
	}
	return err
}

// hear is the phase in which the members show their shares of the joint key.
//
//	<- SHARE of each member
func (m *combiner) hear() (*match.Phase, error) {
	take := func(f wire.Frame) error { return m.shares.take(int(f.Level), f) }
	return &match.Phase{Name: "share", Kind: wire.KindShare, Senders: len(m.g.Caps), In: take, Then: m.decide}, nil
}

// decide says of every contact on too many lists who removes it, and makes the
// lists that go back.
func (m *combiner) decide() (_ *match.Phase, err error) {
	if m.joint, err = m.shares.joint(); err != nil {
		return nil, err
	}
	struck, err := m.strike()
	if err != nil {
		return nil, err
	}
	for owner := range m.g.Caps {
		l, err := m.sealed(owner, struck[owner])
		if err != nil {
			return nil, err
		}
		m.back = append(m.back, l)
	}
	return m.send(0)
}

// strike is, by member, the places in its list of the tags that it loses.
func (m *combiner) strike() ([]*column.Bits, error) {
	struck, at := make([]*column.Bits, len(m.g.Caps)), make([]uint64, len(m.g.Caps))
	for i := range struck {
		struck[i] = new(column.Bits)
	}
	err := m.lists.Overlaps(func(held uint32) error {
		lose := held &^ keep(m.g, held)
		for i := range at {
			if lose&(1<<i) != 0 {
				struck[i].Set(at[i])
			}
			at[i] += uint64(held >> i & 1)
		}
		return nil
	})
	return struck, err
}

// sealed is a member's list as it sets out: what its rows to remove carry, and zeros
// in place of all others, none of it as it came.
func (m *combiner) sealed(owner int, struck *column.Bits) (*carried, error) {
	table, err := ring.NewTable(m.Config, sealedWidth, elgamal.Size, m.g.Caps[owner])
	if err != nil {
		return nil, err
	}
	at := uint64(0)
	err = dh.Each(m.lists.Burdens(owner), func(rows []byte) error {
		sealed, err := m.replaced(rows, at, struck)
		at += uint64(len(rows) / sealedWidth)
		if err != nil {
			return err
		}
		if m.Progress != nil {
			m.Progress(fmt.Sprintf("seal %d", owner), at, m.g.Caps[owner])
		}
		return table.Add(sealed)
	})
	if err != nil {
		return nil, errors.Join(err, table.Close())
	}
	return &carried{table: table, arriving: newArriving(m.g.Caps[owner])}, nil
}

// replaced is some ciphertexts, the first of which stands at a place, with zeros for
// those that are not struck. Those are looked at too: a run that a spoiled row ends
// only where it is struck would tell who spoiled it that it is.
func (m *combiner) replaced(rows []byte, at uint64, struck *column.Bits) ([]byte, error) {
	if err := m.joint.Check(rows); err != nil {
		return nil, pointError(err)
	}
	n := len(rows) / sealedWidth
	out := make([]byte, len(rows))
	if err := m.joint.Encrypt(out, make([]int64, n)); err != nil {
		return nil, err
	}
	var some []byte
	var places []int
	for i := range n {
		if struck.Get(at + uint64(i)) {
			some, places = append(some, rows[i*sealedWidth:][:sealedWidth]...), append(places, i)
		}
	}
	if err := m.joint.Rerandomise(some); err != nil {
		return nil, pointError(err)
	}
	for i, place := range places {
		copy(out[place*sealedWidth:][:sealedWidth], some[i*sealedWidth:])
	}
	return out, nil
}

// send is a hop of the way back: every member gets the list that is its turn, one
// member after the other.
//
//	-> BACK* to each member
func (m *combiner) send(to int) (*match.Phase, error) {
	if to == 0 {
		m.hop++
	}
	if to == len(m.g.Caps) {
		return m.fetch()
	}
	owner := m.g.Before(to, m.hop)
	f, err := m.back[owner].framer(uint8(to))
	if err != nil {
		return nil, err
	}
	return &match.Phase{Name: fmt.Sprintf("back %d", m.hop), Out: f.Next, Then: func() (*match.Phase, error) {
		if err := m.back[owner].close(); err != nil {
			return nil, err
		}
		return m.send(to + 1)
	}}, nil
}

// fetch takes in the lists that the members have taken their shares off.
//
//	<- BACK* of each member
func (m *combiner) fetch() (*match.Phase, error) {
	if m.hop == len(m.g.Caps) {
		return nil, nil
	}
	for owner, rows := range m.g.Caps {
		m.back[owner] = newCarried(m.Config, rows)
	}
	add := func(f wire.Frame) error { return m.back[m.g.Before(int(f.Level), m.hop)].add(f) }
	return &match.Phase{Name: fmt.Sprintf("forth %d", m.hop), Kind: wire.KindBack, Senders: len(m.g.Caps), In: add,
		Then: func() (*match.Phase, error) { return m.send(0) }}, nil
}
