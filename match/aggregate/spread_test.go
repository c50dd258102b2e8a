package aggregate

import (
	"fmt"
	"math"
	"math/big"
	"testing"

	"mandorla/crypto/noise"
	"mandorla/match"
)

// published is the table of one run in which so many customers are in each
// level and cell: both sides draw as they do in a run, the counts are what a
// run counts, c = I + d_A + d_B, and the table is made of them by a run's code.
// What is left out is the cryptography, which finds c; TestFullRuns has it.
func published(t *testing.T, a, b grid, overlap [][]uint64) (out match.Table, ofA, ofB drawn) {
	t.Helper()
	var err error
	if ofA, err = draw(a); err != nil {
		t.Fatal(err)
	}
	if ofB, err = draw(b); err != nil {
		t.Fatal(err)
	}
	h := &half{grid: a, counts: table(a)}
	for level, cells := range overlap {
		for cell, n := range cells {
			h.counts[level][cell] = n + ofA.dummies[level][cell] + ofB.dummies[level][cell]
		}
	}
	return h.table(), ofA, ofB
}

// grids are both sides' of a run.
func grids(t *testing.T, c match.Config) (a, b grid) {
	t.Helper()
	a, err := newGrid(c)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = newGrid(other(c)); err != nil {
		t.Fatal(err)
	}
	return a, b
}

// releases is how often one table is published.
const releases = 2000

// TestSpread: over many releases of one table every noisy count has the true
// one as its mean, also where that is zero, and all have the spread that the
// two laws predict.
func TestSpread(t *testing.T) {
	c := config()
	ofA, ofB := private(t, big.NewRat(1, 1)), private(t, big.NewRat(2, 1))
	c.Cells.Own.Dummies, c.Cells.Peer.Dummies = ofA, ofB
	a, b := grids(t, c)
	truth := [][]uint64{{0, 1, 2, 5, 9, 0}, {3, 0, 0, 7, 1, 4}}
	want := math.Sqrt(variance(t, ofA, ofB))
	twice(t, func() error {
		off := make([][]float64, a.levels*a.cells()) // per level and cell, of every release
		var all []float64
		for range releases {
			got, _, _ := published(t, a, b, truth)
			for level, cells := range got.Levels {
				for cell, n := range cells {
					z := float64(n - int64(truth[level][cell]))
					at := level*a.cells() + cell
					off[at], all = append(off[at], z), append(all, z)
				}
			}
		}
		for _, zs := range append(off, all) {
			mean, _ := spread(zs)
			if most := errorsAllowed * want / math.Sqrt(float64(len(zs))); math.Abs(mean) > most {
				return fmt.Errorf("%d noisy counts are off by %.3f on average, at most %.3f is chance", len(zs), mean, most)
			}
		}
		mean, sd := spread(all)
		t.Logf("%d noisy counts: off by %.4f on average, sd %.3f, predicted %.3f", len(all), mean, sd, want)
		return near(sd, want)
	})
}

// near refuses a standard deviation more than 5 % from the predicted one.
func near(sd, want float64) error {
	if math.Abs(sd/want-1) > 0.05 {
		return fmt.Errorf("a standard deviation of %.3f, predicted %.3f", sd, want)
	}
	return nil
}

// TestSumSpread: the same of the noise that both sides add to a sum.
func TestSumSpread(t *testing.T) {
	c, scale := config(), big.NewRat(10, 1)
	c.Cells.Own.Dummies, c.Cells.Peer.Dummies = noise.Law{}, noise.Law{}
	c.Cells.Own.Values = []match.Value{{Bound: 5, Scale: scale}}
	a, b := grids(t, c)
	v, err := noise.LaplaceVariance(scale)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := v.Float64()
	want := math.Sqrt(2 * one)
	twice(t, func() error {
		var all []float64
		for range releases {
			_, ofA, ofB := published(t, a, b, nil)
			for group := range a.groupCount {
				all = append(all, float64(ofA.ownSums[group][0]+ofB.peerSums[group][0]))
			}
		}
		mean, sd := spread(all)
		t.Logf("%d noisy sums: off by %.3f on average, sd %.2f, predicted %.2f", len(all), mean, sd, want)
		if most := errorsAllowed * want / math.Sqrt(float64(len(all))); math.Abs(mean) > most {
			return fmt.Errorf("sums are off by %.3f on average, at most %.3f is chance", mean, most)
		}
		return near(sd, want)
	})
}
