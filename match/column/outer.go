package column

import (
	"bytes"
	"errors"
	"io"
)

// Outer walks two streams whose keys strictly increase, to their ends, and gives
// every key to do, once: the row of either stream that has it, nil for the one
// that has not. The rows are lent for the call. It closes neither stream.
func Outer(a, b *Rows, key int, do func(a, b []byte) error) error {
	x, y := newStrict(a, key), newStrict(b, key)
	err := errors.Join(x.advance(), y.advance())
	for err == nil && (x.row != nil || y.row != nil) {
		left, right := x.row, y.row
		switch c := compareEnds(left, right, key); {
		case c < 0:
			right = nil
		case c > 0:
			left = nil
		}
		if err = do(left, right); err != nil {
			return err
		}
		if left != nil {
			err = x.advance()
		}
		if right != nil && err == nil {
			err = y.advance()
		}
	}
	return err
}

// compareEnds compares the keys of two rows; the end of a stream is beyond all.
func compareEnds(a, b []byte, key int) int {
	switch {
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return bytes.Compare(a[:key], b[:key])
}

// A Stored is rows that storage holds from before, such as a file's: as many as
// are said, or reading them is an error.
type Stored struct {
	width int
	rows  uint64
	open  func() (io.ReadCloser, error)
}

// NewStored is so many rows of the given width, read from their start by
// whatever open gives.
func NewStored(width int, rows uint64, open func() (io.ReadCloser, error)) *Stored {
	return &Stored{width, rows, open}
}

// Width is the bytes of a row.
func (s *Stored) Width() int { return s.width }

// Len is the number of rows.
func (s *Stored) Len() uint64 { return s.rows }

// Rows reads them from their start. Whoever asks closes what is read.
func (s *Stored) Rows() (*Rows, error) {
	rows, err := openRows(s.open, s.width)
	if err != nil {
		return nil, err
	}
	return whole(rows, s.rows), nil
}
