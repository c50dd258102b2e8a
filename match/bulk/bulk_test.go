package bulk_test

import (
	"fmt"
	"testing"

	"mandorla/match"
	"mandorla/match/bulk"
	"mandorla/match/list"
	"mandorla/match/matchtest"
)

// run gives the level at which each row of the receiver was matched, or -1.
func run(t *testing.T, p matchtest.Pair) []int {
	t.Helper()
	p.LearnsA = true
	p.CapA, p.CapB = uint64(len(p.A)+1), uint64(len(p.B)+1)
	a, b := p.Run()
	if a.Err != nil || b.Err != nil {
		t.Fatalf("%d and %d rows: %v; %v", len(p.A), len(p.B), a.Err, b.Err)
	}
	if b.Outcome != (match.Nothing{}) {
		t.Fatalf("the sender learnt %v", b.Outcome)
	}
	rows := a.Outcome.(match.Rows)
	out := make([]int, len(p.A))
	for i := range out {
		out[i] = -1
		if l, ok := rows.Level(uint64(i)); ok {
			out[i] = l
		}
	}
	return out
}

func same(t *testing.T, what string, got, want []int) {
	t.Helper()
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%s: row %d at level %d, want %d", what, i, got[i], want[i])
		}
	}
}

// TestSizes compares with the plain join, for sizes about those at which bins,
// chunks, windows and frames begin and end.
func TestSizes(t *testing.T) {
	r := matchtest.Seeded(t)
	sizes := [][2]int{{0, 0}, {1, 0}, {0, 1}, {1, 1}, {2, 3}, {17, 4000}, {4000, 17}, {16_000, 20_000}, {32_768, 1000}, {40_000, 33_000}}
	if !testing.Short() {
		sizes = append(sizes, [][2]int{{65_536, 65_537}, {100_000, 300_000}, {300_000, 100_000}, {r.IntN(300_000), r.IntN(300_000)}}...)
	}
	for _, n := range sizes {
		a, b := matchtest.Tables(r, 1, n[0], n[1])
		got := run(t, matchtest.Pair{Protocol: bulk.OneSided, A: a, B: b, Levels: 1})
		same(t, fmt.Sprint(n), got, matchtest.OneSided(a, b, 1))
	}
}

// TestBothEngines: the same tables, the same answer.
func TestBothEngines(t *testing.T) {
	r := matchtest.Seeded(t)
	a, b := matchtest.Tables(r, 3, 400, 500)
	byBulk := run(t, matchtest.Pair{Protocol: bulk.OneSided, A: a, B: b, Levels: 3})
	same(t, "dh against vole", run(t, matchtest.Pair{Protocol: list.OneSided, A: a, B: b, Levels: 3}), byBulk)
}
