package aggregate

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/noise"
	"mandorla/match"
	"mandorla/match/matchtest"
)

// far is how far from zero the measures of these tests are.
const far = 1000

// measure makes every pair of value columns a measure that may be null and the
// column that says where it is present: a null is zero in both.
func measure(values []int64, columns []match.Value) {
	r := rand.New(rand.NewPCG(uint64(len(values)), 2))
	for c := 0; c+1 < len(columns); c += 2 {
		columns[c].Bound, columns[c+1].Bound = far, 1
		for at := c; at < len(values); at += len(columns) {
			values[at], values[at+1] = 0, 0
			if r.IntN(4) > 0 {
				values[at], values[at+1] = r.Int64N(2*far+1)-far, 1
			}
		}
	}
}

// A truth is a run whose outcome is compared with the plain join, all noise
// taken off.
type truth struct {
	p      match.Protocol
	a, b   int // rows
	levels int
	shape  matchtest.Shape
}

func (c truth) String() string {
	return fmt.Sprintf("%s %s, %d and %d rows, %d levels, %d by %d cells, %d and %d columns",
		c.p.Analysis, c.p.Topology, c.a, c.b, c.levels, c.shape.KA, c.shape.KB, c.shape.VA, c.shape.VB)
}

// pair is random tables for the run. Dummies are few, for it is the rows that
// are many, and every group's sums are released.
func (c truth) pair(t *testing.T, p match.Protocol) matchtest.Pair {
	pair := matchtest.NewCells(matchtest.Seeded(t), p, c.levels, c.a, c.b, c.shape)
	cells := pair.Cells
	cells.Gate = matchtest.Release(math.MinInt64)
	cells.Peer.Dummies = noise.Law{Eps: big.NewRat(1, 2), S: 2}
	if p.Topology == "DUAL" {
		cells.Own.Dummies = noise.Law{Eps: big.NewRat(1, 1), S: 1}
	}
	measure(cells.ValuesA, cells.Own.Values)
	measure(cells.ValuesB, cells.Peer.Values)
	return pair
}

// TestTruth: on large random tables every count less both sides' dummies, and
// every sum less both sides' noise, is the plain join's.
func TestTruth(t *testing.T) {
	if testing.Short() {
		t.Skip("large tables; the suite has small ones")
	}
	most := 3000
	if raced {
		most = 600
	}
	thirds := []uint16{0, 1, 2, 0, 1, 2}
	for _, c := range []truth{
		{Cells, 0, 500, 3, matchtest.Shape{KA: 2, KB: 2, VA: 2, VB: 1}},
		{Cells, 500, 0, 1, matchtest.Shape{KA: 5, KB: 4, VA: 2, VB: 2}},
		{Cells, 1, 500, 2, matchtest.Shape{KA: 1, KB: 4, VA: 1, VB: 2}},
		{Cells, 1, 1, 3, matchtest.Shape{KA: 2, KB: 1, VA: 2, VB: 2}},
		{Cells, 500, 500, 3, matchtest.Shape{KA: 2, KB: 3, VA: 2, VB: 2, Groups: thirds}},
		{Cells, most, 500, 2, matchtest.Shape{KA: 5, KB: 4, VA: 2, VB: 3}},
		{Cells, most, most, 1, matchtest.Shape{KA: 3, KB: 2, VA: 2}},
		{Dual, 500, most, 3, matchtest.Shape{KA: 1, KB: 1}},
		{CellsSingle, most, 500, 1, matchtest.Shape{KA: 5, KB: 4}},
		{Cells, 20_000, 12_000, 3, matchtest.Shape{KA: 20, KB: 20, VA: 2, VB: 2}},
	} {
		t.Run(c.String(), func(t *testing.T) {
			if raced && c.a > most {
				t.Skip("too slow under the race detector")
			}
			o := new(observer)
			p := c.pair(t, o.watch(c.p))
			a, b := p.Run()
			p.CheckCells(t, a, b, o.noise)
		})
	}
}
