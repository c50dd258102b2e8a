package noise

import (
	"math"
	"math/big"
	"testing"
)

// draws is how many are compared with a mass function: most from the first two
// laws of a table, which are its extremes.
func draws(row int) int {
	if testing.Short() || raced || row > 1 {
		return 1e5
	}
	return 1e6
}

// surprise bounds how often a test of exact draws fails: once in e^surprise.
const surprise = 28

// fits compares draws with a mass function by Pearson's χ². Values are taken
// together from the left until a class expects enough; mass is 0 outside
// [from, to], where no draw may lie. The bound is that of Laurent and Massart
// (2000): χ² with k degrees exceeds k + 2√(kt) + 2t with probability e^-t.
func fits(t *testing.T, n int, draw func() int64, from, to int64, mass func(int64) float64) {
	t.Helper()
	const enough = 80
	seen := make([]float64, to-from+1)
	for range n {
		z := draw()
		if z < from || z > to {
			t.Fatalf("%d was drawn outside [%d, %d]", z, from, to)
		}
		seen[z-from]++
	}
	classes, chi2, expected, got, rest := 0, 0.0, 0.0, 0.0, float64(n)
	close := func() {
		chi2 += (got - expected) * (got - expected) / expected
		rest -= expected
		classes, expected, got = classes+1, 0, 0
	}
	for z := from; z <= to; z++ {
		expected += mass(z) * float64(n)
		got += seen[z-from]
		if expected >= enough && rest-expected >= enough {
			close()
		}
	}
	close()
	k := float64(classes - 1)
	if bound := k + 2*math.Sqrt(k*surprise) + 2*surprise; classes < 2 || chi2 > bound {
		t.Errorf("χ² = %.1f over %d classes, bound %.1f", chi2, classes, bound)
	}
}

// far is how far out a draw of these laws lies with probability e^-surprise
// and a million draws.
const far = 60

func TestLaplaceDraws(t *testing.T) {
	for row, scale := range []string{"100", "1/5", "1", "7/3", "20480/3"} {
		t.Run(scale, func(t *testing.T) {
			r := rat(t, scale)
			l, err := NewLaplace(r)
			if err != nil {
				t.Fatal(err)
			}
			b, _ := r.Float64()
			end := int64(far*b) + 2
			fits(t, draws(row), l.Draw, -end, end, laplaceMass(1/b))
		})
	}
}

// laplaceMass is (1-α)/(1+α)·α^|z|.
func laplaceMass(eps float64) func(int64) float64 {
	return func(z int64) float64 {
		return math.Tanh(eps/2) * math.Exp(-eps*math.Abs(float64(z)))
	}
}

func TestGaussianDraws(t *testing.T) {
	for row, sigma2 := range []string{"10000", "1/10", "355/113", "1"} {
		t.Run(sigma2, func(t *testing.T) {
			r := rat(t, sigma2)
			g, err := NewGaussian(r)
			if err != nil {
				t.Fatal(err)
			}
			s2, _ := r.Float64()
			end := int64(12*math.Sqrt(s2)) + 2
			weight := func(z int64) float64 { return math.Exp(-float64(z) * float64(z) / (2 * s2)) }
			fits(t, draws(row), g.Draw, -end, end, normed(-end, end, weight))
		})
	}
}

// normed makes weights a mass function.
func normed(from, to int64, weight func(int64) float64) func(int64) float64 {
	total := 0.0
	for z := from; z <= to; z++ {
		total += weight(z)
	}
	return func(z int64) float64 { return weight(z) / total }
}

// TestTDLDraws has laws with a shift for a small δ and laws that are cut off
// where draws still fall, so that their ends are seen.
func TestTDLDraws(t *testing.T) {
	for row, c := range []struct {
		eps string
		s   int
	}{{"0.01", 300}, {"5", 6}, {"0.05", 8}, {"1", 27}, {"1", 2}, {"5", 1}} {
		t.Run(c.eps, func(t *testing.T) {
			eps := rat(t, c.eps)
			d, err := NewTDL(Law{eps, c.s})
			if err != nil {
				t.Fatal(err)
			}
			e, _ := eps.Float64()
			s := int64(c.s)
			mass := normed(0, 2*s, func(z int64) float64 { return math.Exp(-e * math.Abs(float64(z-s))) })
			fits(t, draws(row), func() int64 { return int64(d.Draw()) }, 0, 2*s, mass)
		})
	}
}

func TestExpDraws(t *testing.T) {
	coins := NewCoins()
	for row, x := range []string{"1/100", "5", "1/2", "1"} {
		t.Run(x, func(t *testing.T) {
			r := rat(t, x)
			f, _ := r.Float64()
			fits(t, draws(row), func() int64 { return exp(t, coins, r) }, 0, 1, coinMass(math.Exp(-f)))
		})
	}
	for x, want := range map[string]int64{"0": 1, "1000": 0, "1e40": 0} {
		for range 1000 {
			if exp(t, coins, rat(t, x)) != want {
				t.Fatalf("e^-%s is not %d", x, want)
			}
		}
	}
}

func exp(t *testing.T, coins *Coins, x *big.Rat) int64 {
	t.Helper()
	yes, err := coins.Exp(x)
	if err != nil {
		t.Fatal(err)
	}
	return digit(yes)
}

func coinMass(p float64) func(int64) float64 {
	return func(z int64) float64 { return p*float64(z) + (1-p)*float64(1-z) }
}

func TestFlipDraws(t *testing.T) {
	coins := NewCoins()
	s := coins.src
	for row, c := range [][2]uint64{{999, 1000}, {1, 3}, {1 << 63, 1<<64 - 1}} {
		mass := coinMass(float64(c[0]) / float64(c[1]))
		n, d := new(big.Int).SetUint64(c[0]), new(big.Int).SetUint64(c[1])
		fits(t, draws(row), func() int64 { return digit(coins.Flip(c[0], c[1])) }, 0, 1, mass)
		fits(t, draws(row), func() int64 { return digit(s.flipBig(n, d)) }, 0, 1, mass)
	}
	if s.flip(0, 5) || !s.flip(5, 5) || !s.flip(6, 5) || s.flipBig(new(big.Int), big.NewInt(5)) || !s.flipBig(big.NewInt(5), big.NewInt(5)) {
		t.Error("a certain coin fell on the wrong side")
	}
}

func digit(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

func TestBelowDraws(t *testing.T) {
	s := new(source)
	for row, n := range []uint64{3, 1000, 2, 7, 64} {
		fits(t, draws(row), func() int64 { return int64(s.below(n)) }, 0, int64(n-1), func(int64) float64 { return 1 / float64(n) })
	}
	// Were no words dropped, half of the results would be multiples of 3.
	const n = 3 << 62
	fits(t, draws(0), func() int64 { return int64(s.below(n) % 3) }, 0, 2, func(int64) float64 { return 1.0 / 3 })
	if s.below(1) != 0 {
		t.Error("below 1 there is 0 alone")
	}
}

// TestDivideIsWide compares the division with one of any size.
func TestDivideIsWide(t *testing.T) {
	for _, l := range []Laplace{{num: 1<<62 - 1, den: 1<<62 - 3}, {num: 1 << 61, den: 1 << 21}, {num: 7, den: 3}} {
		for _, times := range []uint64{0, 1, 5, 1 << 20} {
			want := new(big.Int).Mul(new(big.Int).SetUint64(l.num), new(big.Int).SetUint64(times))
			want.Add(want, new(big.Int).SetUint64(l.num-1)).Quo(want, new(big.Int).SetUint64(l.den))
			if got := l.divide(times, l.num-1); got != want.Int64() {
				t.Errorf("(%d·%d + rest)/%d = %d, want %v", l.num, times, l.den, got, want)
			}
		}
	}
}
