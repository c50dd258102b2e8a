package multi_test

import (
	"errors"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/matchtest"
	"mandorla/match/multi"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// asked is every region, pair and reach of n members.
func asked(n int) (out []match.Figure) {
	for set := uint32(1); set < 1<<n; set++ {
		out = append(out, match.Figure{Measure: match.Region, Members: set}, match.Figure{Measure: match.Pair, Members: set})
	}
	return append(out, match.Figure{Measure: match.Reach, Members: 1<<n - 1})
}

// circle is n random tables of up to most rows whose values overlap, with
// missing ones.
func circle(r *rand.Rand, n, most int) matchtest.Circle {
	c := matchtest.Circle{Protocol: multi.Ring, Asked: asked(n), Rows: true}
	for range n {
		rows := r.IntN(most + 1)
		t, _ := matchtest.Tables(r, 1, rows, 0)
		c.Tables = append(c.Tables, t)
		c.Caps = append(c.Caps, uint64(rows+r.IntN(20)+2)) // two at least, to be swapped
		c.Told = append(c.Told, r.IntN(4) > 0)
	}
	return c
}

// check compares what every member learnt with the plain set operations.
func check(t *testing.T, c matchtest.Circle, answers []matchtest.Answer) {
	t.Helper()
	regions := matchtest.Regions(c.Tables)
	for party, a := range answers {
		if a.Err != nil {
			t.Fatalf("party %d: %v", party, a.Err)
		}
		if party == len(c.Tables) || !c.Told[party] {
			if _, ok := a.Outcome.(match.Nothing); !ok {
				t.Errorf("party %d learnt %v", party, a.Outcome)
			}
			continue
		}
		for _, f := range a.Outcome.(match.Figures) {
			if want := f.Of(regions); !f.Released || f.Count != want {
				t.Errorf("party %d, measure %d of %b: %d, not %d", party, f.Measure, f.Members, f.Count, want)
			}
		}
	}
}

// TestPlain compares runs of 2 to 6 members with the plain set operations.
func TestPlain(t *testing.T) {
	r := matchtest.Seeded(t)
	for n := 2; n <= 6; n++ {
		for range 4 {
			c := circle(r, n, 200)
			check(t, c, c.Run(t))
		}
	}
}

// TestUnderstated: members who say that they have fewer rows than they have end no run,
// whether another has their rows or not: that would tell them. Their figures are less.
func TestUnderstated(t *testing.T) {
	r := matchtest.Seeded(t)
	for _, scale := range []*big.Rat{nil, big.NewRat(2, 1)} {
		for _, rows := range []uint64{1, 30} {
			c := circle(r, 3, 30)
			c.Understate, c.Scale, c.Release = rows, scale, func(noisy []int64) ([]match.Figure, error) {
				out := slices.Clone(c.Asked)
				for i, n := range noisy {
					out[i].Count, out[i].Released = max(n, 0), n > 0
				}
				return out, nil
			}
			for party, a := range c.Run(t) {
				if a.Err != nil {
					t.Errorf("party %d: %v", party, a.Err)
				}
			}
		}
	}
}

// TestMost runs as many members as there may be.
func TestMost(t *testing.T) {
	c := circle(matchtest.Seeded(t), ring.MostMembers, 20)
	check(t, c, c.Run(t))
}

// TestOf says what the measures count, in words of sets.
func TestOf(t *testing.T) {
	regions := []int64{0, 1, 10, 100, 1000, 10000, 100000, 1000000} // by set: none, 0, 1, 01, 2, 02, 12, 012
	for _, c := range []struct {
		f    match.Figure
		want int64
	}{
		{match.Figure{Measure: match.Region, Members: 0b101}, 10000},
		{match.Figure{Measure: match.Pair, Members: 0b101}, 1010000},
		{match.Figure{Measure: match.Pair, Members: 0b011}, 1000100},
		{match.Figure{Measure: match.Reach, Members: 0b111}, 1111111},
	} {
		if got := c.f.Of(regions); got != c.want {
			t.Errorf("%+v: %d", c.f, got)
		}
	}
}

// TestBeyondMemory runs in next to no memory, and wants all storage back.
func TestBeyondMemory(t *testing.T) {
	c := circle(matchtest.Seeded(t), 3, 3000)
	check(t, c, c.BeyondMemory(t))
}

// TestFullDisk fails every storage operation of one party in turn.
func TestFullDisk(t *testing.T) {
	matchtest.CircleFullDisk(t, func() matchtest.Circle { return circle(matchtest.Seeded(t), 3, 150) })
}

// TestRefusesCircles wants no machine for what is no group.
func TestRefusesCircles(t *testing.T) {
	base := func() match.Config {
		return match.Config{Levels: []string{"a"}, Store: column.Memory(), Circle: &match.Circle{Caps: make([]uint64, 3), Told: make([]bool, 3)}}
	}
	for name, change := range map[string]func(*match.Config){
		"no group":        func(c *match.Config) { c.Circle = nil },
		"one member":      func(c *match.Config) { c.Circle.Caps, c.Circle.Told = c.Circle.Caps[:1], c.Circle.Told[:1] },
		"eleven members":  func(c *match.Config) { c.Circle.Caps, c.Circle.Told = make([]uint64, 11), make([]bool, 11) },
		"two identifiers": func(c *match.Config) { c.Levels = []string{"a", "b"} },
		"told and caps":   func(c *match.Config) { c.Circle.Told = nil },
	} {
		c := base()
		change(&c)
		if _, err := multi.Ring.New(c, true); err == nil {
			t.Errorf("%s: a machine was made", name)
		}
	}
	m, err := multi.Ring.New(base(), true)
	if err != nil {
		t.Fatal(err)
	}
	m.Close()
}

// TestSpend charges every member once, before its first element leaves, and
// stops where that fails.
func TestSpend(t *testing.T) {
	c := circle(matchtest.Seeded(t), 3, 50)
	check(t, c, c.ChargedOnce(t, wire.KindRing))
	full := errors.New("spent")
	c.Spend = func(party int) error {
		if party == 1 {
			return full
		}
		return nil
	}
	if answers := c.Run(t); !errors.Is(answers[1].Err, full) || answers[0].Err == nil || answers[2].Err == nil || answers[3].Err == nil {
		t.Errorf("a member that cannot be charged: %v", answers)
	}
}

// TestDeath kills each party before each of its frames: nobody learns anything,
// not even in part, unless the combiner had told it already.
func TestDeath(t *testing.T) {
	matchtest.CircleDeath(t, func() matchtest.Circle {
		c := circle(matchtest.Seeded(t), 3, 40)
		c.Told = []bool{true, true, true}
		return c
	}, func(_, dead int) bool { return dead < 3 })
}

// TestLeaks wants no goroutine left, however a run ends.
func TestLeaks(t *testing.T) {
	matchtest.CircleLeaks(t, func() matchtest.Circle { return circle(matchtest.Seeded(t), 3, 30) }, wire.KindRing)
}

// TestLarge is three members of 100,000 rows each.
func TestLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("100,000 rows a member")
	}
	r := matchtest.Seeded(t)
	c := matchtest.Circle{Protocol: multi.Ring, Asked: asked(3), Rows: true, Told: []bool{true, true, true}}
	for range 3 {
		table, _ := matchtest.Tables(r, 1, 100_000, 0)
		c.Tables, c.Caps = append(c.Tables, table), append(c.Caps, 100_352)
	}
	started := time.Now()
	check(t, c, c.Run(t))
	t.Logf("3 x 100,000 rows: %.1f s, with the plain sets beside it", time.Since(started).Seconds())
}
