package node

import (
	"bytes"

	"mandorla/policy"
)

// present is the place, in a cell's encoded values, of whether there is one.
const present = 2

// An encoder turns a measure's cells into integers. Whether the measure can be
// null is known only once all rows have been read: until then every cell says
// whether it has a value.
type encoder struct {
	measure Measure
	encode  *policy.Encoder
	absent  bool // some cell is empty, or no number
}

func newEncoder(m Measure) (*encoder, error) {
	e, err := policy.NewEncoder(policy.Measure{Column: m.Column, Min: m.Min.Rat, Max: m.Max.Rat, Nullable: true})
	if err != nil {
		return nil, unusable("node.yaml: %w", err)
	}
	return &encoder{measure: m, encode: e}, nil
}

// width is how many integers a cell makes.
func (e *encoder) width() int { return present + 1 }

// append adds a cell's integers. What is no number counts as no value.
func (e *encoder) append(dst []int64, cell []byte, null bool) []int64 {
	cell = bytes.TrimSpace(cell)
	if !null && len(cell) > 0 {
		if out, err := e.encode.Append(dst, cell, false); err == nil {
			return out
		}
	}
	e.absent = true
	out, _ := e.encode.Append(dst, nil, true) // null is always good
	return out
}

// nullable reports whether any row has no value.
func (e *encoder) nullable() bool { return e.absent }
