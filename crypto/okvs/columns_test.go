package okvs

import (
	"math"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/gf128"
)

// Encoding fails when more rows go to the gap than there are dense columns. Only
// rows of a core do, a set of rows none of which has a column to itself. What
// follows bounds the chance that a random bin of n rows and m sparse columns has
// cores with a larger gap, by the expected number of such cores.
//
// A core of r rows and c columns, each at least twice in use, has x = 3r - 2c uses
// beyond two. Its gap has at most r - 1 rows, and r - 2 if r > 2 and a column is in
// use just twice: the first row put into the gap then sets another free. If it
// is connected, at most 1 + x: peeling stops again only at a column with a use
// to spare.

// TestColumnsOfSmallBins sums over all cores that might have too large a gap,
// connected or not. (For 2048 to 4096 items the same sum gives 2^-50 and less.)
func TestColumnsOfSmallBins(t *testing.T) {
	sizes := []int{96, 128, 192, 256, 257, 300, 512, 768}
	for n := range 80 {
		sizes = append(sizes, n+1)
	}
	counts := newCounts(768)
	if !testing.Short() {
		sizes, counts = append(sizes, 1024, 1025), newCounts(1025)
	}
	for _, n := range sizes {
		m, g := columns(n, security+1)
		sum := math.Inf(-1)
		for r := g + 2; r <= n; r++ {
			for c := 3; c <= min(3*r/2, m); c++ {
				if r >= 2*(g+1) || c <= r {
					sum = addLogs(sum, counts.cores(n, m, r, c))
				}
			}
		}
		if sum/math.Ln2 > -security-1 {
			t.Errorf("%d items, %d + %d columns: may fail with a chance of 2^%.2f", n, m, g, sum/math.Ln2)
		}
	}
}

// TestColumnsOfLargeBins sums over all small cores by their connected parts. The
// giant cores are the matter of TestGiants.
func TestColumnsOfLargeBins(t *testing.T) {
	const small, most = 12, 200
	counts, parts := newCounts(most), connected(small)
	for _, c := range []struct{ items, lambda int }{
		{4097, 41}, {5000, 41}, {8192, 41}, {16383, 41}, {16384, 41}, {17040, 42}, {26008, 43}, {32768, 41},
		{34132, 46}, {34200, 49}, {34249, 52}, {34270, 53}, {34310, 56},
	} {
		m, g := columns(c.items, c.lambda)
		var weights [64]float64 // expected connected cores, by gap
		for r := 2; r <= small; r++ {
			for k, count := range parts[r] {
				if count > 0 {
					weights[gapOf(r, k)] += math.Exp(math.Log(count) + float64(r)*math.Log(float64(c.items)) + float64(k)*math.Log(float64(m)) - float64(r)*math.Log(choose(m, 3)))
				}
			}
		}
		sum := 0.0
		for i, w := range exponential(weights[:]) {
			if i > g {
				sum += w
			}
		}
		for r := small + 1; r <= most; r++ {
			for k := 3; k <= 3*r/2; k++ {
				sum += math.Exp(counts.cores(c.items, m, r, k))
			}
		}
		if math.Log2(sum) > -float64(c.lambda) {
			t.Errorf("%d items, %d + %d columns: may fail with a chance of 2^%.2f, not 2^-%d", c.items, m, g, math.Log2(sum), c.lambda)
		}
	}
}

func gapOf(r, c int) int {
	most := r - 1
	if r > 2 && c > r {
		most--
	}
	return min(most, 1+3*r-2*c)
}

// counts are logarithms: of factorials, and of the sequences of length 3r over c
// symbols that have each at least twice.
type counts struct {
	factorial []float64
	sequences [][]float64
}

func newCounts(most int) counts {
	s := counts{sequences: make([][]float64, most+1)}
	for i := range 60_000 {
		s.factorial = append(s.factorial, logFactorial(float64(i)))
	}
	width := 3*most/2 + 1
	before, last, next := nothing(width), nothing(width), nothing(width)
	last[0] = 0
	for n := 1; n <= 3*most; n++ {
		next[0] = math.Inf(-1)
		for c := 1; c < width && 2*c <= n; c++ { // the last symbol is there twice already, or not
			next[c] = addLogs(last[c], math.Log(float64(n-1))+before[c-1]) + math.Log(float64(c))
		}
		before, last, next = last, next, before
		if n%3 == 0 {
			s.sequences[n/3] = append([]float64(nil), last[:n/2+1]...)
		}
	}
	return s
}

// cores is the logarithm of the expected number of cores.
func (s counts) cores(n, m, r, c int) float64 {
	f := s.factorial
	return f[n] - f[r] - f[n-r] + f[m] - f[c] - f[m-c] + s.sequences[r][c] - float64(r)*(f[m]-f[m-3])
}

func nothing(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = math.Inf(-1)
	}
	return out
}

func addLogs(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(b, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}

// connected is the number of connected cores of r rows and c columns, over r!c!:
// the logarithm, as a power series, of that of all cores.
func connected(rows int) [][]float64 {
	width := 3*rows/2 + 1
	all, out := make([][]float64, rows+1), make([][]float64, rows+1)
	for r := range all {
		all[r], out[r] = make([]float64, width), make([]float64, width)
		for c := 3; c <= 3*r/2; c++ {
			all[r][c] = everyTwice(r, c) / math.Gamma(float64(r+1)) / math.Gamma(float64(c+1))
		}
		for c := range width {
			sum := float64(r) * all[r][c]
			for k := 1; k < r; k++ {
				for j := range c {
					sum -= float64(k) * out[k][j] * all[r-k][c-j]
				}
			}
			if r > 0 {
				out[r][c] = max(0, sum/float64(r))
			}
		}
	}
	return out
}

// everyTwice counts the ways of r rows to choose three columns of c so that each
// is chosen twice or more: row by row, by the columns chosen once and oftener.
func everyTwice(r, c int) float64 {
	ways := map[[2]int]float64{{0, 0}: 1}
	for range r {
		next := map[[2]int]float64{}
		for s, w := range ways {
			for i := range 4 {
				for j := range 4 - i {
					k := 3 - i - j
					next[[2]int{s[0] + i - j, s[1] + j}] += w * choose(c-s[0]-s[1], i) * choose(s[0], j) * choose(s[1], k)
				}
			}
		}
		ways = next
	}
	return ways[[2]int{0, c}]
}

func choose(n, k int) float64 {
	out := 1.0
	for i := range k {
		out *= float64(n-i) / float64(i+1)
	}
	return out
}

// exponential is that of a power series without a constant term.
func exponential(w []float64) []float64 {
	out := make([]float64, len(w))
	out[0] = 1
	for n := 1; n < len(w); n++ {
		for k := 1; k <= n; k++ {
			out[n] += float64(k) * w[k] * out[n-k] / float64(n)
		}
	}
	return out
}

// gaps encodes random bins and counts the sizes of gaps, up to the limit.
func gaps(r *rand.Rand, p Params, items, trials, limit int) []int {
	peel, h, out := newPeeler(p), make([]gf128.Element, items), make([]int, limit+2)
	for range trials {
		for i := range h {
			h[i] = gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
		}
		peel.run(h, limit)
		out[len(peel.gap)]++
	}
	return out
}

// TestSmallCores compares the gaps of bins with few columns with the sums that
// TestColumnsOfLargeBins makes: ones, nearly all from pairs of equal rows, come as
// often as foretold, and larger ones no oftener.
func TestSmallCores(t *testing.T) {
	trials := 20_000
	if testing.Short() {
		trials = 4000
	}
	r, parts := rand.New(rand.NewPCG(1, 2)), connected(12)
	for _, c := range []struct{ items, sparse int }{{30, 90}, {60, 120}, {60, 180}, {120, 240}} {
		var weights [64]float64
		for rows := 2; rows <= 12; rows++ {
			for k, count := range parts[rows] {
				if count == 0 {
					continue
				}
				weights[gapOf(rows, k)] += count * math.Pow(float64(c.items), float64(rows)) * math.Pow(float64(c.sparse), float64(k)) / math.Pow(choose(c.sparse, 3), float64(rows))
			}
		}
		got := gaps(r, Params{1, c.items, c.sparse, 17}, c.items, trials, 8)
		some, more := 0, 0
		for i, n := range got {
			if i >= 1 {
				some += n
			}
			if i >= 2 {
				more += n
			}
		}
		pairs := float64(c.items*(c.items-1)) / 2 / choose(c.sparse, 3) * float64(trials)
		upper := weights[1] * float64(trials)
		if x := float64(some); x < pairs-5*math.Sqrt(pairs) || x > upper+5*math.Sqrt(upper) {
			t.Errorf("%v: %d of %d have a gap; pairs alone are %.1f, all cores %.1f", c, some, trials, pairs, upper)
		}
		two := (exponential(weights[:])[2] + weights[3]*2) * float64(trials)
		if float64(more) > two+5*math.Sqrt(two)+1 {
			t.Errorf("%v: %d of %d have a gap of two and more, %.1f foretold", c, more, trials, two)
		}
	}
}

// TestGiants compares how often a giant core occurs near its threshold with the
// formula of fitted, at chances that can be measured: no oftener than it says, and
// nearly always well below the threshold.
func TestGiants(t *testing.T) {
	work := 1 << 20 // items of a case
	if testing.Short() {
		work = 1 << 18
	}
	r := rand.New(rand.NewPCG(3, 4))
	for _, items := range []int{512, 1024, 4096, 16384} {
		for _, lambda := range []int{-45, 0, 2, 4, 6} {
			p := Params{1, items, ceil(fitted(items, lambda) * float64(items)), 6}
			trials := work / items
			giants := float64(gaps(r, p, items, trials, p.dense)[p.dense+1]) / float64(trials)
			limit := math.Exp2(-float64(lambda))
			if lambda >= 0 && giants > limit+3*math.Sqrt(limit/float64(trials)) {
				t.Errorf("%d items, %d columns: giant cores in %.3f, at most %.3f foretold", items, p.sparse, giants, limit)
			}
			if lambda < 0 && giants < 0.9 {
				t.Errorf("%d items, %d columns: giant cores in %.3f only", items, p.sparse, giants)
			}
		}
	}
}
