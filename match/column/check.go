package column

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// What the checks find.
var (
	ErrOrder     = errors.New("column: rows are not in increasing order")
	ErrDuplicate = errors.New("column: a key stands in two rows")
	ErrShared    = errors.New("column: a key stands in both sets")
)

// Increasing checks that keys strictly increase, over any number of batches
// (PROTOCOLS.md §1.13, V6 and V11).
type Increasing struct {
	Width, Key int
	rows       uint64
	last       []byte
}

// Check takes in the next rows.
func (c *Increasing) Check(rows []byte) error {
	last := c.last
	for ; len(rows) > 0; rows = rows[c.Width:] {
		key := rows[:c.Key]
		if bytes.Compare(last, key) >= 0 { // no key at all comes before all keys
			return c.refuse(last, key)
		}
		last = key
		c.rows++
	}
	c.last = append(c.last[:0], last...)
	return nil
}

func (c *Increasing) refuse(last, key []byte) error {
	if bytes.Equal(last, key) {
		return fmt.Errorf("%w: row %d", ErrDuplicate, c.rows)
	}
	return fmt.Errorf("%w: row %d", ErrOrder, c.rows)
}

// Disjoint checks that two streams of keys, of the same width as their rows,
// each strictly increase and have none in common (V7, V9). It reads both to
// their ends and closes neither.
func Disjoint(a, b *Rows, key int) error {
	return merge(a, b, key, func(_, _ []byte) error { return ErrShared })
}

// merge walks two streams whose keys strictly increase, to their ends, and
// gives every pair of rows with equal keys to do.
func merge(a, b *Rows, key int, do func(a, b []byte) error) error {
	x, y := newStrict(a, key), newStrict(b, key)
	err := errors.Join(x.advance(), y.advance())
	for err == nil && x.row != nil && y.row != nil {
		switch bytes.Compare(x.row[:key], y.row[:key]) {
		case -1:
			err = x.advance()
		case 1:
			err = y.advance()
		default:
			if err = do(x.row, y.row); err == nil {
				err = errors.Join(x.advance(), y.advance())
			}
		}
	}
	for _, left := range []*strict{x, y} {
		for err == nil && left.row != nil {
			err = left.refill()
		}
	}
	return err
}

// A strict walks a stream whose keys have to increase, row by row.
type strict struct {
	rows  *Rows
	check Increasing
	batch []byte
	row   []byte // the present one; nil at the end
}

func newStrict(rows *Rows, key int) *strict {
	return &strict{rows: rows, check: Increasing{Width: rows.width, Key: key}}
}

func (s *strict) advance() error {
	if len(s.batch) == 0 {
		return s.refill()
	}
	s.row, s.batch = s.batch[:s.rows.width], s.batch[s.rows.width:]
	return nil
}

// refill moves on to the first row of the next batch, all of which it checks.
func (s *strict) refill() (err error) {
	s.row = nil
	s.batch, err = s.rows.Next(perRead(s.rows.width))
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.check.Check(s.batch); err != nil {
		return err
	}
	return s.advance()
}
