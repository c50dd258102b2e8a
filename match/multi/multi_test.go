package multi_test

import (
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/matchtest"
	"mandorla/match/multi"
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
		c.Caps = append(c.Caps, uint64(rows+r.IntN(20)+1))
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
			if want := f.Of(regions); !f.Released || uint64(f.Count) != want {
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

// TestMost runs as many members as there may be.
func TestMost(t *testing.T) {
	c := circle(matchtest.Seeded(t), multi.MostMembers, 20)
	check(t, c, c.Run(t))
}

// TestOf says what the measures count, in words of sets.
func TestOf(t *testing.T) {
	regions := []uint64{0, 1, 10, 100, 1000, 10000, 100000, 1000000} // by set: none, 0, 1, 01, 2, 02, 12, 012
	for _, c := range []struct {
		f    match.Figure
		want uint64
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
	stores := matchtest.Disks(4, -1)
	c := circle(matchtest.Seeded(t), 3, 3000)
	c.Budget, c.Store = 1, func(party int) column.Store { return stores[party] }
	check(t, c, c.Run(t))
	for party, s := range stores {
		if s.Used() == 0 || s.Open() != 0 {
			t.Errorf("party %d: %d operations, %d files left open", party, s.Used(), s.Open())
		}
	}
}

// TestFullDisk fails every storage operation of one party in turn.
func TestFullDisk(t *testing.T) {
	for party := range 4 {
		for most := int64(0); ; most = 4*most + 1 {
			stores := matchtest.Disks(4, -1)
			stores[party] = matchtest.Disks(1, most)[0]
			c := circle(matchtest.Seeded(t), 3, 150)
			c.Budget, c.Store = 1, func(party int) column.Store { return stores[party] }
			answers := c.Run(t)
			for p, s := range stores {
				if s.Open() != 0 {
					t.Errorf("%d operations of %d: party %d left %d files open", most, party, p, s.Open())
				}
			}
			if answers[party].Err == nil {
				break
			}
		}
	}
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
	charged, early := make([]int, 4), make([]bool, 4)
	c.Spend = func(party int) error { charged[party]++; return nil }
	c.Until = func(party int, f wire.Frame) bool {
		early[party] = early[party] || f.Kind == wire.KindRing && charged[party] == 0
		return false
	}
	check(t, c, c.Run(t))
	if !slices.Equal(charged, []int{1, 1, 1, 0}) || slices.Contains(early, true) {
		t.Errorf("charged %v, elements before that %v", charged, early)
	}
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
	for party := range 4 {
		for at := 0; ; at++ {
			c := circle(matchtest.Seeded(t), 3, 40)
			c.Told = []bool{true, true, true}
			sent := 0
			c.Until = func(from int, f wire.Frame) bool {
				if from != party {
					return false
				}
				sent++
				return sent == at+1
			}
			answers := c.Run(t)
			if sent <= at {
				break
			}
			for p, a := range answers {
				if party < 3 && a.Err == nil || a.Err != nil && a.Outcome != nil {
					t.Errorf("party %d died at frame %d: party %d has %v, %v", party, at, p, a.Outcome, a.Err)
				}
			}
		}
	}
}

// TestLeaks wants no goroutine left, however a run ends.
func TestLeaks(t *testing.T) {
	before := runtime.NumGoroutine()
	for i := range 6 {
		c := circle(matchtest.Seeded(t), 3, 30)
		if i%2 == 1 {
			c.Until = func(party int, f wire.Frame) bool { return party == i/2 && f.Kind == wire.KindRing }
		}
		c.Run(t)
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d after", before, runtime.NumGoroutine())
}
