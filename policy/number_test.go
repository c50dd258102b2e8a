package policy

import (
	"errors"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var numbers = []string{
	"0", "-0", "+0", "7", "-12.50", "+12.5", ".5", "5.", "-.5", "007", "0.000", "1e3", "1E3", "1e+3", "1e-3", "-2.5e-10",
	"999999999999999999", "1000000000000000000", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
	"99999999999999999999999", "0.1234567890123456789012", "00000000000000000000000.5", "1e18", "1e19", "123456789e10", "922337203685477580e1",
	"922337203685477581e1", "1e400", "1e-400", "0e400", "0.00000000000000000000000000001", strings.Repeat("9", longestNumber),
}

var notNumbers = []string{
	"", "-", "+", ".", "-.", "e", "e5", ".e5", "1e", "1e+", "1e-", "1e5.", "1.2.3", "--1", "+-1", "1-", "1e401", "1e-401", "1e9999999999", "1e0001",
	" 1", "1 ", "1,5", "1'000", "1_000", "0x10", "0b1", "1/2", "NaN", "Inf", "-inf", "1p3", "1\x00", "١", "1e٣", "−1", "€5",
	strings.Repeat("9", longestNumber+1),
}

// grammar is what a number looks like, and written is its value by way of the
// standard library: the plain twin of the parser.
var grammar = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE]([+-]?[0-9]{1,3}))?$`)

func written(text string) (*big.Rat, bool) {
	m := grammar.FindStringSubmatch(text)
	if m == nil || len(text) > longestNumber {
		return nil, false
	}
	if m[3] != "" {
		if e, err := strconv.Atoi(m[3]); err != nil || e > farthestPower || e < -farthestPower {
			return nil, false
		}
	}
	return new(big.Rat).SetString(text)
}

func TestNumber(t *testing.T) {
	for _, text := range numbers {
		want, ok := written(text)
		if !ok {
			t.Fatalf("%q is in the wrong list", text)
		}
		if n, err := parse([]byte(text)); err != nil || n.rat().Cmp(want) != 0 {
			t.Errorf("%q: %v, want %v", text, err, want)
		}
	}
	// Zeros in front leave room for what comes after.
	if n, err := parse([]byte("0000000000000000000000012.5")); err != nil || n.exact != nil || n.mantissa != 125 {
		t.Errorf("%+v, %v", n, err)
	}
	for _, text := range notNumbers {
		if _, err := parse([]byte(text)); !errors.Is(err, ErrNumber) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Whatever a float is written as is read.
func TestNumberOfFloats(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Float64().Draw(t, "f")
		for _, format := range []byte("gef") {
			text := strconv.FormatFloat(f, format, -1, 64)
			n, err := parse([]byte(text))
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if back, _ := n.rat().Float64(); back != f {
				t.Fatalf("%q: %v", text, back)
			}
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, text := range append(numbers, notNumbers...) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		n, err := parse(text)
		want, ok := written(string(text))
		if ok != (err == nil) {
			t.Fatalf("%q: %v, and by the grammar %v", text, err, ok)
		}
		if ok && n.rat().Cmp(want) != 0 {
			t.Fatalf("%q: %v, want %v", text, n.rat(), want)
		}
	})
}
