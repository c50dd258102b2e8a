package aggregate

import (
	"crypto/sha256"
	"encoding/binary"

	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// commit is the phase in which both sides commit to their counts.
//
//	<-> COUNTCOMMIT
func (d *dual) commit() *match.Phase {
	return &match.Phase{
		Name: "count commit", Kind: wire.KindCountCommit,
		Out: func() (wire.Frame, error) {
			return dh.Single(wire.KindCountCommit, 0, d.seal(d.Role, d.countColumns())), nil
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
	own := d.countColumns()
	return &match.Phase{
		Name: "count", Kind: wire.KindCount,
		Out: func() (wire.Frame, error) {
			return wire.Frame{Kind: wire.KindCount, Last: true, Rows: d.levels * d.cells(), Columns: own}, nil
		},
		In: func(f wire.Frame) error {
			if !f.Last || d.seal(d.Role.Other(), f.Columns) != d.promise {
				return match.ErrCommit
			}
			if d.seal(d.Role, f.Columns) != d.seal(d.Role, own) {
				return match.ErrDiffer
			}
			return nil
		},
		Then: d.gate,
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

// countColumns is the body of COUNT: every cell of every level.
func (d *dual) countColumns() [][]byte {
	out := make([][]byte, len(countSchema))
	for level, counts := range d.counts {
		for cell, n := range counts {
			p, q := d.codes(cell)
			out[0] = binary.LittleEndian.AppendUint16(out[0], uint16(level))
			out[1] = binary.LittleEndian.AppendUint16(out[1], p)
			out[2] = binary.LittleEndian.AppendUint16(out[2], q)
			out[3] = binary.LittleEndian.AppendUint32(out[3], uint32(n))
		}
	}
	return out
}

// perLevel is the hits of each level.
func (h *half) perLevel() (out []uint64) {
	for _, counts := range h.counts {
		out = append(out, sum(counts))
	}
	return out
}

// table is the noisy counts of all cells, and the sums.
func (h *half) table() match.Table {
	t := match.Table{Shift: h.shift()}
	for _, counts := range h.counts {
		noisy := make([]int64, len(counts))
		for cell, n := range counts {
			noisy[cell] = int64(n) - t.Shift
		}
		t.Levels = append(t.Levels, noisy)
	}
	if h.sums != nil {
		t.Groups = h.sums.groups
	}
	return t
}
