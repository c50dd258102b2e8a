package bulk

import (
	"mandorla/match"
	"mandorla/match/wire"
)

// bytesOut cuts a message of bytes into frames.
func bytesOut(kind wire.Kind, level uint8, message []byte) func() (wire.Frame, error) {
	return func() (wire.Frame, error) {
		n := min(len(message), wire.RowsPerFrame(bytesSchema))
		f := wire.Frame{Kind: kind, Level: level, Rows: n, Columns: [][]byte{message[:n]}, Last: n == len(message)}
		message = message[n:]
		return f, nil
	}
}

// bytesIn gathers a message of exactly want bytes and hands it to whole (V2).
func bytesIn(want int, whole func([]byte) error) func(wire.Frame) error {
	var got []byte
	return func(f wire.Frame) error {
		left := want - len(got) - f.Rows
		if left < 0 || f.Last != (left == 0) {
			return match.ErrCount
		}
		if got = append(got, f.Columns[0]...); !f.Last {
			return nil
		}
		return whole(got)
	}
}

// rowOut is a message of one row.
func rowOut(kind wire.Kind, level uint8, row []byte) func() (wire.Frame, error) {
	return func() (wire.Frame, error) {
		return wire.Frame{Kind: kind, Level: level, Rows: 1, Columns: [][]byte{row}, Last: true}, nil
	}
}

// rowIn takes in a message of one row.
func rowIn(take func([32]byte) error) func(wire.Frame) error {
	return func(f wire.Frame) error {
		if f.Rows != 1 || !f.Last {
			return match.ErrCount
		}
		return take([32]byte(f.Columns[0]))
	}
}
