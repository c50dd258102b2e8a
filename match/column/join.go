package column

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// A JoinConfig says what the two sides of a join look like.
type JoinConfig struct {
	Key         int   // bytes: the first of a row on either side
	Left, Right int   // bytes of a row
	Budget      int64 // bytes of rows to hold in memory
	Store       Store
}

// A Joiner finds the pairs of rows of two sets that have the same key: both
// are sorted within the budget and merged.
type Joiner struct {
	key         int
	left, right *Sorter
}

// NewJoiner makes an empty join. Whoever makes it closes it.
func NewJoiner(c JoinConfig) (*Joiner, error) {
	left, err := NewSorter(Config{Width: c.Left, Key: c.Key, Budget: c.Budget / 2, Store: c.Store})
	if err != nil {
		return nil, err
	}
	right, err := NewSorter(Config{Width: c.Right, Key: c.Key, Budget: c.Budget / 2, Store: c.Store})
	if err != nil {
		return nil, err
	}
	return &Joiner{c.Key, left, right}, nil
}

// AddLeft copies rows of the left side.
func (j *Joiner) AddLeft(rows []byte) error { return j.left.Add(rows) }

// AddRight copies rows of the right side.
func (j *Joiner) AddRight(rows []byte) error { return j.right.Add(rows) }

// Each gives every pair of rows with equal keys to do, once, in the order of
// their keys; the rows are lent for the call. A key that stands in two rows of
// a side is an [ErrDuplicate], with pairs before it already given.
func (j *Joiner) Each(do func(left, right []byte) error) (err error) {
	l, err := j.left.Sort()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	r, err := j.right.Sort()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	left, right := walker{rows: l, key: j.key, side: "left"}, walker{rows: r, key: j.key, side: "right"}
	if err := errors.Join(left.advance(), right.advance()); err != nil {
		return err
	}
	for left.row != nil && right.row != nil {
		if err := step(&left, &right, do); err != nil {
			return err
		}
	}
	return errors.Join(left.drain(), right.drain())
}

// step moves on the side with the smaller key, or both after a pair.
func step(left, right *walker, do func(left, right []byte) error) error {
	switch c := bytes.Compare(left.row[:left.key], right.row[:right.key]); {
	case c < 0:
		return left.advance()
	case c > 0:
		return right.advance()
	}
	if err := do(left.row, right.row); err != nil {
		return err
	}
	return errors.Join(left.advance(), right.advance())
}

// Close gives back memory and storage.
func (j *Joiner) Close() error { return errors.Join(j.left.Close(), j.right.Close()) }

// A walker walks sorted rows one by one and refuses equal neighbours.
type walker struct {
	rows  *Rows
	key   int
	side  string
	batch []byte
	row   []byte // nil at the end
	last  []byte
}

func (w *walker) advance() (err error) {
	w.last = append(w.last[:0], w.row[:min(w.key, len(w.row))]...)
	if len(w.batch) == 0 {
		w.batch, err = w.rows.Next(max(1, readerBytes/w.rows.width))
		if errors.Is(err, io.EOF) {
			w.row, w.batch = nil, nil
			return nil
		}
		if err != nil {
			return err
		}
	}
	w.row, w.batch = w.batch[:w.rows.width], w.batch[w.rows.width:]
	if bytes.Equal(w.last, w.row[:w.key]) {
		return fmt.Errorf("%w, on the %s", ErrDuplicate, w.side)
	}
	return nil
}

// drain checks the rest of a side.
func (w *walker) drain() error {
	for w.row != nil {
		if err := w.advance(); err != nil {
			return err
		}
	}
	return nil
}
