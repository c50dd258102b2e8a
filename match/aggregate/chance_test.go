package aggregate

// What the tests of random draws share: how far off is chance, and the figures
// that they compare.

import (
	"math"
	"math/big"
	"testing"

	"mandorla/crypto/noise"
)

// errorsAllowed is how many standard errors a figure may be off. A figure of
// correct draws is further off once in 16,000 times.
const errorsAllowed = 4

// twice gives a check of random draws a second chance: a figure of correct ones
// fails it twice in a row once in 200 million times, a wrong one always.
func twice(t *testing.T, check func() error) {
	t.Helper()
	first := check()
	if first == nil {
		return
	}
	if second := check(); second != nil {
		t.Errorf("twice in a row: %v; %v", first, second)
	}
}

// private is the law of an ε for δ = 2^-40 and a customer who counts once.
func private(t *testing.T, eps *big.Rat) noise.Law {
	t.Helper()
	law, err := noise.NewLaw(eps, new(big.Rat).SetFrac64(1, 1<<40), 1)
	if err != nil {
		t.Fatal(err)
	}
	return law
}

// variance is that of some laws' sum.
func variance(t *testing.T, laws ...noise.Law) (total float64) {
	t.Helper()
	for _, law := range laws {
		v, err := law.Variance()
		if err != nil {
			t.Fatal(err)
		}
		f, _ := v.Float64()
		total += f
	}
	return total
}

// spread is the mean of some numbers and their standard deviation from zero.
func spread(numbers []float64) (mean, sd float64) {
	for _, z := range numbers {
		mean += z
		sd += z * z
	}
	n := float64(len(numbers))
	return mean / n, math.Sqrt(sd / n)
}

// apart is the greatest distance of two samples' distribution functions, and
// what it exceeds by chance no more often than errorsAllowed allow (Massart
// 1990, for either sample).
func apart(a, b []float64) (distance, allowed float64) {
	below := func(sample []float64, z float64) (share float64) {
		for _, x := range sample {
			if x <= z {
				share++
			}
		}
		return share / float64(len(sample))
	}
	for _, z := range a {
		distance = max(distance, math.Abs(below(a, z)-below(b, z)))
	}
	by := func(n int) float64 { return math.Sqrt(math.Log(2*32000) / (2 * float64(n))) }
	return distance, by(len(a)) + by(len(b))
}
