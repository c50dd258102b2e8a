package aggregate

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"mandorla/crypto/noise"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/matchtest"
)

// together is a run of random tables, of a shape, that a helper joins; what it
// releases is exact, and no less than a few.
func together(r *rand.Rand, levels, a, b int, s matchtest.Shape) matchtest.Circle {
	pair := matchtest.NewCells(r, CellsHelper, levels, a, b, s)
	for _, side := range []match.Side{pair.Cells.Own, pair.Cells.Peer} {
		for c := range side.Values {
			side.Values[c].Scale = nil
		}
	}
	pair.Cells.Gate, pair.Cells.Release = matchtest.Release(few), fromFew
	return matchtest.Circle{Protocol: CellsHelper, Tables: []matchtest.Table{pair.A, pair.B}, Levels: levels, Cells: pair.Cells,
		Caps: []uint64{sum(pair.Cells.Own.Caps), sum(pair.Cells.Peer.Caps)}, Told: []bool{true, true}}
}

// few is the least count that is released in tests.
const few = 3

// fromFew is a helper's gate with that least count.
func fromFew(exact, noisy []int64) ([]int64, []bool, error) {
	counts, release := slices.Clone(noisy), make([]bool, len(exact))
	for i, n := range exact {
		release[i], counts[i] = n >= few, max(counts[i], few)
	}
	return counts, release, nil
}

// tables are what both members learnt.
func tables(t *testing.T, answers []matchtest.Answer) (a, b match.Table) {
	t.Helper()
	for party, answer := range answers {
		if answer.Err != nil {
			t.Fatalf("party %d: %v", party, answer.Err)
		}
	}
	if _, ok := answers[2].Outcome.(match.Nothing); !ok {
		t.Errorf("the helper learnt %v", answers[2].Outcome)
	}
	return answers[0].Outcome.(match.Table), answers[1].Outcome.(match.Table)
}

// TestHelped compares runs with a helper with the join in the clear: levels,
// cells, sums, sides without values, cells below the least count.
func TestHelped(t *testing.T) {
	r := matchtest.Seeded(t)
	for _, s := range []matchtest.Shape{{KA: 1, KB: 1}, {KA: 3, KB: 2}, {KA: 2, KB: 2, VA: 1}, {KA: 1, KB: 3, VB: 2}, {KA: 2, KB: 3, VA: 2, VB: 1},
		{KA: 2, KB: 3, VA: 1, VB: 2, Groups: []uint16{0, 1, 2, 1, 0, 0}},
		{KA: 4, KB: 3, VB: 1, Groups: []uint16{0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3}}} {
		for levels := 1; levels <= 3; levels++ {
			c := together(r, levels, r.IntN(120), r.IntN(120), s)
			a, b := tables(t, c.Run(t))
			c.CheckHelped(t, a, b, few)
		}
	}
}

// TestHelpedOne: a helper tells one member alone, where only that one's values
// are summed.
func TestHelpedOne(t *testing.T) {
	c := together(matchtest.Seeded(t), 2, 90, 80, matchtest.Shape{KA: 2, KB: 2, VA: 1})
	c.Told[1] = false
	answers := c.Run(t)
	for party, a := range answers {
		_, nothing := a.Outcome.(match.Nothing)
		if a.Err != nil || nothing != (party > 0) {
			t.Errorf("party %d: %v, %v", party, a.Outcome, a.Err)
		}
	}
	c.CheckHelped(t, answers[0].Outcome.(match.Table), match.Table{}, few)
}

// TestHelpedBeyondMemory runs in next to no memory, and wants all storage back.
func TestHelpedBeyondMemory(t *testing.T) {
	c := together(matchtest.Seeded(t), 2, 2500, 2500, matchtest.Shape{KA: 2, KB: 1, VA: 1, VB: 1})
	a, b := tables(t, c.BeyondMemory(t))
	c.CheckHelped(t, a, b, few)
}

// TestHelpedFullDisk fails every storage operation of one party in turn.
func TestHelpedFullDisk(t *testing.T) {
	matchtest.CircleFullDisk(t, func() matchtest.Circle {
		return together(matchtest.Seeded(t), 2, 100, 90, matchtest.Shape{KA: 2, KB: 1, VA: 1, VB: 1})
	})
}

// joinerOf is a run with an eye on the helper, which no machine shows.
func joinerOf(c *matchtest.Circle) **joiner {
	seen := new(*joiner)
	c.Protocol.New = func(config match.Config, learns bool) (match.Machine, error) {
		if config.Circle.Party < 2 {
			return CellsHelper.New(config, learns)
		}
		j, err := newJoiner(config)
		if err != nil {
			return nil, err
		}
		*seen = j
		return j.machine(), nil
	}
	return seen
}

// TestHelpedNoise takes the helper's noise off a run with noise: what is left of
// counts and sums is the join in the clear.
func TestHelpedNoise(t *testing.T) {
	r := matchtest.Seeded(t)
	c := together(r, 2, 300, 300, matchtest.Shape{KA: 2, KB: 1, VA: 1, VB: 2})
	c.Scale = big.NewRat(2, 1)
	for _, side := range []match.Side{c.Cells.Own, c.Cells.Peer} {
		for i := range side.Values {
			side.Values[i].Scale = big.NewRat(40, 1)
		}
	}
	seen := joinerOf(&c)
	a, b := tables(t, c.Run(t))
	j := *seen
	for cell := range a.Levels[0] {
		a.Levels[0][cell] -= j.noise[cell]
		b.Levels[0][cell] -= j.noise[cell]
		for member, table := range []match.Table{a, b} {
			g := &table.Groups[cell]
			g.Count -= j.noise[cell]
			for i, sums := range [][]int64{g.Own, g.Peer} {
				for column := range sums {
					sums[column] -= j.tables[(member+i)%2].noise[cell][column]
				}
			}
		}
	}
	c.CheckHelped(t, a, b, few)
}

// TestHelperSpread: what the helper draws has the spread that its scale predicts,
// and no other party adds anything.
func TestHelperSpread(t *testing.T) {
	scale, ofSums := big.NewRat(2, 1), big.NewRat(10, 1)
	c := config()
	c.Cells.Own.Dummies, c.Cells.Peer.Dummies = noise.Law{}, noise.Law{}
	c.Cells.Own.Values, c.Cells.Peer.Values = []match.Value{{Bound: 5, Scale: ofSums}}, nil
	c.Circle = &match.Circle{Party: 2, Caps: make([]uint64, 2), Told: []bool{true, true}, Scale: scale}
	c.Cells.Groups, c.Cells.Release, c.Store = nil, fromFew, column.Memory()
	twice(t, func() error {
		var counts, sums []float64
		for range releases {
			j, err := newJoiner(c)
			if err != nil {
				t.Fatal(err)
			}
			for cell, n := range j.noise {
				counts, sums = append(counts, float64(n)), append(sums, float64(j.tables[0].noise[cell][0]))
			}
			j.close()
		}
		return errors.Join(asPredicted(t, counts, scale), asPredicted(t, sums, ofSums))
	})
}

func asPredicted(t *testing.T, draws []float64, scale *big.Rat) error {
	t.Helper()
	v, err := noise.LaplaceVariance(scale)
	if err != nil {
		t.Fatal(err)
	}
	one, _ := v.Float64()
	mean, sd := spread(draws)
	t.Logf("%d draws: off by %.3f on average, sd %.2f, predicted %.2f", len(draws), mean, sd, math.Sqrt(one))
	if most := errorsAllowed * math.Sqrt(one/float64(len(draws))); math.Abs(mean) > most {
		return fmt.Errorf("draws are off by %.3f on average, at most %.3f is chance", mean, most)
	}
	return near(sd, math.Sqrt(one))
}

// TestRefusesHelped wants no machine for what a helper cannot do.
func TestRefusesHelped(t *testing.T) {
	base := func() match.Config {
		side := match.Side{Caps: []uint64{10}}
		return match.Config{OwnCap: 10, PeerCap: 10, Levels: []string{"a"}, Store: column.Memory(), Circle: &match.Circle{Caps: make([]uint64, 2), Told: []bool{true, false}},
			Cells: &match.Cells{Own: side, Peer: side, Gate: matchtest.Release(1)}}
	}
	for name, change := range map[string]func(*match.Config){
		"no group":                               func(c *match.Config) { c.Circle = nil },
		"three members":                          func(c *match.Config) { c.Circle.Caps, c.Circle.Told = make([]uint64, 3), make([]bool, 3) },
		"no cells":                               func(c *match.Config) { c.Cells = nil },
		"dummies":                                func(c *match.Config) { c.Cells.Peer.Dummies.S = 5 },
		"a group without a cell":                 func(c *match.Config) { c.Cells.Groups, c.Cells.Own.Values = []uint16{1}, []match.Value{{Bound: 1}} },
		"no gate":                                func(c *match.Config) { c.Cells.Gate = nil },
		"values of whom nobody tells":            func(c *match.Config) { c.Cells.Peer.Values = []match.Value{{Bound: 1}} },
		"a helper without a gate":                func(c *match.Config) { c.Circle.Party = 2 },
		"values of whom nobody tells, at itself": func(c *match.Config) { c.Circle.Party, c.Cells.Own.Values = 1, []match.Value{{Bound: 1}} },
	} {
		c := base()
		change(&c)
		if m, err := CellsHelper.New(c, true); err == nil {
			t.Errorf("%s: a machine was made", name)
			m.Close()
		}
	}
	for party := range 3 {
		c := base()
		c.Circle.Party, c.Cells.Release, c.Role = party, fromFew, match.Role(party%2)
		if party == 1 {
			c.Cells.Own, c.Cells.Peer = c.Cells.Peer, c.Cells.Own
		}
		m, err := Helper.New(c, true)
		if err != nil {
			t.Fatalf("party %d: %v", party, err)
		}
		m.Close()
	}
}
