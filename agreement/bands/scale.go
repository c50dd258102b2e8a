package bands

import (
	"math/big"
	"regexp"
	"strings"
	"time"
)

// A scale is the bands of a column of numbers or days: step after step from low
// on, the last one up to high. Numbers are integers in the unit of their last
// digit, days are months since year 0.
type scale struct {
	low, high, step int64
	digits          int
}

// number is how numbers are written in a schema.
var number = regexp.MustCompile(`^-?[0-9]{1,12}(\.[0-9]{1,6})?$`)

// digitsOf is how many digits a number has behind its point.
func digitsOf(text string) int {
	_, behind, _ := strings.Cut(text, ".")
	return len(behind)
}

// scaled is a number in units of its digit, rounded down, and whether that took
// anything off; ok is false where it is none, or beyond all bounds.
func scaled(text string, digits int) (v int64, more, ok bool) {
	const longest = 40
	if len(text) > longest || strings.ContainsAny(text, "eE/_xXoObBpP") {
		return 0, false, false
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, false, false
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	r.Mul(r, new(big.Rat).SetInt(unit))
	// Rounding down, not towards zero: what lies below a bound stays below it.
	down := new(big.Int).Div(r.Num(), r.Denom())
	return down.Int64(), !r.IsInt(), down.IsInt64()
}

// count is how many bands there are.
func (s scale) count() int64 { return (s.high-s.low)/s.step + 1 }

// of is the band of a value, or of one a little more, from 1; 0: it lies in none.
func (s scale) of(v int64, more bool) byte {
	if v < s.low || v > s.high || v == s.high && more {
		return 0
	}
	return byte((v-s.low)/s.step + 1)
}

// begin is where a band begins.
func (s scale) begin(code byte) int64 { return s.low + int64(code-1)*s.step }

// units are the months of the bands that days can lie in.
var units = map[string]int64{"month": 1, "quarter": 3, "year": 12, "decade": 120}

// monthOf is a day's month since year 0.
func monthOf(d time.Time) int64 { return 12*int64(d.Year()) + int64(d.Month()) - 1 }

// firstDay is the first day of a month since year 0.
func firstDay(month int64) time.Time {
	return time.Date(int(month/12), time.Month(month%12+1), 1, 0, 0, 0, 0, time.UTC)
}
