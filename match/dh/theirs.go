package dh

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// TagRow is the bytes of a tag and the index in the peer's set of the row that it belongs to.
const TagRow = 16 + 8

// Theirs is the peer's set as this node holds it: who its rows are, nobody
// here can tell. Frames are checked and re-blinded while the next ones arrive.
type Theirs struct {
	match.Config
	key      *ristretto.Key
	strict   column.Increasing
	rows     uint64
	line     *stage.Line[wire.Frame, received]
	elements []*column.List // per level, in the set's order
	first    *column.List   // the tags of level 0, computed as the set comes in
	matched  column.Bits
}

func newTheirs(c match.Config, key *ristretto.Key) *Theirs {
	t := &Theirs{Config: c, key: key, strict: column.Increasing{Width: 32, Key: 32}}
	for range c.Levels {
		t.elements = append(t.elements, column.NewList(32, Buffer(c), c.Store))
	}
	t.first = column.NewList(TagRow, Buffer(c), c.Store)
	t.line = stage.New(t.reblind, t.keep)
	return t
}

func (t *Theirs) close() error {
	t.line.Close()
	errs := []error{t.first.Close()}
	for _, l := range t.elements {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// add takes in a frame of the peer's SET (V2, V6), and passes it on to be
// re-blinded.
func (t *Theirs) add(f wire.Frame) error {
	if t.rows+uint64(f.Rows) > t.PeerCap {
		return match.ErrCount
	}
	if err := t.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	t.rows += uint64(f.Rows)
	return t.line.Put(f)
}

// received is a frame whose elements have been checked, with its tags of
// level 0.
type received struct {
	wire.Frame
	tags []byte
}

// reblind checks a frame's elements and re-blinds its first level (V4, V5).
func (t *Theirs) reblind(f wire.Frame) (received, error) {
	for level := 1; level < len(t.elements); level++ {
		if err := ristretto.Check(f.Columns[level]); err != nil {
			return received{}, errors.Join(match.ErrPoint, err)
		}
	}
	tags, err := t.tags(f.Columns[0], 0)
	return received{f, tags}, err
}

func (t *Theirs) keep(r received) error {
	rows := numbered(r.tags, func(i int) uint64 { return t.first.Len() + uint64(i) })
	for level, list := range t.elements {
		if err := list.Append(r.Columns[level]); err != nil {
			return err
		}
	}
	if err := t.first.Append(rows); err != nil {
		return err
	}
	if t.Progress != nil {
		t.Progress("set", t.first.Len(), t.PeerCap)
	}
	return nil
}

// numbered is tags, each with the number of its row.
func numbered(tags []byte, number func(i int) uint64) []byte {
	n := len(tags) / 16
	out := make([]byte, n*TagRow)
	Scatter(out, TagRow, 0, tags, 16)
	for i := range n {
		binary.BigEndian.PutUint64(out[i*TagRow+16:], number(i))
	}
	return out
}

// tags is T(u^a, level) for each element.
func (t *Theirs) tags(elements []byte, level uint8) ([]byte, error) {
	tags := make([]byte, len(elements)/32*16)
	if err := t.key.MulTags(tags, elements, t.SID, level); err != nil {
		return nil, errors.Join(match.ErrPoint, err)
	}
	return tags, nil
}

// check looks at the set as a whole: its size (V2), that no level holds an
// element twice (V7), and that none is one of ours (V9).
func (t *Theirs) check(o *Ours) error {
	if err := t.line.Drain(); err != nil {
		return err
	}
	if t.rows != t.PeerCap {
		return match.ErrCount
	}
	for level := range t.elements {
		if err := t.checkLevel(o.elements[level], t.elements[level], level); err != nil {
			return fmt.Errorf("level %d: %w", level, err)
		}
	}
	return nil
}

func (t *Theirs) checkLevel(ours, theirs *column.List, level int) (err error) {
	open := func(l *column.List) (*column.Rows, func() error, error) { return t.sorted(l, level) }
	a, closeA, err := open(ours)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeA()) }()
	b, closeB, err := open(theirs)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeB()) }()
	return verdict(column.Disjoint(a, b, 32))
}

// verdict names the fault in the words of this engine.
func verdict(err error) error {
	switch {
	case errors.Is(err, column.ErrShared):
		return match.ErrReflect
	case errors.Is(err, column.ErrDuplicate), errors.Is(err, column.ErrOrder):
		return match.ErrOrder
	}
	return err
}

// sorted is a level's elements in increasing order; those of level 0 stand in
// it already.
func (t *Theirs) sorted(l *column.List, level int) (*column.Rows, func() error, error) {
	rows, err := l.Rows()
	if err != nil || level == 0 {
		return rows, func() error { return rows.Close() }, err
	}
	defer rows.Close()
	s, err := column.NewSorter(column.Config{Width: 32, Key: 32, Budget: Share(t.Config), Store: t.Store})
	if err != nil {
		return nil, nil, err
	}
	if err := column.EachBatch(rows, s.Add); err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	out, err := s.Sort()
	if err != nil {
		return nil, nil, errors.Join(err, s.Close())
	}
	return out, func() error { return errors.Join(out.Close(), s.Close()) }, nil
}

// Tags is the list of T(u^a, level) of the peer's rows that no earlier level
// matched, each with the row's index, in the set's order. The caller closes it.
func (t *Theirs) Tags(level int) (*column.List, error) {
	if level == 0 {
		out := t.first
		t.first = column.NewList(TagRow, 0, t.Store)
		return out, nil
	}
	out := column.NewList(TagRow, Buffer(t.Config), t.Store)
	if err := t.later(level, out.Append); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}

// later re-blinds a level after the first and gives the tags to do.
func (t *Theirs) later(level int, do func(tags []byte) error) error {
	line := stage.New(func(rows left) ([]byte, error) {
		tags, err := t.tags(rows.elements, uint8(level))
		return numbered(tags, func(i int) uint64 { return rows.numbers[i] }), err
	}, do)
	defer line.Close()
	index := uint64(0)
	err := Each(t.elements[level], func(elements []byte) error {
		rows := t.unmatched(elements, index)
		index += uint64(len(elements) / 32)
		if t.Progress != nil {
			t.Progress(fmt.Sprintf("tags %d", level), index, t.rows)
		}
		return line.Put(rows)
	})
	if err != nil {
		return err
	}
	return line.Drain()
}

// left is elements of rows that are not matched yet, and the rows' numbers.
type left struct {
	elements []byte
	numbers  []uint64
}

// unmatched picks the elements whose rows have not been matched; the first has
// the given index.
func (t *Theirs) unmatched(elements []byte, index uint64) (rows left) {
	for i := range uint64(len(elements) / 32) {
		if !t.matched.Get(index + i) {
			rows.elements = append(rows.elements, elements[32*i:32*i+32]...)
			rows.numbers = append(rows.numbers, index+i)
		}
	}
	return rows
}

// Elements reads a level's elements, in the set's order. The caller closes it.
func (t *Theirs) Elements(level int) (*column.Rows, error) { return t.elements[level].Rows() }

// Match marks row i of the peer's set as matched.
func (t *Theirs) Match(i uint64) { t.matched.Set(i) }

// Each gives all the rows of a list, some at a time, to do.
func Each(l *column.List, do func([]byte) error) (err error) {
	rows, err := l.Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	return column.EachBatch(rows, do)
}
