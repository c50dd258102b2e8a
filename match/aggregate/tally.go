package aggregate

import (
	"encoding/binary"
	"errors"

	"mandorla/match"
	"mandorla/match/column"
)

// tally counts the cells of a level whose tags have all come, and marks the
// peer's rows.
func (l *level) tally() (err error) {
	hits, err := l.hits.Sort()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, hits.Close()) }()
	return l.count(hits)
}

// count goes over the hits in the order of the peer's set.
func (l *level) count(hits *column.Rows) (err error) {
	labels, err := newWalk(l.theirs.labels, 2)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, labels.close()) }()
	counts, own := make([]uint64, l.cells()), newDummies(l.half, l.number)
	err = column.EachBatch(hits, func(rows []byte) error {
		for ; len(rows) > 0; rows = rows[hitRow:] {
			row, seg := binary.BigEndian.Uint64(rows), binary.LittleEndian.Uint16(rows[8:])
			label, err := labels.at(row)
			if err != nil {
				return err
			}
			cell := l.cell(seg, binary.LittleEndian.Uint16(label))
			counts[cell]++
			l.Theirs.Match(row)
			if err := errors.Join(own.meet(row, cell), l.remember(row, cell)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	l.counts = append(l.counts, counts)
	return own.verdict()
}

// remember keeps a hit for the sums of the peer's values.
func (l *level) remember(row uint64, cell int) error {
	if len(l.peer.Values) == 0 {
		return nil
	}
	return l.sums.hit(row, l.groups[cell])
}

// dummies watches, over the hits of a level, for those of this node's own
// dummies: which of the peer's rows hold our pool we know from POOLPROOF.
type dummies struct {
	pool   pool
	chosen []bool
	level  int
	places places   // of rows still to come
	want   []uint64 // per cell: the dummies that we inserted
	met    []uint64
}

func newDummies(h *half, level int) *dummies {
	return &dummies{pool: h.pool, chosen: h.drawn.chosen, level: level, places: h.places,
		want: h.drawn.dummies[level], met: make([]uint64, h.cells())}
}

// meet takes in a hit, of a later row than the last one. A point of our pool
// can be hit if we inserted it, at its own level and in its own cell alone.
func (d *dummies) meet(row uint64, cell int) error {
	for len(d.places) > 0 && uint64(d.places[0].row) < row {
		d.places = d.places[1:]
	}
	if len(d.places) == 0 || uint64(d.places[0].row) != row {
		return nil
	}
	point := int(d.places[0].point)
	if level, c := d.pool.place(point); level != d.level || c != cell || !d.chosen[point] {
		return match.ErrPool
	}
	d.met[cell]++
	return nil
}

// verdict is V17: as many were met as we inserted, in every cell.
func (d *dummies) verdict() error {
	for cell, n := range d.want {
		if d.met[cell] != n {
			return match.ErrPool
		}
	}
	return nil
}
