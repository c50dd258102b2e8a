package dh

import (
	"errors"
	"fmt"

	"mandorla/crypto/dleq"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/wire"
)

// A Session is one party's key and sets in one run. It is used from the
// machine's goroutine alone.
type Session struct {
	match.Config
	Ours   *Ours
	Theirs *Theirs

	key  *ristretto.Key
	peer [32]byte // the peer's public key
}

// NewSession draws the run's key and makes room for both sets; set is the
// columns of this node's. The machine that owns the session closes it.
func NewSession(c match.Config, set wire.Schema) (*Session, error) { return NewLaden(c, set, 0) }

// NewLaden is [NewSession] with a set whose rows are laden with so many bytes
// each, behind the columns, that stay at home ([Ours.Loads]).
func NewLaden(c match.Config, set wire.Schema, load int) (*Session, error) {
	s := &Session{Config: c, key: ristretto.NewKey()}
	var err error
	if s.Ours, err = newOurs(c, s.key, set, load); err != nil {
		return nil, err
	}
	s.Theirs = newTheirs(c, s.key)
	return s, nil
}

// Close ends what is under way, wipes the key and gives back the storage.
func (s *Session) Close() error {
	err := errors.Join(s.Ours.close(), s.Theirs.close())
	s.key.Wipe()
	return err
}

// Share is the memory that a sort or a join may take of the run's budget; no
// more than three go on at a time, and five in a run of an epoch.
func Share(c match.Config) int64 { return max(c.Budget/8, 1<<12) }

// Buffer is the memory that a list may take: it is written and read in order,
// which storage does as well.
func Buffer(c match.Config) int64 { return max(c.Budget/64, 1<<12) }

// KeysSchema is the columns of KEYS: the public key and its proof of knowledge.
var KeysSchema = wire.Schema{{Name: "y", Type: wire.FSB32}, {Name: "pok", Type: wire.FSB64}}

// Keys is the phase in which both sides show the public half of their key and
// prove that they hold the other half (V18).
//
//	<-> KEYS
func (s *Session) Keys(then func() (*match.Phase, error)) *match.Phase {
	return &match.Phase{
		Name: "keys", Kind: wire.KindKeys,
		Out: func() (wire.Frame, error) { return KeysFrame(s.key, s.SID, s.Role) },
		In: func(f wire.Frame) error {
			y, err := CheckKeys(f, s.SID, s.Role.Other())
			if err == nil && y == s.key.Public() {
				err = match.ErrReflect
			}
			s.peer = y
			return err
		},
		Then: then,
	}
}

// KeysFrame is the KEYS message of the party in this role.
func KeysFrame(k *ristretto.Key, sid [32]byte, role match.Role) (wire.Frame, error) {
	y := k.Public()
	proof, err := dleq.ProveKey(k, sid, role.String())
	if err != nil {
		return wire.Frame{}, err
	}
	return wire.Frame{Kind: wire.KindKeys, Last: true, Rows: 1, Columns: [][]byte{y[:], proof[:]}}, nil
}

// CheckKeys is the public key of a KEYS message, once its proof holds (V18).
func CheckKeys(f wire.Frame, sid [32]byte, role match.Role) (y [32]byte, err error) {
	if f.Rows != 1 || !f.Last {
		return y, match.ErrCount
	}
	copy(y[:], f.Columns[0])
	var proof [64]byte
	copy(proof[:], f.Columns[1])
	if err := dleq.VerifyKey(y, sid, role.String(), proof); err != nil {
		return y, errors.Join(match.ErrProof, err)
	}
	return y, nil
}

// Blind is the phase that takes in this node's rows.
func (s *Session) Blind(then func() (*match.Phase, error)) *match.Phase {
	take := func(b match.Batch) error { return s.Ours.Take(b, nil) }
	return &match.Phase{Name: "blind", Own: take, Then: func() (*match.Phase, error) {
		if err := s.Ours.seal(); err != nil {
			return nil, err
		}
		return then()
	}}
}

// Sets is the phase in which the blinded sets cross.
//
//	<-> SET*
func (s *Session) Sets(then func() (*match.Phase, error)) (*match.Phase, error) {
	send, err := s.Ours.framer()
	if err != nil {
		return nil, err
	}
	return &match.Phase{
		Name: "set", Kind: wire.KindSet,
		Out: send.Next,
		In:  s.Theirs.add,
		Then: func() (*match.Phase, error) {
			if err := s.Theirs.check(s.Ours); err != nil {
				return nil, err
			}
			return then()
		},
	}, nil
}

// ElementSchema is one column of elements a level: u0, u1, …
func ElementSchema(levels int) (s wire.Schema) {
	for l := range levels {
		s = append(s, wire.Column{Name: fmt.Sprintf("u%d", l), Type: wire.FSB32})
	}
	return s
}
