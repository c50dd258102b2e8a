package plot

import (
	"math"
	"strconv"
	"strings"
)

// The figures that are drawn: beyond the greatest, and on a logarithmic axis
// below the least, is a fault of the caller.
const (
	greatest = 1e15
	least    = 1e-12
)

// drawable reports whether a figure is one, or was suppressed.
func drawable(v float64) bool { return math.IsNaN(v) || math.Abs(v) <= greatest }

// figure is a number for people: whole ones and those from 1,000 on in full,
// others to three digits.
func figure(v float64) string {
	if v != math.Trunc(v) && math.Abs(v) < 1000 {
		v = threeDigits(v)
	}
	a := math.Abs(v)
	switch {
	case v == math.Trunc(v) || a >= 1000:
		return signed(v, Grouped(strconv.FormatFloat(a, 'f', 0, 64)))
	case a < 1e-4:
		return signed(v, strconv.FormatFloat(a, 'g', -1, 64))
	}
	return signed(v, strconv.FormatFloat(a, 'f', -1, 64))
}

// compact is a number in little room: 12.3k, 4.05M, 2e-05.
func compact(v float64) string {
	if a := math.Abs(v); a > 0 && a < 0.001 {
		return signed(v, strconv.FormatFloat(a, 'e', 0, 64))
	}
	v = threeDigits(v)
	unit, letter := 1.0, ""
	for _, next := range []string{"k", "M", "G", "T"} {
		if math.Abs(v) < unit*1000 {
			break
		}
		unit, letter = unit*1000, next
	}
	return figure(v/unit) + letter
}

// tick is a number on an axis.
func tick(v float64) string {
	if math.Abs(v) >= 1e6 {
		return compact(v)
	}
	return figure(v)
}

// signed puts the sign of v before digits.
func signed(v float64, digits string) string {
	if v < 0 {
		return "−" + digits
	}
	return digits
}

// Grouped sets digits apart by thousands.
func Grouped(digits string) string {
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}

// threeDigits rounds to three significant digits.
func threeDigits(v float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'e', 2, 64), 64)
	if err != nil {
		return v
	}
	return rounded
}
