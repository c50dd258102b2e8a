package okvs

import (
	"errors"
	"math"
	"testing"
)

// TestGoldenSizes: the sizes are the same on every machine and in every version,
// or two nodes do not understand one another.
func TestGoldenSizes(t *testing.T) {
	for _, c := range []struct {
		items uint64
		want  Params
		size  int
	}{
		{0, Params{1, 1, 3, 0}, 3},
		{1, Params{1, 1, 3, 0}, 3},
		{2, Params{1, 2, 6, 1}, 7},
		{64, Params{1, 64, 192, 17}, 209},
		{65, Params{1, 65, 195, 13}, 208},
		{257, Params{1, 257, 771, 6}, 777},
		{1025, Params{1, 1025, 2050, 6}, 2056},
		{4097, Params{1, 4097, 5414, 4}, 5418},
		{1 << 14, Params{1, 16384, 20784, 3}, 20787},
		{1 << 15, Params{1, 32768, 41092, 3}, 41095},
		{1<<15 + 1, Params{2, 17040, 21615, 3}, 43236},
		{100_000, Params{4, 26008, 32761, 3}, 131056},
		{1_000_000, Params{31, 33610, 42235, 3}, 1309378},
		{1 << 20, Params{32, 34132, 42881, 3}, 1372288},
		{1 << 22, Params{128, 34181, 42983, 3}, 5502208},
		{1 << 24, Params{512, 34217, 43069, 3}, 22052864},
		{1 << 30, Params{32768, 34310, 43308, 4}, 1419247616},
	} {
		if p, err := For(c.items); err != nil || p != c.want || p.Size() != c.size {
			t.Errorf("%d items: %v, %d elements, %v; want %v, %d", c.items, p, p.Size(), err, c.want, c.size)
		}
	}
	if _, err := For(MaxItems + 1); !errors.Is(err, ErrItems) {
		t.Errorf("too many items: %v", err)
	}
}

// TestSpread compares with numbers computed by other means: capacity and sparse
// columns an item for bins of several sizes.
func TestSpread(t *testing.T) {
	for _, c := range []struct {
		items          uint64
		bins, capacity int
		factor         float64
	}{
		{1 << 16, 4, 17201, 1.2691}, {1 << 20, 64, 17371, 1.2724}, {1 << 20, 32, 34132, 1.2563}, {1 << 20, 16, 67407, 1.2454},
		{1 << 22, 128, 34181, 1.2575}, {1 << 24, 512, 34217, 1.2587}, {1 << 24, 256, 67557, 1.2471},
	} {
		p := spread(c.items, c.bins)
		if got := float64(p.sparse) / float64(p.capacity); p.capacity != c.capacity || math.Abs(got-c.factor) > 6e-5 {
			t.Errorf("%d items in %d bins: capacity %d, factor %.4f; want %d, %.4f", c.items, c.bins, p.capacity, got, c.capacity, c.factor)
		}
	}
}

// TestPackedFits: columns and items of a bin are numbers of 16 bits.
func TestPackedFits(t *testing.T) {
	for items := uint64(1); items <= MaxItems; items += items/3 + 1 {
		p, err := For(items)
		if err != nil || p.sparse > math.MaxUint16+1 || p.capacity > math.MaxUint16+1 || p.sparse < 3 {
			t.Fatalf("%d items: %v, %v", items, p, err)
		}
	}
}

// TestLoad compares the tail of the binomial distribution with a sum of its
// terms by logarithms of factorials.
func TestLoad(t *testing.T) {
	for _, c := range []struct {
		items uint64
		bins  int
	}{{0, 1}, {1, 1}, {77, 1}, {0, 2}, {1, 2}, {2, 2}, {30, 2}, {1000, 3}, {1000, 900}, {5, 40_000}, {70_000, 3}, {1 << 20, 32}, {3 << 20, 32}} {
		got := Load(c.items, c.bins)
		if got > int(c.items) {
			t.Errorf("%d items in %d bins: a bin holds %d", c.items, c.bins, got)
		}
		if got < int(c.items) && tail(c.items, c.bins, got) > -41 {
			t.Errorf("%d items in %d bins: more than %d has a chance of 2^%.2f", c.items, c.bins, got, tail(c.items, c.bins, got))
		}
		if got > 0 && c.bins > 1 && tail(c.items, c.bins, got-1) < -41 {
			t.Errorf("%d items in %d bins: %d is more than need be", c.items, c.bins, got)
		}
	}
}

// tail is the logarithm of bins times the chance that a bin holds more than k.
func tail(items uint64, bins, k int) float64 {
	n, sum := float64(items), 0.0
	for x := float64(k + 1); x <= n && x < float64(k)+20_000; x++ {
		sum += math.Exp(logFactorial(n) - logFactorial(x) - logFactorial(n-x) - x*math.Log(float64(bins)) + (n-x)*math.Log1p(-1/float64(bins)))
	}
	return math.Log2(sum * float64(bins))
}

func logFactorial(x float64) float64 {
	v, _ := math.Lgamma(x + 1)
	return v
}

func TestExact(t *testing.T) {
	for x := 1.0; x < 1e12; x *= 1.37 {
		if got, want := log2(x), math.Log2(x); math.Abs(got-want) > 1e-8 {
			t.Errorf("log2(%g) = %.12f, want %.12f", x, got, want)
		}
	}
	for x := -60.0; x < 60; x += 0.77 {
		if got, want := exp2(x), math.Exp2(x); math.Abs(got/want-1) > 1e-8 {
			t.Errorf("exp2(%g) = %g, want %g", x, got, want)
		}
	}
}
