package dh

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/wire"
)

// TagRow is the bytes of a tag and the index in the peer's set of the row that it belongs to.
const TagRow = 16 + 8

// Theirs is the peer's set as this node holds it: who its rows are, nobody
// here can tell.
type Theirs struct {
	match.Config
	key      *ristretto.Key
	strict   column.Increasing
	rows     uint64
	elements []*column.List // per level, in the set's order
	first    *column.List   // the tags of level 0, computed as the set comes in
	matched  column.Bits
}

func newTheirs(c match.Config, key *ristretto.Key) *Theirs {
	t := &Theirs{Config: c, key: key, strict: column.Increasing{Width: 32, Key: 32}}
	for range c.Levels {
		t.elements = append(t.elements, column.NewList(32, Share(c)/int64(len(c.Levels)), c.Store))
	}
	t.first = column.NewList(TagRow, Share(c), c.Store)
	return t
}

func (t *Theirs) close() error {
	errs := []error{t.first.Close()}
	for _, l := range t.elements {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// add takes in a frame of the peer's SET and re-blinds its first level at once
// (V2, V4, V5, V6).
func (t *Theirs) add(f wire.Frame) error {
	if t.rows+uint64(f.Rows) > t.PeerCap {
		return match.ErrCount
	}
	if err := t.strict.Check(f.Columns[0]); err != nil {
		return errors.Join(match.ErrOrder, err)
	}
	for level, list := range t.elements {
		if level > 0 {
			if err := ristretto.Check(f.Columns[level]); err != nil {
				return errors.Join(match.ErrPoint, err)
			}
		}
		if err := list.Append(f.Columns[level]); err != nil {
			return err
		}
	}
	tags, err := t.tags(f.Columns[0], 0)
	if err != nil {
		return err
	}
	out := make([]byte, f.Rows*TagRow)
	Scatter(out, TagRow, 0, tags, 16)
	for i := range f.Rows {
		binary.BigEndian.PutUint64(out[i*TagRow+16:], t.rows+uint64(i))
	}
	t.rows += uint64(f.Rows)
	if t.Progress != nil {
		t.Progress("set", t.rows, t.PeerCap)
	}
	return t.first.Append(out)
}

// tags is T(u^a, level) for each element.
func (t *Theirs) tags(elements []byte, level uint8) ([]byte, error) {
	points := make([]byte, len(elements))
	if err := t.key.Mul(points, elements); err != nil {
		return nil, errors.Join(match.ErrPoint, err)
	}
	tags := make([]byte, len(points)/2)
	ristretto.Tags(tags, points, t.SID, level)
	return tags, nil
}

// check looks at the set as a whole: its size (V2), that no level holds an
// element twice (V7), and that none is one of ours (V9).
func (t *Theirs) check(o *Ours) error {
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
	if err := EachRow(rows, s.Add); err != nil {
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
	out := column.NewList(TagRow, Share(t.Config), t.Store)
	index := uint64(0)
	err := Each(t.elements[level], func(elements []byte) error {
		left, numbers := t.unmatched(elements, index)
		index += uint64(len(elements) / 32)
		tags, err := t.tags(left, uint8(level))
		if err != nil {
			return err
		}
		batch := make([]byte, len(numbers)*TagRow)
		Scatter(batch, TagRow, 0, tags, 16)
		for i, n := range numbers {
			binary.BigEndian.PutUint64(batch[i*TagRow+16:], n)
		}
		if t.Progress != nil {
			t.Progress(fmt.Sprintf("tags %d", level), index, t.rows)
		}
		return out.Append(batch)
	})
	if err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}

// unmatched picks the elements whose rows have not been matched; the first has
// the given index.
func (t *Theirs) unmatched(elements []byte, index uint64) (left []byte, numbers []uint64) {
	for i := range uint64(len(elements) / 32) {
		if !t.matched.Get(index + i) {
			left = append(left, elements[32*i:32*i+32]...)
			numbers = append(numbers, index+i)
		}
	}
	return left, numbers
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
	return EachRow(rows, do)
}

// EachRow gives all the rows that are left, some at a time, to do.
func EachRow(rows *column.Rows, do func([]byte) error) error {
	for {
		batch, err := rows.Next(32768)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(batch)
		}
		if err != nil {
			return err
		}
	}
}
