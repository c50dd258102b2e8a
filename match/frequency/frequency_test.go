package frequency

import (
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/matchtest"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// circle is n random lists of up to most rows whose values overlap, with missing
// ones.
func circle(r *rand.Rand, n, most, contacts int, order []int) matchtest.Circle {
	c := matchtest.Circle{Protocol: Ring, Contacts: contacts, Order: order}
	for range n {
		rows := r.IntN(most + 1)
		t, _ := matchtest.Tables(r, 1, rows, 0)
		c.Tables = append(c.Tables, t)
		c.Caps = append(c.Caps, uint64(rows+r.IntN(20)+2)) // two at least, to be swapped
		c.Told = append(c.Told, true)
	}
	return c
}

// keepers are, by value, the members that have it on their lists after the run.
func keepers(t *testing.T, c matchtest.Circle, answers []matchtest.Answer) map[uint64][]int {
	t.Helper()
	for party, a := range answers {
		if a.Err != nil {
			t.Fatalf("party %d: %v", party, a.Err)
		}
	}
	if _, ok := answers[len(c.Tables)].Outcome.(match.Nothing); !ok {
		t.Errorf("the combiner learnt %v", answers[len(c.Tables)].Outcome)
	}
	out := map[uint64][]int{}
	for m, table := range c.Tables {
		rest := answers[m].Outcome.(match.Rest)
		for i, row := range table {
			if rest.Holds(uint64(i)) && row[0] != 0 {
				out[row[0]] = append(out[row[0]], m)
			}
			if row[0] == 0 && !rest.Holds(uint64(i)) {
				t.Errorf("member %d loses a row that has no identifier", m)
			}
		}
	}
	return out
}

// holders are, by value, the members that have it on their lists before.
func holders(tables []matchtest.Table) map[uint64][]int {
	out := map[uint64][]int{}
	for m, table := range tables {
		for _, row := range table {
			if row[0] != 0 {
				out[row[0]] = append(out[row[0]], m)
			}
		}
	}
	return out
}

// check compares what is left with the plain rule: by an order exactly, by lot as
// far as it is decided.
func check(t *testing.T, c matchtest.Circle, answers []matchtest.Answer) {
	t.Helper()
	kept := keepers(t, c, answers)
	for value, members := range holders(c.Tables) {
		got, want := kept[value], min(len(members), c.Contacts)
		if len(got) != want {
			t.Errorf("of %d holders %d keep a contact, and %d may", len(members), len(got), c.Contacts)
		}
		if c.Order == nil {
			continue
		}
		slices.SortFunc(members, func(a, b int) int { return slices.Index(c.Order, a) - slices.Index(c.Order, b) })
		first := slices.Sorted(slices.Values(members[:want]))
		if !slices.Equal(got, first) {
			t.Errorf("of %v %v keep a contact in the order %v", members, got, c.Order)
		}
	}
}

// TestPlain compares runs of 2 to 5 members with the plain computation, by order
// and by lot.
func TestPlain(t *testing.T) {
	r := matchtest.Seeded(t)
	for n := 2; n <= 5; n++ {
		for contacts := 1; contacts <= 3; contacts++ {
			for _, order := range [][]int{nil, r.Perm(n)} {
				c := circle(r, n, 120, contacts, order)
				check(t, c, c.Run(t))
			}
		}
	}
}

// TestMost runs as many members as there may be.
func TestMost(t *testing.T) {
	c := circle(matchtest.Seeded(t), ring.MostMembers, 20, 2, nil)
	check(t, c, c.Run(t))
}

// TestEmpty runs lists of which one has no rows, and one nothing but rows without
// identifiers.
func TestEmpty(t *testing.T) {
	c := circle(matchtest.Seeded(t), 3, 30, 1, nil)
	c.Tables[0], c.Tables[1] = nil, matchtest.Table{{0}, {0}}
	check(t, c, c.Run(t))
}

// TestLot draws every set of holders about as often as any other, and nobody who
// holds nothing.
func TestLot(t *testing.T) {
	const held, n, draws = 0b1011010, 2, 6000 // 6 pairs
	seen := map[uint32]int{}
	for range draws {
		kept := lot(held, n)
		if kept&^uint32(held) != 0 || bits.OnesCount32(kept) != n {
			t.Fatalf("%b was drawn of %b", kept, held)
		}
		seen[kept]++
	}
	for kept, times := range seen {
		if times < draws/6-200 || times > draws/6+200 { // 7 standard deviations
			t.Errorf("%b was drawn %d times of %d", kept, times, draws)
		}
	}
	if len(seen) != 6 {
		t.Errorf("%d sets were drawn of 6", len(seen))
	}
}

// TestBeyondMemory runs in next to no memory, and wants all storage back.
func TestBeyondMemory(t *testing.T) {
	c := circle(matchtest.Seeded(t), 3, 2000, 1, nil)
	check(t, c, c.BeyondMemory(t))
}

// TestFullDisk fails storage operations of one party in turn.
func TestFullDisk(t *testing.T) {
	matchtest.CircleFullDisk(t, func() matchtest.Circle { return circle(matchtest.Seeded(t), 3, 150, 1, nil) })
}

// TestRefusesCircles wants no machine for what is no group, or no rule.
func TestRefusesCircles(t *testing.T) {
	base := func(party int) match.Config {
		return match.Config{Levels: []string{"a"}, Store: column.Memory(), Circle: &match.Circle{Party: party, Caps: make([]uint64, 3), Contacts: 1}}
	}
	for name, change := range map[string]func(*match.Config){
		"no group":        func(c *match.Config) { c.Circle = nil },
		"one member":      func(c *match.Config) { c.Circle.Caps = c.Circle.Caps[:1] },
		"eleven members":  func(c *match.Config) { c.Circle.Caps = make([]uint64, 11) },
		"two identifiers": func(c *match.Config) { c.Levels = []string{"a", "b"} },
		"too many rows":   func(c *match.Config) { c.Circle.Caps[1] = mostRows + 1 },
		"no contacts":     func(c *match.Config) { c.Circle.Contacts = 0 },
		"half an order":   func(c *match.Config) { c.Circle.Order = []int{0, 1} },
		"one twice":       func(c *match.Config) { c.Circle.Order = []int{0, 1, 1} },
		"nobody":          func(c *match.Config) { c.Circle.Order = []int{0, 1, 3} },
	} {
		c := base(3)
		change(&c)
		if _, err := Ring.New(c, true); err == nil {
			t.Errorf("%s: a machine was made", name)
		}
	}
	for party := range 4 {
		m, err := Ring.New(base(party), true)
		if err != nil {
			t.Fatal(err)
		}
		m.Close()
	}
}

// TestSpend charges every member once, before its first element leaves.
func TestSpend(t *testing.T) {
	c := circle(matchtest.Seeded(t), 3, 50, 1, nil)
	check(t, c, c.ChargedOnce(t, wire.KindRing))
}

// TestDeath kills each party before each of its frames: whoever needs it ends with
// an error and no outcome.
func TestDeath(t *testing.T) {
	matchtest.CircleDeath(t, func() matchtest.Circle { return circle(matchtest.Seeded(t), 3, 30, 1, nil) },
		func(_, dead int) bool { return dead < 3 })
}

// TestLeaks wants no goroutine left, however a run ends.
func TestLeaks(t *testing.T) {
	matchtest.CircleLeaks(t, func() matchtest.Circle { return circle(matchtest.Seeded(t), 3, 30, 1, nil) }, wire.KindBack)
}

// BenchmarkRing is a run of three brands and the combiner, all in this process.
func BenchmarkRing(b *testing.B) {
	for _, rows := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			c := matchtest.Circle{Protocol: Ring, Contacts: 1}
			for range 3 {
				t, _ := matchtest.Tables(r, 1, rows, 0)
				c.Tables, c.Caps, c.Told = append(c.Tables, t), append(c.Caps, uint64(rows)), append(c.Told, true)
			}
			for b.Loop() {
				for _, a := range c.Run(b) {
					if a.Err != nil {
						b.Fatal(errors.Join(a.Err))
					}
				}
			}
		})
	}
}
