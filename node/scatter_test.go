package node

import (
	"math"
	"slices"
	"testing"
)

// TestScatter: decoys stand anywhere among the rows, each place as likely as any
// other, and no two at one.
func TestScatter(t *testing.T) {
	const n, below, rounds = 3, 10, 20_000
	var times [below]float64
	for range rounds {
		places, err := scatter(n, below)
		if err != nil || len(slices.Compact(slices.Clone(places))) != n || !slices.IsSorted(places) {
			t.Fatalf("%v, %v", places, err)
		}
		for _, p := range places {
			times[p]++
		}
	}
	for p, got := range times {
		if off := math.Abs(got-rounds*n/below) / math.Sqrt(rounds*0.3*0.7); off > 6 {
			t.Errorf("place %d: %.0f times, %.1f sigma off", p, got, off)
		}
	}
	if places, err := scatter(4, 4); err != nil || !slices.Equal(places, []uint64{0, 1, 2, 3}) {
		t.Errorf("%v, %v", places, err)
	}
}
