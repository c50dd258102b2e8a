package policy

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func measure(t testing.TB, low, high string, nullable bool) Measure {
	t.Helper()
	return Measure{Column: "spend", Min: fraction(t, low), Max: fraction(t, high), Nullable: nullable}
}

func encoder(t testing.TB, m Measure) *Encoder {
	t.Helper()
	e, err := NewEncoder(m)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// slow is an encoder that has no fast path.
func slow(t testing.TB, m Measure) *Encoder {
	e := encoder(t, m)
	e.grids = nil
	return e
}

// TestEncode has values on whole steps, which are never rounded.
func TestEncode(t *testing.T) {
	for _, c := range []struct{ low, high, text, want string }{
		{"0", "4096", "2048", "0 0"}, {"0", "4096", "0", "-2048 2048"}, {"0", "4096", "4096", "2048 2048"},
		{"0", "4096", "2049", "1 0"}, {"0", "4096", "2047", "-1 0"}, {"0", "4096", "3072", "1024 512"},
		{"0", "4096", "2080", "32 1"}, {"0", "4096", "2079", "31 0"}, // 32²/2048 is a half, and is rounded up
		// beyond the bounds
		{"0", "4096", "-1", "-2048 2048"}, {"0", "4096", "4097", "2048 2048"}, {"0", "4096", "1e400", "2048 2048"},
		{"0", "4096", "-99999999999999999999999", "-2048 2048"}, {"0", "4096", "9223372036854775807", "2048 2048"},
		// decimals and negatives
		{"-10", "10", "0.00", "0 0"}, {"-10", "10", "-5.0", "-1024 512"}, {"-10", "10", "2.5", "512 128"}, {"-10", "10", "25e-1", "512 128"},
		{"-10", "-5", "-7.5", "0 0"}, {"-10", "-5", "-6.25", "1024 512"}, {"-10", "-5", "0", "2048 2048"},
		{"0.05", "0.15", "0.1", "0 0"}, {"0.05", "0.15", ".125", "1024 512"}, {"1/3", "2/3", "0.5", "0 0"},
		// no room for a fast path
		{"-1e18", "1e18", "5e17", "1024 512"}, {"-1e30", "1e30", "-5e29", "-1024 512"}, {"0", "1e-30", "5e-31", "0 0"},
		{"-9223372036854775808", "9223372036854775807", "-9223372036854775808", "-2048 2048"},
	} {
		for _, e := range []*Encoder{encoder(t, measure(t, c.low, c.high, false)), slow(t, measure(t, c.low, c.high, false))} {
			got, err := e.Append(nil, []byte(c.text), false)
			if err != nil || joined(got) != c.want {
				t.Errorf("%s in [%s, %s]: %s, %v; want %s", c.text, c.low, c.high, joined(got), err, c.want)
			}
		}
	}
}

func joined(values []int64) string {
	words := make([]string, len(values))
	for i, n := range values {
		words[i] = big.NewInt(n).String()
	}
	return strings.Join(words, " ")
}

func TestEncodeNull(t *testing.T) {
	plain, nullable := encoder(t, measure(t, "0", "4096", false)), encoder(t, measure(t, "0", "4096", true))
	dst := []int64{42}
	for _, c := range []struct {
		e    *Encoder
		text string
		null bool
		want string
		err  error
	}{
		{plain, "2049", false, "42 1 0", nil},
		{plain, "", true, "42 0 0", nil},
		{plain, "x", false, "42", ErrNumber},
		{nullable, "2049", false, "42 1 0 1", nil},
		{nullable, "2049", true, "42 0 0 0", nil},
		{nullable, "", true, "42 0 0 0", nil},
		{nullable, "", false, "42", ErrNumber},
		{nullable, "1;2", false, "42", ErrNumber},
	} {
		got, err := c.e.Append(dst, []byte(c.text), c.null)
		if !errors.Is(err, c.err) || joined(got) != c.want {
			t.Errorf("%q, null %v: %s, %v; want %s", c.text, c.null, joined(got), err, c.want)
		}
	}
}

func TestColumns(t *testing.T) {
	if got := measure(t, "0", "1", false).Columns(); !slices.Equal(got, []Column{{2048}, {2048}}) {
		t.Errorf("%v", got)
	}
	if got := measure(t, "0", "1", true).Columns(); !slices.Equal(got, []Column{{2048}, {2048}, {1}}) {
		t.Errorf("%v", got)
	}
}

func TestMeasureRefuses(t *testing.T) {
	one := big.NewRat(1, 1)
	for name, m := range map[string]Measure{
		"no bounds": {}, "no max": {Min: one}, "no min": {Max: one}, "equal": {Min: one, Max: one},
		"swapped": {Min: one, Max: new(big.Rat)}, "digits": {Min: one, Max: new(big.Rat).SetInt(tenTo(100))},
		"fraction": {Min: new(big.Rat).SetFrac(big.NewInt(1), tenTo(100)), Max: one},
	} {
		if _, err := NewEncoder(m); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The encoder keeps nothing of its caller's.
func TestMeasureIsNotRetained(t *testing.T) {
	m := measure(t, "0", "4096", false)
	e := slow(t, m)
	m.Min.SetInt64(-4096)
	if got, _ := e.Append(nil, []byte("2048"), false); joined(got) != "0 0" {
		t.Errorf("%s", joined(got))
	}
}

// exact is where a value stands between the bounds, unrounded.
func exact(m Measure, x *big.Rat) *big.Rat {
	if x.Cmp(m.Min) < 0 {
		x = m.Min
	}
	if x.Cmp(m.Max) > 0 {
		x = m.Max
	}
	z := new(big.Rat).Sub(x, m.mid())
	return z.Mul(z, new(big.Rat).Quo(whole(Q), m.half()))
}

// Either path gives one of the two steps beside the exact place.
func TestEncodeIsBesideThePlace(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		decimal := func(name string) *big.Rat {
			scale := rapid.IntRange(0, 12).Draw(rt, name+" scale")
			return new(big.Rat).SetFrac(big.NewInt(rapid.Int64().Draw(rt, name)), tenTo(scale))
		}
		m := Measure{Min: decimal("min"), Max: decimal("max")}
		if m.Check() != nil {
			rt.Skip("bounds")
		}
		text := decimal("x").FloatString(rapid.IntRange(0, 12).Draw(rt, "digits"))
		z := exact(m, fraction(t, text))
		for _, e := range []*Encoder{encoder(t, m), slow(t, m)} {
			got, err := e.Append(nil, []byte(text), false)
			if err != nil {
				rt.Fatal(err)
			}
			off := new(big.Rat).Sub(whole(got[0]), z)
			if off.Cmp(whole(1)) >= 0 || off.Cmp(whole(-1)) <= 0 || got[0] > Q || got[0] < -Q {
				rt.Fatalf("%v in [%v, %v]: %d, exactly %v", text, m.Min, m.Max, got[0], z)
			}
			if z2 := math.Floor(float64(got[0]*got[0])/Q + 0.5); float64(got[1]) != z2 {
				rt.Fatalf("the square of %d: %d", got[0], got[1])
			}
		}
	})
}

// Rounding is without bias, on either path: the mean of 10^5, or of fewer on
// the slow path, is within five standard errors.
func TestEncodeIsUnbiased(t *testing.T) {
	m := measure(t, "0", "5000", false)
	for _, text := range []string{"0.01", "12.34", "999.99", "2500.30", "4999.999"} {
		place, _ := exact(m, fraction(t, text)).Float64()
		f := place - math.Floor(place)
		for name, c := range map[string]struct {
			e *Encoder
			n int
		}{"fast": {encoder(t, m), 100_000}, "slow": {slow(t, m), 10_000}} {
			sum := int64(0)
			var dst []int64
			for range c.n {
				dst, _ = c.e.Append(dst[:0], []byte(text), false)
				sum += dst[0]
			}
			if off, se := math.Abs(float64(sum)/float64(c.n)-place), math.Sqrt(f*(1-f)/float64(c.n)); off > 5*se {
				t.Errorf("%s, %s: the mean is %.5f off, standard error %.5f", text, name, off, se)
			}
		}
	}
}

// The common case allocates nothing.
func TestEncodeAllocates(t *testing.T) {
	e := encoder(t, measure(t, "0", "5000", true))
	dst, text := make([]int64, 0, 8), []byte("1234.56")
	if n := testing.AllocsPerRun(1000, func() { dst, _ = e.Append(dst[:0], text, false) }); n > 0 {
		t.Errorf("%v allocations a value", n)
	}
}

func FuzzEncode(f *testing.F) {
	for _, text := range append(numbers, notNumbers...) {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		dst, err := encoder(t, measure(t, "-2.5", "1e3", true)).Append([]int64{42}, text, false)
		if err != nil {
			if joined(dst) != "42" {
				t.Fatal("columns of text that is no number")
			}
			return
		}
		if len(dst) != 4 || dst[1] < -Q || dst[1] > Q || dst[2] != square(dst[1]) || dst[3] != 1 {
			t.Fatalf("%v", dst)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	texts := make([][]byte, 1024)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range texts {
		texts[i] = []byte(big.NewRat(r.Int64N(600_000), 100).FloatString(2))
	}
	for name, e := range map[string]*Encoder{
		"fast": encoder(b, measure(b, "0", "5000", true)),
		"slow": slow(b, measure(b, "0", "5000", true)),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			var dst []int64
			for i := 0; b.Loop(); i++ {
				dst, _ = e.Append(dst[:0], texts[i%len(texts)], false)
			}
		})
	}
}
