package aggregate

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"

	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// Dual is exact P2 towards both members.
var Dual = match.Protocol{Analysis: "size", Topology: "DUAL", Schemas: dualSchemas, New: newDual}

// dual is one party's half of exact P2, DUAL.
type dual struct {
	*dh.Session
	counts  []uint64 // overlap of the levels that are over
	level   *level   // the present one
	promise [32]byte // the peer's COUNTCOMMIT
}

func newDual(c match.Config, _ bool) (match.Machine, error) {
	s, err := dh.NewSession(c, setSchema(len(c.Levels)))
	if err != nil {
		return nil, err
	}
	d := &dual{Session: s}
	first := s.Keys(func() (*match.Phase, error) {
		return s.Blind(func() (*match.Phase, error) { return s.Sets(d.exchange) }), nil
	})
	return match.NewPhases(first, d.outcome, d.close), nil
}

func (d *dual) close() error { return errors.Join(d.release(), d.Session.Close()) }

func (d *dual) release() (err error) {
	if d.level != nil {
		err = d.level.close()
		d.level = nil
	}
	return err
}

func (d *dual) outcome() (match.Outcome, error) { return match.Counts{Levels: d.counts}, nil }

// exchange is the next level's exchange of tags, or the comparison of counts.
func (d *dual) exchange() (_ *match.Phase, err error) {
	number := len(d.counts)
	if number == len(d.Levels) {
		return d.commit(), nil
	}
	if d.level, err = newLevel(d.Session, number, d.OwnCap-sum(d.counts)); err != nil {
		return nil, err
	}
	committed, err := d.level.framer()
	if err != nil {
		return nil, err
	}
	digest, err := committed.Digest()
	if err != nil {
		return nil, err
	}
	send, err := d.level.framer()
	if err != nil {
		return nil, err
	}
	e := dh.Exchange{Level: uint8(number), Kind: wire.KindTags, Schema: tagsSchema,
		Digest: digest, Out: send.Next, In: d.level.add, Then: d.join}
	return e.Begin(), nil
}

func (d *dual) join() (*match.Phase, error) {
	n, err := d.level.hits()
	if err != nil {
		return nil, err
	}
	d.counts = append(d.counts, n)
	if err := d.release(); err != nil {
		return nil, err
	}
	return d.exchange()
}

// commit is the phase in which both sides commit to their counts.
//
//	<-> COUNTCOMMIT
func (d *dual) commit() *match.Phase {
	return &match.Phase{
		Name: "count commit", Kind: wire.KindCountCommit,
		Out: func() (wire.Frame, error) {
			return dh.Single(wire.KindCountCommit, 0, d.seal(d.Role, countColumns(d.counts))), nil
		},
		In:   func(f wire.Frame) error { return dh.Read32(f, &d.promise) },
		Then: d.compare,
	}
}

// compare is the phase in which both sides show their counts, which have to be
// what they committed to (V14) and the same (V15).
//
//	<-> COUNT
func (d *dual) compare() (*match.Phase, error) {
	return &match.Phase{
		Name: "count", Kind: wire.KindCount,
		Out: func() (wire.Frame, error) {
			return wire.Frame{Kind: wire.KindCount, Last: true, Rows: len(d.counts), Columns: countColumns(d.counts)}, nil
		},
		In: func(f wire.Frame) error {
			if !f.Last || d.seal(d.Role.Other(), f.Columns) != d.promise {
				return match.ErrCommit
			}
			if d.seal(d.Role, f.Columns) != d.seal(d.Role, countColumns(d.counts)) {
				return match.ErrDiffer
			}
			return nil
		},
	}, nil
}

// seal is what a side commits to: its role is in it, so that neither can hand
// back the other's.
func (d *dual) seal(r match.Role, columns [][]byte) [32]byte {
	h := sha256.New()
	h.Write(d.SID[:])
	h.Write([]byte(r.String()))
	for _, c := range columns {
		h.Write(c)
	}
	return [32]byte(h.Sum(nil))
}

// countColumns is the body of COUNT: one cell a level.
func countColumns(counts []uint64) [][]byte {
	zero := make([]byte, 2*len(counts))
	var level, c []byte
	for l, n := range counts {
		level = binary.LittleEndian.AppendUint16(level, uint16(l))
		c = binary.LittleEndian.AppendUint32(c, uint32(n))
	}
	return [][]byte{level, zero, zero, c}
}

func sum(counts []uint64) (n uint64) {
	for _, c := range counts {
		n += c
	}
	return n
}
