package policy

import (
	"errors"
	"fmt"
	"math"
	"math/big"
	"testing"

	"mandorla/crypto/noise"
)

func cellGate(t testing.TB, r Rules, n Noise) *CellGate {
	t.Helper()
	g, err := NewCellGate(r, n)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// noiseOf is the noise of a run that spends ε on so many levels and columns.
func noiseOf(t testing.TB, epsilon string, levels, columns int) Noise {
	t.Helper()
	s, err := Split(fraction(t, epsilon), levels, columns)
	if err != nil {
		t.Fatal(err)
	}
	l, err := s.Law()
	if err != nil {
		t.Fatal(err)
	}
	return Noise{Levels: levels, Laws: []noise.Law{l, l}, Column: s.Column}
}

// With k = 50 and ε = 1 a count of one level has to reach 66, and one of two
// levels, at ε0 = 1/2, 50 + 38; each of those 50 + 31.
func TestSize(t *testing.T) {
	one, two := noiseOf(t, "1", 1, 0), noiseOf(t, "1", 2, 0)
	for _, c := range []struct {
		noise  Noise
		round  uint64
		levels []int64
		want   string
	}{
		{one, 1, []int64{65}, "-: -"},
		{one, 1, []int64{66}, "66: 66"},
		{one, 1, []int64{-66}, "-: -"},
		{one, 1, []int64{0}, "-: -"},
		{one, 20, []int64{79}, "60: 60"},
		{one, 100, []int64{66}, "100: 100"},
		{two, 1, []int64{87 - 6, 6}, "-: - -"},
		{two, 1, []int64{81, 7}, "88: 81 -"},
		{two, 1, []int64{80, 8}, "88: - -"},
		{two, 1, []int64{90, -2}, "88: 90 -"},
		{two, 1, []int64{90, -3}, "-: - -"},
		{two, 10, []int64{1234, 567}, "1800: 1230 560"},
	} {
		r, err := cellGate(t, Rules{MinGroup: 50, RoundTo: c.round}, c.noise).Size(c.levels)
		if err != nil {
			t.Fatal(err)
		}
		if got := show(r); got != c.want {
			t.Errorf("%v to %d: %q, want %q", c.levels, c.round, got, c.want)
		}
		want := map[bool]string{true: Noised, false: Suppressed}[r.Count() != nil]
		if r.State() != want || (r.SD() == nil) != (r.Count() == nil) {
			t.Errorf("%v: state %q, sd %v", c.levels, r.State(), r.SD())
		}
	}
}

// The published standard deviations of PROTOCOLS.md §1.10, both sides.
func TestSizeSD(t *testing.T) {
	for epsilon, want := range map[string]float64{"0.05": 40, "0.1": 20, "0.2": 10, "0.5": 4.0, "1": 1.92, "2": 0.85} {
		r, err := cellGate(t, Rules{MinGroup: 50}, noiseOf(t, epsilon, 1, 0)).Size([]int64{1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		if off := math.Abs(*r.SD()/want - 1); off > 0.02 {
			t.Errorf("ε %s: sd %.3f, want %v", epsilon, *r.SD(), want)
		}
	}
	// Of one side alone, and of levels that add up.
	alone := noiseOf(t, "1", 1, 0)
	alone.Laws = alone.Laws[:1]
	r, _ := cellGate(t, Rules{MinGroup: 50}, alone).Size([]int64{1000})
	if off := math.Abs(*r.SD() - 1.36); off > 0.01 {
		t.Errorf("one side: sd %.3f", *r.SD())
	}
	r, _ = cellGate(t, Rules{MinGroup: 50}, noiseOf(t, "2", 2, 0)).Size([]int64{1000, 1000})
	if off := math.Abs(*r.SD() - 1.92*math.Sqrt2); off > 0.02 {
		t.Errorf("two levels: sd %.3f", *r.SD())
	}
}

// What the protocol decrypts is what the release shows, at every count about
// the threshold, in runs with noise and without.
func TestGateDecidesAlike(t *testing.T) {
	for name, n := range map[string]Noise{"noise": noiseOf(t, "1", 1, 2), "exact": {Levels: 1}} {
		rules := Rules{MinGroup: 50}
		for count := int64(-5); count < 80; count++ {
			g := cellGate(t, rules, n)
			decided := g.Decide([]int64{count})[0]
			if decided != (count >= g.Threshold().Least()) {
				t.Errorf("%s, %d: %v", name, count, decided)
			}
			c := oneCell(t, count, 0, 0)
			if !decided {
				c.Sums[0] = nil
			}
			r, err := g.Table(c)
			if err != nil {
				t.Fatal(err)
			}
			if shown := r.Rows()[0].Count() != nil; shown != decided || (r.Suppressed() == 0) != decided {
				t.Errorf("%s, %d: decided %v, shown %v", name, count, decided, shown)
			}
			if len(n.Laws) == 0 {
				continue
			}
			s, err := cellGate(t, rules, n).Size([]int64{count})
			if err != nil || (s.Count() != nil) != decided {
				t.Errorf("%s, %d: decided %v, size %v, %v", name, count, decided, s.State(), err)
			}
		}
	}
}

// oneCell is a table of one cell and one measure.
func oneCell(t testing.TB, count, first, second int64) Cells {
	return Cells{Labels: [][]string{{}}, Levels: [][]int64{{count}},
		Measures: []Measure{measure(t, "0", "4096", false)}, Sums: [][]int64{{first, second}}}
}

func TestCellGateIsSpent(t *testing.T) {
	uses := []func(*CellGate) error{
		func(g *CellGate) error { _, err := g.Size([]int64{100}); return err },
		func(g *CellGate) error { _, err := g.Size([]int64{1}); return err },
		func(g *CellGate) error { _, err := g.Table(oneCell(t, 100, 0, 0)); return err },
	}
	for i, first := range uses {
		for j, second := range uses {
			g := cellGate(t, Rules{MinGroup: 50}, noiseOf(t, "1", 1, 2))
			g.Decide([]int64{1, 2, 3})
			g.Decide([]int64{1, 2, 3}) // as often as it likes
			if err := first(g); err != nil {
				t.Errorf("use %d: %v", i, err)
			}
			if err := second(g); !errors.Is(err, ErrSpent) {
				t.Errorf("use %d after %d: %v, want ErrSpent", j, i, err)
			}
		}
	}
}

func TestCellGateRefuses(t *testing.T) {
	n := noiseOf(t, "1", 1, 2)
	for name, bad := range map[string]Noise{
		"no levels": {}, "no law": {Levels: 1, Laws: []noise.Law{{}}}, "shift": {Levels: 1, Laws: []noise.Law{{Eps: big.NewRat(1, 1)}}},
	} {
		if _, err := NewCellGate(Rules{MinGroup: 50}, bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewCellGate(Rules{MinGroup: 1 << 63}, n); err == nil {
		t.Error("a least group of 2^63: no error")
	}
	if _, err := cellGate(t, Rules{MinGroup: 50}, n).Size([]int64{100, 100}); err == nil {
		t.Error("two levels of one: no error")
	}
	if _, err := cellGate(t, Rules{MinGroup: 50}, Noise{Levels: 1}).Size([]int64{100}); err == nil {
		t.Error("an exact count through the gate of noised ones: no error")
	}
	for name, change := range map[string]func(*Cells, *Noise){
		"levels":        func(c *Cells, _ *Noise) { c.Levels = append(c.Levels, c.Levels[0]) },
		"counts":        func(c *Cells, _ *Noise) { c.Levels[0] = append(c.Levels[0], 7) },
		"labels":        func(c *Cells, _ *Noise) { c.Labels[0] = []string{"gold"} },
		"no sums":       func(c *Cells, _ *Noise) { c.Sums = nil },
		"sums withheld": func(c *Cells, _ *Noise) { c.Sums[0] = nil },
		"sums short":    func(c *Cells, _ *Noise) { c.Sums[0] = []int64{1} },
		"sums let out":  func(c *Cells, _ *Noise) { c.Levels[0][0] = 65 },
		"bounds":        func(c *Cells, _ *Noise) { c.Measures[0].Max = c.Measures[0].Min },
		"one side":      func(_ *Cells, n *Noise) { n.Laws = n.Laws[:1] },
		"exact counts":  func(_ *Cells, n *Noise) { n.Laws = nil },
		"exact sums":    func(_ *Cells, n *Noise) { n.Column = nil },
		"column ε":      func(_ *Cells, n *Noise) { n.Column = big.NewRat(1, 1<<40) },
		"presence": func(c *Cells, n *Noise) {
			c.Measures[0].Nullable, c.Sums[0] = true, []int64{0, 0, 100}
			n.Column = new(big.Rat).SetInt(tenTo(30))
		},
	} {
		c, n := oneCell(t, 100, 0, 0), n
		change(&c, &n)
		g, err := NewCellGate(Rules{MinGroup: 50}, n)
		if err != nil {
			t.Fatal(err)
		}
		r, err := g.Table(c)
		if err == nil || r != nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// A release that nobody made shows nothing.
func TestNoTable(t *testing.T) {
	var r TableRelease
	if fmt.Sprint(r.Rows(), r.Margins(), r.Total().Count(), r.Suppressed()) != "[] [] <nil> 0" {
		t.Error("there is something in it")
	}
}
