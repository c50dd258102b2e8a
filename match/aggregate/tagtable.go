package aggregate

import (
	"encoding/binary"
	"errors"

	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// A tagTable is the rows of one member as the helper is sent them by the other:
// tags of every level, segments, and encrypted values. Whose they are, nobody here
// can tell.
type tagTable struct {
	match.Config
	*theirs
	rows    uint64
	strict  column.Increasing
	tags    []*column.List // per level, in the order of the first
	matched column.Bits
	hits    *column.Sorter // rows that met another, with their cell
	keys    elgamal.Public // of the values
	noise   [][]int64      // of the sums, per group and column
}

// newTagTable makes room for the rows of the peer of a grid.
func newTagTable(c match.Config, g grid) (_ *tagTable, err error) {
	t := &tagTable{Config: c, theirs: newTheirs(c, g), strict: column.Increasing{Width: 16, Key: 16}}
	for range g.levels {
		t.tags = append(t.tags, column.NewList(16, dh.Buffer(c), c.Store))
	}
	if t.noise, err = drawSums(g, g.peer.Values); err != nil {
		return nil, errors.Join(err, t.close())
	}
	t.hits, err = column.NewSorter(column.Config{Width: sumHit, Key: 8, Budget: dh.Buffer(c), Store: c.Store})
	if err != nil {
		return nil, errors.Join(err, t.close())
	}
	return t, nil
}

func (t *tagTable) close() error {
	if t == nil {
		return nil
	}
	errs := []error{t.theirs.close()}
	for _, l := range t.tags {
		errs = append(errs, l.Close())
	}
	if t.hits != nil {
		errs = append(errs, t.hits.Close())
	}
	return errors.Join(errs...)
}

// add takes in a frame of TAGS (V2, V8, V11, V12).
func (t *tagTable) add(f wire.Frame) error {
	if err := t.theirs.add(f); err != nil {
		return err
	}
	if f.Last != (sum(t.expect) == 0) {
		return match.ErrCount
	}
	if err := t.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	t.rows += uint64(f.Rows)
	for level, list := range t.tags {
		if err := list.Append(f.Columns[level]); err != nil {
			return err
		}
	}
	return nil
}

// left is the tags of a level of the rows that no earlier one has matched, sorted,
// each with its segment and the number of its row. No tag may stand there twice
// (V7).
func (t *tagTable) left(level int) (_ *column.List, err error) {
	sorter, err := column.NewSorter(column.Config{Width: heldTag, Key: 16, Budget: dh.Share(t.Config), Store: t.Store})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, sorter.Close()) }()
	if err := t.unmatched(level, sorter.Add); err != nil {
		return nil, err
	}
	rows, err := sorter.Sort()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out := column.NewList(heldTag, dh.Buffer(t.Config), t.Store)
	strict := column.Increasing{Width: heldTag, Key: 16}
	err = column.EachBatch(rows, func(rows []byte) error {
		if err := strict.Check(rows); err != nil {
			return errors.Join(match.ErrOrder, err)
		}
		return out.Append(rows)
	})
	if err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}

// unmatched gives held tags of a level to do, in the order of the rows.
func (t *tagTable) unmatched(level int, do func(held []byte) error) (err error) {
	labels, err := newWalk(t.labels, 2)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, labels.close()) }()
	row := uint64(0)
	return dh.Each(t.tags[level], func(tags []byte) error {
		held := make([]byte, 0, len(tags)/16*heldTag)
		for ; len(tags) > 0; tags = tags[16:] {
			label, err := labels.at(row)
			if err != nil {
				return err
			}
			if !t.matched.Get(row) {
				held = append(append(held, tags[:16]...), label...)
				held = binary.BigEndian.AppendUint64(held, row)
			}
			row++
		}
		return do(held)
	})
}

// match notes that a row has met another, in a cell.
func (t *tagTable) match(row uint64, cell int) error {
	t.matched.Set(row)
	if t.values == 0 {
		return nil
	}
	return addHit(t.hits, row, cell)
}

// meet is one level of the waterfall: rows of the two members with the same tag
// are one customer, and leave.
func (j *joiner) meet(level int) (err error) {
	var lists [2]*column.List
	for member, t := range j.tables {
		if lists[member], err = t.left(level); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, lists[member].Close()) }()
	}
	waiting, err := lists[0].Rows()
	if err != nil {
		return err
	}
	meeting, err := column.Meet(waiting, 16)
	if err != nil {
		return errors.Join(err, waiting.Close())
	}
	defer func() { err = errors.Join(err, meeting.Close()) }()
	return dh.Each(lists[1], func(rows []byte) error { return meeting.Take(rows, heldTag, j.count) })
}

// count takes in two rows that are one customer.
func (j *joiner) count(first, second []byte) error {
	cell := j.cell(binary.LittleEndian.Uint16(first[16:]), binary.LittleEndian.Uint16(second[16:]))
	j.counts[cell]++
	for member, held := range [][]byte{first, second} {
		if err := j.tables[member].match(binary.BigEndian.Uint64(held[sealedTag:]), cell); err != nil {
			return err
		}
	}
	return nil
}
