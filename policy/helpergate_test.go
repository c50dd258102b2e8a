package policy

import (
	"errors"
	"math"
	"math/big"
	"slices"
	"testing"

	"mandorla/crypto/noise"
)

// helperGate is a gate of a run of so many levels and columns that spends an ε of 1.
func helperGate(t *testing.T, levels, columns int) (*CellGate, Spending) {
	t.Helper()
	s, err := Split(big.NewRat(1, 1), levels, columns)
	if err != nil {
		t.Fatal(err)
	}
	g, err := NewCellGate(Rules{MinGroup: 10}, Noise{Levels: levels, Column: s.Column, Helper: s.HelperScale()})
	if err != nil {
		t.Fatal(err)
	}
	return g, s
}

// TestHelperScale writes the accounting down: L entries of one row at ε for counts.
func TestHelperScale(t *testing.T) {
	for _, c := range []struct {
		levels, columns int
		scale, ofSums   *big.Rat
	}{
		{1, 0, big.NewRat(1, 1), nil},
		{3, 0, big.NewRat(3, 1), nil},
		{2, 5, big.NewRat(4, 1), big.NewRat(2*Q*10, 1)}, // half for counts; a tenth for each column
	} {
		_, s := helperGate(t, c.levels, c.columns)
		if s.HelperScale().Cmp(c.scale) != 0 || (c.ofSums == nil) != (s.Scale == nil) || c.ofSums != nil && s.Scale.Cmp(c.ofSums) != 0 {
			t.Errorf("%d levels, %d columns: scales %v and %v", c.levels, c.columns, s.HelperScale(), s.Scale)
		}
	}
}

// TestHelperReleases: exact counts decide, and nothing below the least group is
// told, so that the members decide alike.
func TestHelperReleases(t *testing.T) {
	g, _ := helperGate(t, 2, 0)
	counts, release, err := g.Release([]int64{9, 10, 100, 0, 12}, []int64{500, -3, 97, 30, 12})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(counts, []int64{0, 10, 97, 0, 12}) || !slices.Equal(release, []bool{false, true, true, false, true}) {
		t.Errorf("%v, %v", counts, release)
	}
	member, _ := helperGate(t, 2, 0)
	if !slices.Equal(member.Decide(counts), release) {
		t.Error("the members decide otherwise")
	}
	if _, _, err := g.Release([]int64{1}, []int64{1}); !errors.Is(err, ErrSpent) {
		t.Errorf("once more: %v", err)
	}
}

// TestHelperFigures: a count has the spread of one draw, a sum too.
func TestHelperFigures(t *testing.T) {
	g, s := helperGate(t, 2, 0)
	r, err := g.Size([]int64{50})
	if err != nil {
		t.Fatal(err)
	}
	if want := sdOf(t, s.HelperScale()); *r.Count() != 50 || r.State() != Noised || math.Abs(*r.SD()-want) > 1e-6 {
		t.Errorf("%v ± %v, not ± %v", *r.Count(), *r.SD(), want)
	}
	g, s = helperGate(t, 2, 2)
	table, err := g.Table(Cells{Dimensions: []string{"d"}, Labels: [][]string{{"a"}, {"b"}}, Levels: [][]int64{{40, 0}},
		Measures: []Measure{{Column: "m", Min: big.NewRat(0, 1), Max: big.NewRat(2*Q, 1)}}, Sums: [][]int64{{7, 9}, nil}})
	if err != nil {
		t.Fatal(err)
	}
	rows := table.Rows()
	// The middle stands for every row, so that the count's noise is in the sum too.
	want := math.Hypot(sdOf(t, s.Scale), Q*sdOf(t, s.HelperScale()))
	if got := *rows[0].Figures()[0].SumSD(); math.Abs(got/want-1) > 1e-6 || rows[1].State() != Suppressed {
		t.Errorf("a sum ± %v, not ± %v; the other cell is %s", got, want, rows[1].State())
	}
}

func sdOf(t *testing.T, scale *big.Rat) float64 {
	t.Helper()
	v, err := noise.LaplaceVariance(scale)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := v.Float64()
	return math.Sqrt(f)
}

func TestHelperGateRefuses(t *testing.T) {
	law, err := noise.NewLaw(big.NewRat(1, 1), delta, 1)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		r Rules
		n Noise
	}{
		"no least group": {Rules{}, Noise{Levels: 1, Helper: big.NewRat(1, 1)}},
		"dummies":        {Rules{MinGroup: 10}, Noise{Levels: 1, Helper: big.NewRat(1, 1), Laws: []noise.Law{law}}},
		"a great group":  {Rules{MinGroup: 1 << 63}, Noise{Levels: 1, Helper: big.NewRat(1, 1)}},
		"no scale":       {Rules{MinGroup: 10}, Noise{Levels: 1, Helper: new(big.Rat)}},
	} {
		if _, err := NewCellGate(c.r, c.n); err == nil {
			t.Errorf("%s: a gate was made", name)
		}
	}
	g, err := NewCellGate(Rules{MinGroup: 10}, Noise{Levels: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := g.Release([]int64{1}, []int64{1}); err == nil {
		t.Error("a gate of two members has released exact counts")
	}
}

// TestExactGate: the helper tells exact counts, keeps back more than fall short, and
// members find the same in what they are told.
func TestExactGate(t *testing.T) {
	segments := []uint64{100, 200}
	gate := func() *CellGate {
		g, err := NewExactGate(Rules{MinGroup: 10}, segments, append(segments, 300))
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	exact := []int64{50, 60, 9, 70, 80, 90}
	counts, release, err := gate().Release(exact, exact)
	if err != nil || !slices.Equal(counts, []int64{50, 0, 0, 70, 0, 0}) || !slices.Equal(release, []bool{true, false, false, true, false, false}) {
		t.Fatalf("%v, %v, %v", counts, release, err)
	}
	if !slices.Equal(gate().Decide(counts), release) {
		t.Error("the members decide otherwise")
	}
	table, err := gate().Table(Cells{Dimensions: []string{"d"}, Labels: [][]string{{"a"}, {"b"}, {"c"}, {"d"}, {"e"}, {"f"}}, Levels: [][]int64{counts}})
	if err != nil || table.Suppressed() != 4 || *table.Total().Count() != 120 || *table.Total().SD() != 0 || table.Rows()[0].State() != Released {
		t.Errorf("%+v, %v", table, err)
	}
	size, err := gate().Size([]int64{70})
	if err != nil || *size.Count() != 70 || *size.SD() != 0 || size.State() != Released {
		t.Errorf("a size: %+v, %v", size, err)
	}
	if size, err = gate().Size([]int64{0}); err != nil || size.Count() != nil || size.State() != Suppressed {
		t.Errorf("a small size: %+v, %v", size, err)
	}
	if _, err := gate().Table(Cells{Labels: [][]string{{}}, Levels: [][]int64{{50}}, Sums: [][]int64{{7, 7}},
		Measures: []Measure{{Column: "m", Min: big.NewRat(0, 1), Max: big.NewRat(9, 1)}}}); err == nil {
		t.Error("exact sums were released")
	}
	if _, _, err := gate().Release(exact[:4], exact[:4]); err == nil {
		t.Error("a table of other segments was released")
	}
	for name, c := range map[string]struct {
		r     Rules
		first []uint64
	}{"no segment": {Rules{MinGroup: 10}, nil}, "no least group": {Rules{}, segments}, "a great group": {Rules{MinGroup: 1 << 63}, segments}} {
		if _, err := NewExactGate(c.r, c.first, segments); err == nil {
			t.Errorf("%s: a gate was made", name)
		}
	}
}
