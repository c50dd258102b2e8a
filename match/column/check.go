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
	for ; len(rows) > 0; rows = rows[c.Width:] {
		key := rows[:c.Key]
		if c.rows > 0 {
			switch bytes.Compare(c.last, key) {
			case 0:
				return fmt.Errorf("%w: row %d", ErrDuplicate, c.rows)
			case 1:
				return fmt.Errorf("%w: row %d", ErrOrder, c.rows)
			}
		}
		c.last = append(c.last[:0], key...)
		c.rows++
	}
	return nil
}

// Disjoint checks that two streams of keys, of the same width as their rows,
// each strictly increase and have none in common (V7, V9). It reads both to
// their ends and closes neither.
func Disjoint(a, b *Rows, key int) error {
	x, y := newStrict(a, key), newStrict(b, key)
	if err := errors.Join(x.advance(), y.advance()); err != nil {
		return err
	}
	for x.key != nil || y.key != nil {
		var err error
		switch compareEnds(x.key, y.key) {
		case 0:
			return ErrShared
		case -1:
			err = x.advance()
		default:
			err = y.advance()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compareEnds compares two keys; a stream that has ended is beyond all keys.
func compareEnds(a, b []byte) int {
	if a == nil {
		return 1
	}
	if b == nil {
		return -1
	}
	return bytes.Compare(a, b)
}

// A strict walks a stream whose keys have to increase.
type strict struct {
	rows  *Rows
	check Increasing
	batch []byte
	key   []byte // the present one; nil at the end
}

func newStrict(rows *Rows, key int) *strict {
	return &strict{rows: rows, check: Increasing{Width: rows.width, Key: key}}
}

func (s *strict) advance() (err error) {
	if len(s.batch) == 0 {
		s.batch, err = s.rows.Next(max(1, readerBytes/s.rows.width))
		if errors.Is(err, io.EOF) {
			s.key = nil
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.check.Check(s.batch); err != nil {
			return err
		}
	}
	s.key, s.batch = s.batch[:s.check.Key], s.batch[s.rows.width:]
	return nil
}
