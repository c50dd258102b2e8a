package suppress

import (
	"flag"
	"fmt"
	"testing"
	"time"

	"mandorla/match"
	"mandorla/match/matchtest"
)

var update = flag.Bool("update", false, "write the golden files anew")

// pair is a run in which A has the list and B the objections.
func pair(a, b matchtest.Table, levels int) matchtest.Pair {
	return matchtest.Pair{Protocol: OneSided, A: a, B: b, Levels: levels, LearnsA: true,
		CapA: uint64(len(a)) + 7, CapB: uint64(len(b)) + 3}
}

// check compares what is left with the plain difference of the two tables, and
// every level's hits with the plain ones.
func check(t *testing.T, p matchtest.Pair) {
	t.Helper()
	a, b := p.Run()
	if a.Err != nil || b.Err != nil {
		t.Fatalf("%d rows less %d: %v; %v", len(p.A), len(p.B), a.Err, b.Err)
	}
	if _, nothing := b.Outcome.(match.Nothing); !nothing {
		t.Fatalf("the other side learnt %T", b.Outcome)
	}
	held := make([]map[uint64]bool, p.Levels)
	for l := range held {
		held[l] = map[uint64]bool{}
		for _, row := range p.B {
			held[l][row[l]] = row[l] != 0
		}
	}
	rest := a.Outcome.(match.Rest)
	for i, row := range p.A {
		left := true
		for l, v := range row {
			if got := rest.Struck(l, uint64(i)); got != held[l][v] {
				t.Fatalf("row %d is struck at level %d: %v", i, l, got)
			}
			left = left && !held[l][v]
		}
		if rest.Holds(uint64(i)) != left {
			t.Fatalf("row %d is left: %v", i, rest.Holds(uint64(i)))
		}
	}
}

// TestPlainDifference runs random lists, with rows that lack identifiers, and
// lists that are empty.
func TestPlainDifference(t *testing.T) {
	r := matchtest.Seeded(t)
	for levels := 1; levels <= 3; levels++ {
		for _, rows := range [][2]int{{0, 0}, {0, 4}, {4, 0}, {1, 1}, {50, 60}, {60, 3}, {2, 90}} {
			a, b := matchtest.Tables(r, levels, rows[0], rows[1])
			check(t, pair(a, b, levels))
		}
	}
	a, _ := matchtest.Tables(r, 2, 40, 0)
	check(t, pair(a, a, 2)) // nobody is left
}

// TestViews pins what each side is sent: the same messages, as many rows, as
// in `match` to one side, whatever is on the lists.
func TestViews(t *testing.T) {
	r := matchtest.Seeded(t)
	for _, rows := range []int{20, 0} {
		a, b := matchtest.Tables(r, 2, rows, rows)
		p := pair(a, b, 2)
		p.CapA, p.CapB = 30, 40
		views, x, y := p.Views()
		if x.Err != nil || y.Err != nil {
			t.Fatal(x.Err, y.Err)
		}
		for role, view := range views {
			matchtest.Golden(t, fmt.Sprintf("%v.golden", match.Role(role)), p.Sent(match.Role(role), view), *update)
		}
	}
}

// TestLarge is a list of 100,000 rows less as many.
func TestLarge(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("100,000 rows a side")
	}
	a, b := matchtest.Tables(matchtest.Seeded(t), 1, 100_000, 100_000)
	started := time.Now()
	check(t, pair(a, b, 1))
	t.Logf("100,000 rows less 100,000: %.1f s, with the plain difference beside it", time.Since(started).Seconds())
}
