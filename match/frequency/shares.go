package frequency

import (
	"errors"
	"fmt"

	"mandorla/crypto/dleq"
	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/wire"
)

// Shares are the members' public keys that make the joint one, as far as they are
// known, each with its proof.
type shares struct {
	sid    [32]byte
	keys   []elgamal.Public
	frames []wire.Frame // as they were sent
}

func newShares(c match.Config) *shares {
	n := len(c.Circle.Caps)
	return &shares{c.SID, make([]elgamal.Public, n), make([]wire.Frame, n)}
}

// place is what the proof of a member's share is bound to, beside the run.
func (s *shares) place(member int) string { return fmt.Sprintf("share %d", member) }

// enter makes the frame of this member's own share.
func (s *shares) enter(member int, keys *elgamal.Keys) error {
	key, err := keys.ExposeKeyForProofs(0)
	if err != nil {
		return err
	}
	defer key.Wipe()
	proof, err := dleq.ProveKey(key, s.sid, s.place(member))
	if err != nil {
		return err
	}
	s.keys[member] = keys.Public()
	s.frames[member] = wire.Frame{Last: true, Rows: 1, Columns: [][]byte{keys.Public().Bytes(), proof[:]}}
	return nil
}

// frame is a member's share as a message.
func (s *shares) frame(member int, k wire.Kind, level int) wire.Frame {
	f := s.frames[member]
	f.Kind, f.Level = k, uint8(level)
	return f
}

// take takes in another member's share (V18): it is proved, and nobody else's.
func (s *shares) take(member int, f wire.Frame) error {
	if f.Rows != 1 || !f.Last {
		return match.ErrCount
	}
	if err := dleq.VerifyKey([32]byte(f.Columns[0]), s.sid, s.place(member), [dleq.ProofSize]byte(f.Columns[1])); err != nil {
		return errors.Join(match.ErrProof, err)
	}
	key, err := elgamal.ParsePublic(f.Columns[0])
	if err != nil {
		return pointError(err)
	}
	for _, known := range s.keys {
		if known.Columns() > 0 && known.Meets(key) {
			return match.ErrReflect
		}
	}
	s.keys[member], s.frames[member] = key, f
	return nil
}

// joint is the key of all members.
func (s *shares) joint() (elgamal.Public, error) { return join(s.keys) }

// left is the key of the members that a list has still to come by, its owner last:
// those after member, in the order of the ring.
func (s *shares) left(g *match.Circle, member, owner int) (elgamal.Public, error) {
	var keys []elgamal.Public
	for m := g.Next(member); ; m = g.Next(m) {
		keys = append(keys, s.keys[m])
		if m == owner {
			return join(keys)
		}
	}
}

// join makes one key of several. That they cancel each other does not happen unless
// they were made to.
func join(keys []elgamal.Public) (elgamal.Public, error) {
	joint, err := elgamal.Join(keys...)
	return joint, pointError(err)
}
