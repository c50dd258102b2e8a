package policy

import (
	"fmt"
	"math/big"
)

// Q is how many steps there are from the middle of a measure's bounds to either
// of them (PROTOCOLS.md §5.4).
const Q = 2048

// A Measure is a numeric column whose sums are released. Its bounds come from
// the terms, never from the data, and values beyond them are clamped.
type Measure struct {
	Column   string
	Min, Max *big.Rat
	Nullable bool // whether a column says which rows have a value at all
}

// widestBound is more bits than the numerator or denominator of a bound has.
const widestBound = 256

// Check says what is wrong with a measure.
func (m Measure) Check() error {
	if m.Min == nil || m.Max == nil {
		return fmt.Errorf("policy: measure %.64q: no bounds; set min and max", m.Column)
	}
	for _, x := range []*big.Rat{m.Min, m.Max} {
		if x.Num().BitLen() > widestBound || x.Denom().BitLen() > widestBound {
			return fmt.Errorf("policy: measure %.64q: a bound of too many digits; round it", m.Column)
		}
	}
	if m.Min.Cmp(m.Max) >= 0 {
		return fmt.Errorf("policy: measure %.64q: min is not below max; change one of them", m.Column)
	}
	return nil
}

// A Column is one column of integers that a measure is encoded in.
type Column struct {
	Bound int64 // how far from zero its integers may be
}

// Scale is the scale of the noise in its sums; nil where the spending has no
// columns.
func (c Column) Scale(s Spending) *big.Rat {
	if s.Column == nil {
		return nil
	}
	return scale(s.Levels, c.Bound, s.Column)
}

// Columns are what the measure is encoded in, in order: its values, their
// squares, and, where it is nullable, whether there is one.
func (m Measure) Columns() []Column {
	columns := []Column{{Q}, {Q}}
	if m.Nullable {
		columns = append(columns, Column{1})
	}
	return columns
}

// mid is the middle of the bounds: what a sum takes every row to have.
func (m Measure) mid() *big.Rat { return over(new(big.Rat).Add(m.Min, m.Max), 2) }

// half is how far the bounds are from the middle.
func (m Measure) half() *big.Rat { return over(new(big.Rat).Sub(m.Max, m.Min), 2) }
