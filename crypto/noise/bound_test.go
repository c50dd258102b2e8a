package noise

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"
)

const digits = 600

func float(r *big.Rat) *big.Float { return new(big.Float).SetPrec(digits).SetRat(r) }

// slowExp is e^-x the obvious way: 1 over the series of e^x.
func slowExp(x *big.Rat) *big.Float {
	y := float(x)
	sum, term := float(big.NewRat(1, 1)), float(big.NewRat(1, 1))
	for i := int64(1); term.Sign() > 0 && term.MantExp(nil) > sum.MantExp(nil)-digits; i++ {
		term.Mul(term, y)
		term.Quo(term, float(big.NewRat(i, 1)))
		sum.Add(sum, term)
	}
	return sum.Quo(float(big.NewRat(1, 1)), sum)
}

func TestExpNegEncloses(t *testing.T) {
	xs := []*big.Rat{new(big.Rat), rat(t, "1e-30"), big.NewRat(1, 2), big.NewRat(1, 1), rat(t, "150"), rat(t, "500"), rat(t, "1e9")}
	for range 50 {
		xs = append(xs, big.NewRat(rand.Int64N(1<<20), 1+rand.Int64N(1<<14)))
	}
	for _, x := range xs {
		for _, bits := range []uint{64, 200, 333} {
			e := expNeg(x, bits)
			if width := new(big.Int).Sub(e.high, e.low); e.low.Sign() < 0 || width.Sign() < 0 || width.Cmp(big.NewInt(4)) > 0 {
				t.Errorf("e^-%v in %d bits lies between %v and %v", x, bits, e.low, e.high)
			}
			if x.Cmp(rat(t, "600")) > 0 {
				continue
			}
			want := slowExp(x)
			want.SetMantExp(want, int(bits))
			if float(new(big.Rat).SetInt(e.low)).Cmp(want) > 0 || float(new(big.Rat).SetInt(e.high)).Cmp(want) < 0 {
				t.Errorf("e^-%v in %d bits is not between %v and %v", x, bits, e.low, e.high)
			}
		}
	}
}

// TestTable is the table of PROTOCOLS.md §1.10.
func TestTable(t *testing.T) {
	for _, c := range []struct {
		eps             string
		minus40, minus9 int
		side, published string
	}{
		{"0.05", 481, 341, "28.3", "40"},
		{"0.1", 248, 178, "14.1", "20"},
		{"0.2", 128, 93, "7.1", "10"},
		{"0.5", 53, 39, "2.8", "4.0"},
		{"1", 27, 20, "1.36", "1.92"},
		{"2", 14, 11, "0.60", "0.85"},
	} {
		law, err := NewLaw(rat(t, c.eps), minus40, 1)
		if err != nil || law.S != c.minus40 {
			t.Errorf("ε = %s, δ = 2^-40: s = %d, want %d (%v)", c.eps, law.S, c.minus40, err)
		}
		if s, err := Shift(rat(t, c.eps), rat(t, "1e-9"), 1); err != nil || s != c.minus9 {
			t.Errorf("ε = %s, δ = 10^-9: s = %d, want %d (%v)", c.eps, s, c.minus9, err)
		}
		v, err := law.Variance()
		if err != nil {
			t.Fatal(err)
		}
		if side := printed(v, c.side); side != c.side {
			t.Errorf("ε = %s: sd %s a side, want %s", c.eps, side, c.side)
		}
		if both := printed(v.Add(v, v), c.published); both != c.published {
			t.Errorf("ε = %s: sd %s published, want %s", c.eps, both, c.published)
		}
	}
}

// printed is the standard deviation to as many digits as are wanted.
func printed(variance *big.Rat, want string) string {
	v, _ := variance.Float64()
	decimals := 0
	for i, c := range want {
		if c == '.' {
			decimals = len(want) - i - 1
		}
	}
	return fmt.Sprintf("%.*f", decimals, math.Sqrt(v))
}

// endMass is the probability of the last delta values of a law, the slow way.
func endMass(eps *big.Rat, s, sensitivity int) *big.Float {
	alpha := slowExp(eps)
	total, end, weight := new(big.Float).SetPrec(digits), new(big.Float).SetPrec(digits), float(big.NewRat(1, 1))
	for k := 0; k <= s; k++ {
		both := new(big.Float).Add(weight, weight)
		if k == 0 {
			both = weight
		}
		total.Add(total, both)
		if k > s-sensitivity {
			end.Add(end, weight)
		}
		weight = new(big.Float).Mul(weight, alpha)
	}
	return end.Quo(end, total)
}

// TestShiftIsTheLeast: the ends of the law have at most δ, and would have more
// with a shift less by one.
func TestShiftIsTheLeast(t *testing.T) {
	for _, eps := range []string{"0.01", "0.05", "0.3", "1", "5", "20"} {
		for _, delta := range []string{"1/4", "1e-3", "1e-9", "1/1099511627776", "1e-30"} {
			for _, sensitivity := range []int{1, 2, 3, 10} {
				e, d := rat(t, eps), rat(t, delta)
				s, err := Shift(e, d, sensitivity)
				if err != nil {
					t.Errorf("ε = %s, δ = %s, Δ = %d: %v", eps, delta, sensitivity, err)
					continue
				}
				e.Quo(e, big.NewRat(int64(sensitivity), 1))
				if endMass(e, s, sensitivity).Cmp(float(d)) > 0 {
					t.Errorf("ε = %s, Δ = %d: s = %d leaves more than δ = %s", eps, sensitivity, s, delta)
				}
				if s > sensitivity && endMass(e, s-1, sensitivity).Cmp(float(d)) <= 0 {
					t.Errorf("ε = %s, Δ = %d: s = %d is not the least for δ = %s", eps, sensitivity, s, delta)
				}
			}
		}
	}
}

// TestThresholds has the figures of PROTOCOLS.md §4.3.
func TestThresholds(t *testing.T) {
	for _, c := range []struct {
		eps, beta string
		want      int
	}{{"1", "1e-6", 16}, {"0.1", "1e-6", 154}, {"1", "1e-3", 9}, {"0.1", "1e-3", 79}} {
		law, err := NewLaw(rat(t, c.eps), minus40, 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Quantile([]Law{law, law}, rat(t, c.beta)); err != nil || got != c.want {
			t.Errorf("ε = %s, β = %s: T = %d, want %d (%v)", c.eps, c.beta, got, c.want, err)
		}
	}
}

// slowSum convolves mass functions term by term, for all sums from less all
// shifts up to all shifts.
func slowSum(laws []Law) []*big.Float {
	p := []*big.Float{float(big.NewRat(1, 1))}
	for _, l := range laws {
		alpha, out := slowExp(l.Eps), make([]*big.Float, len(p)+2*l.S)
		for i := range out {
			out[i] = new(big.Float).SetPrec(digits)
		}
		weight := float(big.NewRat(1, 1))
		for k := range l.S + 1 {
			for i, x := range p {
				w := new(big.Float).Mul(x, weight)
				out[i+l.S+k].Add(out[i+l.S+k], w)
				if k > 0 {
					out[i+l.S-k].Add(out[i+l.S-k], w)
				}
			}
			weight = new(big.Float).Mul(weight, alpha)
		}
		p = out
	}
	return p
}

// slowQuantile is the least T that is reached with at most β of the sum's law.
func slowQuantile(p []*big.Float, beta *big.Rat) int {
	total, reached := new(big.Float).SetPrec(digits), new(big.Float).SetPrec(digits)
	for _, x := range p {
		total.Add(total, x)
	}
	total.Mul(total, float(beta))
	shifts := len(p) / 2
	for z := shifts; z > 0; z-- {
		if reached.Add(reached, p[z+shifts]).Cmp(total) > 0 {
			return min(z+1, shifts)
		}
	}
	return min(1, shifts) // at 0 there is more than half of it
}

func TestQuantileAgreesWithTheSlowOne(t *testing.T) {
	for range 20 {
		laws := make([]Law, 1+rand.IntN(4))
		for i := range laws {
			laws[i] = Law{big.NewRat(1+rand.Int64N(30), 10), 1 + rand.IntN(25)}
		}
		slow := slowSum(laws)
		for _, beta := range []string{"1/2", "1/10", "1e-3", "1e-6", "1e-12", "1e-40"} {
			want := slowQuantile(slow, rat(t, beta))
			if got, err := Quantile(laws, rat(t, beta)); err != nil || got != want {
				t.Errorf("T = %d, want %d for β = %s of %d laws (%v)", got, want, beta, len(laws), err)
			}
		}
	}
}

// TestConvolutionIsOnTheSafeSide: every probability is bounded from above, by
// little, and with what was trimmed away they make at least the whole.
func TestConvolutionIsOnTheSafeSide(t *testing.T) {
	for _, s := range []int{9, 40, 150} {
		laws := []Law{{big.NewRat(1, 2), s}, {big.NewRat(13, 10), s / 2}, {big.NewRat(1, 2), s}}
		c := newConvolution(rat(t, "1e-6"), len(laws))
		if err := c.addAll(laws, maxSteps); err != nil {
			t.Fatal(err)
		}
		slow, total, all := slowSum(laws), new(big.Float).SetPrec(digits), new(big.Int).Set(c.beyond)
		for _, x := range slow {
			total.Add(total, x)
		}
		for z := range c.p {
			low := new(big.Float).Quo(slow[len(slow)/2+z], total)
			low.SetMantExp(low, int(c.bits))
			over := new(big.Float).Sub(float(new(big.Rat).SetInt(c.p[z])), low)
			if trimmed := len(c.p) <= len(slow)/2; over.Sign() < 0 && !trimmed || over.Cmp(big.NewFloat(1000)) > 0 {
				t.Errorf("s = %d: the bound of %d is off by %.1f units", s, z, over)
			}
			all.Add(all, c.p[z])
			if z > 0 {
				all.Add(all, c.p[z]) // of -z
			}
		}
		if all.Cmp(one(c.bits)) < 0 {
			t.Errorf("s = %d: the bounds make less than the whole", s)
		}
		if s == 150 && (c.beyond.Sign() == 0 || len(c.p) > 200) {
			t.Error("nothing was trimmed away")
		}
	}
}

// TestQuantileAtTheEnds: certainty needs all shifts, and no threshold asks for
// more.
func TestQuantileAtTheEnds(t *testing.T) {
	law := Law{big.NewRat(1, 1), 27}
	for _, n := range []int{0, 1, 2, 16} {
		laws := make([]Law, n)
		for i := range laws {
			laws[i] = law
		}
		tiny := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), 2000))
		if got, err := Quantile(laws, tiny); err != nil || got != 27*n {
			t.Errorf("%d laws, β = 2^-2000: T = %d, want %d (%v)", n, got, 27*n, err)
		}
		if got, err := Quantile(laws, big.NewRat(1, 2)); err != nil || got != min(1, n) {
			t.Errorf("%d laws, β = 1/2: T = %d (%v)", n, got, err)
		}
	}
}

// TestSpread compares variances and tails with sums over the mass function.
func TestSpread(t *testing.T) {
	for _, scale := range []string{"1/3", "1", "10", "100"} {
		r := rat(t, scale)
		b, _ := r.Float64()
		mass := laplaceMass(1 / b)
		want, tail := 0.0, 1.0
		bound, err := LaplaceTail(r, rat(t, "1e-6"))
		if err != nil {
			t.Fatal(err)
		}
		for z := int64(-5000); z <= 5000; z++ {
			want += mass(z) * float64(z) * float64(z)
		}
		for z := -bound + 1; z < bound; z++ {
			tail -= mass(z)
		}
		if bound > 0 && tail <= 1e-6 {
			t.Errorf("scale %s: the tail bound %d is not the least", scale, bound)
		}
		if last := tail - 2*mass(bound); last > 1e-6 {
			t.Errorf("scale %s: beyond %d lies %g", scale, bound, last)
		}
		v, err := LaplaceVariance(r)
		if got, _ := v.Float64(); err != nil || math.Abs(got/want-1) > 1e-9 {
			t.Errorf("scale %s: variance %g, want %g (%v)", scale, got, want, err)
		}
	}
	v, err := Law{big.NewRat(1, 64), 1}.Variance()
	alpha := math.Exp(-1. / 64)
	if got, _ := v.Float64(); err != nil || math.Abs(got-2*alpha/(1+2*alpha)) > 1e-12 {
		t.Errorf("variance of a law of three values: %g (%v)", got, err)
	}
	if bound, err := LaplaceTail(rat(t, "1/10"), big.NewRat(1, 1)); err != nil || bound != 0 {
		t.Errorf("all of a law lies beyond %d (%v)", bound, err)
	}
	if bound, err := LaplaceTail(big.NewRat(1<<40, 1), minus40); err != nil || bound>>40 != 27 {
		t.Errorf("beyond %d lies 2^-40 (%v)", bound, err)
	}
}

func BenchmarkLaplace(b *testing.B) {
	l, _ := NewLaplace(big.NewRat(10, 1))
	for b.Loop() {
		l.Draw()
	}
}

func BenchmarkGaussian(b *testing.B) {
	g, _ := NewGaussian(big.NewRat(10000, 1))
	for b.Loop() {
		g.Draw()
	}
}

func BenchmarkTDL(b *testing.B) {
	for _, law := range []Law{{big.NewRat(1, 20), 481}, {big.NewRat(1, 1), 27}, {big.NewRat(2, 1), 14}} {
		d, _ := NewTDL(law)
		b.Run(law.Eps.RatString(), func(b *testing.B) {
			for b.Loop() {
				d.Draw()
			}
		})
	}
}

func BenchmarkShift(b *testing.B) {
	for b.Loop() {
		if _, err := Shift(big.NewRat(1, 20), minus40, 1); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuantile(b *testing.B) {
	for _, c := range []struct {
		law Law
		m   int
	}{{Law{big.NewRat(1, 1), 27}, 2}, {Law{big.NewRat(1, 20), 481}, 16}, {Law{big.NewRat(1, 4), 108}, 80}, {Law{big.NewRat(1, 1), 27}, 1600}} {
		laws := make([]Law, c.m)
		for i := range laws {
			laws[i] = c.law
		}
		b.Run(fmt.Sprintf("m=%d,s=%d", c.m, c.law.S), func(b *testing.B) {
			for b.Loop() {
				if _, err := Quantile(laws, big.NewRat(1, 1e6)); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed())/float64(time.Millisecond)/float64(b.N), "ms/op")
		})
	}
}
