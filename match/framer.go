package match

import (
	"errors"
	"fmt"
	"io"

	"mandorla/match/column"
	"mandorla/match/wire"
)

// A Framer cuts rows of fixed width into the frames of one message. Each row
// begins with the values of the message's columns, in the schema's order; what
// follows them stays at home.
type Framer struct {
	Kind   wire.Kind
	Level  uint8
	Schema wire.Schema
	Width  int // bytes of a row, at least the schema's row width
	Rows   *column.Rows
	Left   uint64                  // rows still to be sent
	Keep   func(rows []byte) error // sees the whole rows of each frame; may be nil
}

// Next is the message's next frame. The one marked Last closes Rows.
func (f *Framer) Next() (wire.Frame, error) {
	n := min(uint64(wire.RowsPerFrame(f.Schema)), f.Left)
	rows, err := Take(f.Rows, int(n), f.Width)
	if err != nil {
		return wire.Frame{}, err
	}
	if f.Keep != nil {
		if err := f.Keep(rows); err != nil {
			return wire.Frame{}, err
		}
	}
	f.Left -= n
	out := wire.Frame{Kind: f.Kind, Level: f.Level, Last: f.Left == 0, Rows: int(n), Columns: split(rows, f.Width, f.Schema)}
	if out.Last {
		return out, f.Rows.Close()
	}
	return out, nil
}

// Take reads exactly n rows.
func Take(r *column.Rows, n, width int) ([]byte, error) {
	out := make([]byte, 0, n*width)
	for len(out) < n*width {
		rows, err := r.Next(n - len(out)/width)
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("read back %d rows: %w", n, err)
		}
		out = append(out, rows...)
	}
	return out, nil
}

// split turns rows into columns of the schema.
func split(rows []byte, width int, s wire.Schema) [][]byte {
	n := len(rows) / width
	columns := make([][]byte, len(s))
	at := 0
	for i, c := range s {
		w := c.Type.Width()
		body := make([]byte, n*w)
		for r := range n {
			copy(body[r*w:], rows[r*width+at:][:w])
		}
		columns[i], at = body, at+w
	}
	return columns
}

// Digest is the digest of the message that a Framer over the same rows would
// send, frame by frame: what TAGCOMMIT commits to.
func (f *Framer) Digest() ([32]byte, error) {
	d := wire.NewDigest()
	for last := false; !last; {
		frame, err := f.Next()
		if err != nil {
			return [32]byte{}, err
		}
		d.Add(f.Schema, frame)
		last = frame.Last
	}
	return d.Sum(), nil
}
