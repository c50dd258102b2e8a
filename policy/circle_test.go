package policy

import (
	"errors"
	"math"
	"math/big"
	"math/bits"
	"math/rand/v2"
	"testing"
)

func circleGate(t *testing.T, w Wanted) *CircleGate {
	t.Helper()
	g, err := NewCircleGate(Rules{MinGroup: 50}, big.NewRat(1, 1), w)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestCircleScales wants the noise of PROTOCOLS.md §7.2.
func TestCircleScales(t *testing.T) {
	for _, c := range []struct {
		w     Wanted
		scale int64
	}{
		{Wanted{Members: 5, Regions: true, Pairs: true, Reach: true}, 2},
		{Wanted{Members: 5, Pairs: true, Reach: true}, 4},
		{Wanted{Members: 10, Pairs: true}, 9},
		{Wanted{Members: 2, Pairs: true, Reach: true}, 1},
		{Wanted{Members: 7, Reach: true}, 1},
	} {
		if got := circleGate(t, c.w).Scale(); got.Cmp(big.NewRat(c.scale, 1)) != 0 {
			t.Errorf("%+v: scale %v", c.w, got)
		}
	}
}

// TestSensitivity adds one row to one of random groups of tables: the counts
// that carry noise change by no more, all together, than the noise is made for.
func TestSensitivity(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		w := Wanted{Members: 2 + r.IntN(4), Regions: r.IntN(2) == 0, Pairs: r.IntN(2) == 0, Reach: true}
		before := uint32(r.IntN(1 << w.Members))
		after := before | 1<<r.IntN(w.Members)
		if after == before {
			continue
		}
		changed := int64(0)
		for _, c := range circleGate(t, w).Counts() {
			if holds(c, before) != holds(c, after) {
				changed++
			}
		}
		if changed > w.sensitivity() {
			t.Errorf("%+v: from %b to %b changes %d counts", w, before, after, changed)
		}
	}
}

// holds reports whether a person in exactly these tables is counted.
func holds(c Overlap, set uint32) bool {
	switch c.Measure {
	case Region:
		return set != 0 && c.Members == set
	case Pair:
		return c.Members&set == c.Members
	}
	return set != 0
}

// TestCircleThreshold releases from the least noisy count on.
func TestCircleThreshold(t *testing.T) {
	w := Wanted{Members: 3, Pairs: true}
	g := circleGate(t, w)
	least := g.Least()
	// P[|z| > T] ≤ 10^-6 at scale 2.
	if tail := math.Exp(-float64(least-50+1) / 2); tail > 1e-6 || least > 50+30 {
		t.Errorf("least %d", least)
	}
	out, err := g.Release([]int64{least - 1, least, -1000})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []Overlap{{Measure: Pair, Members: 3, State: Suppressed}, {Measure: Pair, Members: 5, State: Noised, Count: least},
		{Measure: Pair, Members: 6, State: Suppressed}} {
		if out[i] != want {
			t.Errorf("%+v, not %+v", out[i], want)
		}
	}
	if _, err := g.Release([]int64{1, 2, 3}); !errors.Is(err, ErrSpent) {
		t.Errorf("a second use: %v", err)
	}
}

// TestNoSubtraction releases random regions, many of them too small. What is
// shown of pairs and reach follows from the regions shown, and no suppressed
// region follows from all that is shown together with what one member knows:
// how many customers it has.
func TestNoSubtraction(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		w := Wanted{Members: 2 + r.IntN(4), Regions: true, Pairs: true, Reach: true}
		g := circleGate(t, w)
		noisy := make([]int64, len(g.Counts()))
		for i := range noisy {
			noisy[i] = int64(r.IntN(200)) + 40*int64(r.IntN(2))
		}
		regions, err := g.Release(noisy)
		if err != nil {
			t.Fatal(err)
		}
		for member := range w.Members {
			suppressed := 0
			for _, c := range regions {
				if c.Members&(1<<member) != 0 && c.State == Suppressed {
					suppressed++
				}
			}
			if suppressed == 1 {
				t.Fatalf("member %d can take its other regions off its own size", member)
			}
		}
		all, err := g.Figures(regions)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all[len(regions):] {
			want, hidden := int64(0), false
			for _, c := range regions {
				if f.Measure == Pair && c.Members&f.Members != f.Members {
					continue
				}
				want += c.Count
				hidden = hidden || c.State == Suppressed
			}
			if f.Count != want || f.State == Noised && f.Least != hidden || f.State == Suppressed && want != 0 {
				t.Fatalf("%+v is not the sum of what is shown, %d", f, want)
			}
		}
	}
}

// TestOnlyAsked wants no figure that was not asked for.
func TestOnlyAsked(t *testing.T) {
	for _, w := range []Wanted{{Members: 4, Pairs: true}, {Members: 4, Reach: true}, {Members: 3, Regions: true}} {
		g := circleGate(t, w)
		all, err := g.Figures(g.Counts())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			if f.Measure == Pair && (!w.Pairs || bits.OnesCount32(f.Members) != 2) || f.Measure == Reach && !w.Reach || f.Measure == Region && !w.Regions {
				t.Errorf("%+v: %+v", w, f)
			}
		}
	}
}

// TestCircleSD: the noise of a sum of independent counts.
func TestCircleSD(t *testing.T) {
	g := circleGate(t, Wanted{Members: 3, Regions: true, Pairs: true})
	regions, err := g.Release([]int64{1000, 1000, 1000, 1000, 1000, 1000, 1000})
	if err != nil {
		t.Fatal(err)
	}
	all, err := g.Figures(regions)
	if err != nil {
		t.Fatal(err)
	}
	a := math.Exp(-0.5)
	want := math.Sqrt(2*a) / (1 - a)
	if math.Abs(all[0].SD-want) > 1e-9 || math.Abs(all[7].SD-want*math.Sqrt2) > 1e-9 || all[7].Count != 2000 {
		t.Errorf("sd %v and %v, not %v", all[0].SD, all[7].SD, want)
	}
}

func TestCircleRefuses(t *testing.T) {
	for name, w := range map[string]Wanted{
		"one member": {Members: 1, Pairs: true}, "eleven": {Members: 11, Pairs: true},
		"regions of six": {Members: 6, Regions: true}, "nothing": {Members: 3},
	} {
		if _, err := NewCircleGate(Rules{}, big.NewRat(1, 1), w); err == nil {
			t.Errorf("%s: a gate was made", name)
		}
	}
	for name, epsilon := range map[string]*big.Rat{"no ε": nil, "ε of zero": new(big.Rat)} {
		if _, err := NewCircleGate(Rules{}, epsilon, Wanted{Members: 3, Pairs: true}); err == nil {
			t.Errorf("%s: a gate was made", name)
		}
	}
	if _, err := NewCircleGate(Rules{MinGroup: 1 << 63}, big.NewRat(1, 1), Wanted{Members: 3, Pairs: true}); err == nil {
		t.Error("a least group beyond reason")
	}
	g := circleGate(t, Wanted{Members: 3, Pairs: true})
	if _, err := g.Figures(nil); err == nil {
		t.Error("figures of nothing")
	}
	if _, err := g.Release(nil); err == nil {
		t.Error("a release of nothing")
	}
}
