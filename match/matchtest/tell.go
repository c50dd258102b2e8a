package matchtest

import (
	"bytes"
	"slices"

	"mandorla/match/wire"
)

// What a party of a circle may send instead of a frame: [Circle.Lie].

// Altered is a frame whose columns are changed.
func Altered(change func(columns [][]byte)) func(wire.Frame) []wire.Frame {
	return func(f wire.Frame) []wire.Frame {
		columns := make([][]byte, len(f.Columns))
		for i, c := range f.Columns {
			columns[i] = bytes.Clone(c)
		}
		change(columns)
		f.Columns = columns
		return []wire.Frame{f}
	}
}

// Shorter is a frame without its last row.
func Shorter(f wire.Frame) []wire.Frame {
	f.Columns = slices.Clone(f.Columns)
	for i, c := range f.Columns {
		f.Columns[i] = c[:len(c)/f.Rows*(f.Rows-1)]
	}
	f.Rows--
	return []wire.Frame{f}
}

// Longer sends a frame before the last that is like it.
func Longer(f wire.Frame) []wire.Frame {
	first := f
	first.Last = false
	return []wire.Frame{first, f}
}
