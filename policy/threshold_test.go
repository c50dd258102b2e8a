package policy

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"mandorla/crypto/noise"
)

// law is that of counts of a private ε.
func law(t testing.TB, epsilon string) noise.Law {
	t.Helper()
	l, err := noise.NewLaw(fraction(t, epsilon), delta, 1)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// The first two are the figures of PROTOCOLS.md §4.3.
func TestThreshold(t *testing.T) {
	one, tenth, slight := law(t, "1"), law(t, "0.1"), noise.Law{Eps: big.NewRat(1, 1), S: 2}
	for _, c := range []struct {
		laws          []noise.Law
		levels, cells int
		want          int64
	}{
		{[]noise.Law{one, one}, 1, 1, 16},
		{[]noise.Law{tenth, tenth}, 1, 1, 154},
		{nil, 1, 1, 0},
		{nil, 3, 7, 0},
		// Certain where the noise is bounded closely enough.
		{[]noise.Law{slight, slight}, 1, 1, 4},
		// As if the levels and cells were so many more laws.
		{[]noise.Law{one, one}, 2, 1, 19},
		{[]noise.Law{one, one}, 1, 2, 19},
		{[]noise.Law{one, one, one, one}, 1, 1, 19},
		// Too much to do: all shifts.
		{[]noise.Law{{Eps: big.NewRat(1, 10000), S: noise.MaxShift}}, 5, 1, 5 * noise.MaxShift},
	} {
		got, err := NewThreshold(50, c.laws, c.levels, c.cells)
		if err != nil {
			t.Fatal(err)
		}
		if got.T() != c.want || got.Least() != 50+c.want {
			t.Errorf("%d laws, %d levels, %d cells: T %d, least %d; want %d", len(c.laws), c.levels, c.cells, got.T(), got.Least(), c.want)
		}
	}
}

// plainQuantile is the least T that the sum of the laws reaches with
// probability 10^-6 at most, by convolution of their probabilities: the plain
// twin, good to some twelve digits.
func plainQuantile(laws []noise.Law) int64 {
	p := []float64{1} // of the sum plus all shifts
	shifts := 0
	for _, l := range laws {
		eps, _ := l.Eps.Float64()
		one, total := make([]float64, 2*l.S+1), 0.0
		for i := range one {
			one[i] = math.Exp(-eps * math.Abs(float64(i-l.S)))
			total += one[i]
		}
		sum := make([]float64, len(p)+2*l.S)
		for i, a := range p {
			for j, b := range one {
				sum[i+j] += a * b / total
			}
		}
		p, shifts = sum, shifts+l.S
	}
	reached := 0.0
	for z := len(p) - 1; z >= shifts; z-- {
		if reached += p[z]; reached > 1e-6 {
			return int64(z + 1 - shifts)
		}
	}
	return 0
}

func TestThresholdIsTheQuantile(t *testing.T) {
	for _, c := range []struct {
		laws          []noise.Law
		levels, cells int
	}{
		{[]noise.Law{law(t, "1"), law(t, "1")}, 1, 1},
		{[]noise.Law{law(t, "1"), law(t, "1")}, 2, 2},
		{[]noise.Law{law(t, "1"), law(t, "0.25")}, 3, 1},
		{[]noise.Law{law(t, "0.1"), law(t, "0.1")}, 2, 1},
		{[]noise.Law{law(t, "2")}, 4, 1},
	} {
		th, err := NewThreshold(50, c.laws, c.levels, c.cells)
		if err != nil {
			t.Fatal(err)
		}
		if want := plainQuantile(slices.Repeat(c.laws, c.levels*c.cells)); th.T() != want {
			t.Errorf("%d levels, %d cells: T %d, want %d", c.levels, c.cells, th.T(), want)
		}
	}
}

// One side's noise alone, as where one member learns, needs less.
func TestThresholdOfOneSide(t *testing.T) {
	one := law(t, "1")
	single, err := NewThreshold(50, []noise.Law{one}, 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	// P[z ≥ T] = α^T/(1+α), up to 2^-40: 14 at 10^-6.
	if single.T() != 14 {
		t.Errorf("T %d", single.T())
	}
}

// Two nodes name their own law first.
func TestThresholdIgnoresOrder(t *testing.T) {
	a, b := law(t, "1"), law(t, "0.3")
	laws := []noise.Law{a, b}
	ab, err := NewThreshold(50, []noise.Law{b, a}, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	ba, err := NewThreshold(50, laws, 2, 1)
	if err != nil {
		t.Fatal(err)
	}
	if ab != ba {
		t.Errorf("%+v and %+v", ab, ba)
	}
	if laws[0].S != a.S || laws[1].S != b.S {
		t.Error("the caller's laws were sorted")
	}
}

func TestDecide(t *testing.T) {
	one := law(t, "1")
	for _, c := range []struct {
		laws []noise.Law
		want []bool
	}{
		{[]noise.Law{one, one}, []bool{false, false, false, false, false, true, true}},
		{nil, []bool{false, false, false, true, true, true, true}},
	} {
		th, err := NewThreshold(50, c.laws, 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		counts := []int64{-7, 0, 49, 50, 65, 66, 1 << 40}
		if got := th.Decide(counts); !slices.Equal(got, c.want) {
			t.Errorf("%d laws: %v, want %v", len(c.laws), got, c.want)
		}
	}
}

func TestThresholdRefuses(t *testing.T) {
	fine := law(t, "1")
	for name, f := range map[string]func() (Threshold, error){
		"no law":     func() (Threshold, error) { return NewThreshold(50, []noise.Law{fine, {}}, 1, 1) },
		"no levels":  func() (Threshold, error) { return NewThreshold(50, nil, 0, 1) },
		"no cells":   func() (Threshold, error) { return NewThreshold(50, nil, 1, 0) },
		"many cells": func() (Threshold, error) { return NewThreshold(50, nil, 1<<40, 1<<40) },
		"group":      func() (Threshold, error) { return NewThreshold(1<<63, nil, 1, 1) },
	} {
		if _, err := f(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
