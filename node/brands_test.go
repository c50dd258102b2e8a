package node

import "testing"

func figure(measure string, n uint64, members ...string) GroupFigure {
	sd := 1.0
	return GroupFigure{Measure: measure, Members: members, State: "noised", Count: &n, SD: &sd}
}

// TestBrandPairs judges pairs of brands of 10,000 customers each among 40,000 in
// all: 2,500 are what chance would have it.
func TestBrandPairs(t *testing.T) {
	g := &Group{Members: []string{"a", "b", "c", "d"}, Threshold: 60, Padded: []uint64{10_000, 10_000, 10_000, 10_000}, Brands: []string{"A", "B", "C", "A"},
		Figures: []GroupFigure{figure("pair", 5000, "a", "b"), figure("pair", 2600, "a", "c"), figure("pair", 100, "a", "d"),
			{Measure: "pair", Members: []string{"b", "c"}, State: "suppressed"}, figure("pair", 900, "b", "d"), figure("pair", 900, "c", "d"),
			figure("reach", 40_000, "a", "b", "c", "d")}}
	g.Figures[5].AtLeast = true
	for i, want := range []string{Together, AsChance, OneFamily, Apart, Apart, Untold} {
		if got := g.BrandPairs()[i]; got.Verdict != want {
			t.Errorf("%v: %s, not %s", got.Brands, got.Verdict, want)
		}
	}
	if e := g.BrandPairs()[0].Expected; e == nil || *e != 2500 {
		t.Errorf("expected %v", e)
	}
	g.Figures = g.Figures[:6]
	for _, p := range g.BrandPairs() {
		if p.Verdict != Untold && p.Verdict != OneFamily {
			t.Errorf("without reach: %+v", p)
		}
	}
}

// TestBrandSizes takes the sizes from regions where there are any.
func TestBrandSizes(t *testing.T) {
	g := &Group{Members: []string{"a", "b"}, Threshold: 60, Padded: []uint64{512, 512}, Brands: []string{"A", "B"},
		Figures: []GroupFigure{figure("region", 200, "a"), figure("region", 100, "b"), figure("region", 300, "a", "b"),
			figure("pair", 300, "a", "b"), figure("reach", 600, "a", "b")}}
	if p := g.BrandPairs()[0]; *p.Expected != 500*400/600. {
		t.Errorf("expected %v", *p.Expected)
	}
	g.Figures[3] = GroupFigure{Measure: "pair", Members: []string{"a", "b"}, State: "suppressed"}
	if p := g.BrandPairs()[0]; p.Verdict != Untold {
		t.Errorf("a sum of suppressed regions: %s", p.Verdict)
	}
}
