package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// show writes a release as "sum: level level …", with - for what is kept back.
func show(r CountRelease) string {
	word := func(n *uint64) string {
		if n == nil {
			return "-"
		}
		return fmt.Sprint(*n)
	}
	words := []string{word(r.Count()) + ":"}
	for _, n := range r.Levels() {
		words = append(words, word(n))
	}
	return strings.Join(words, " ")
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		rules  Rules
		levels []uint64
		want   string
	}{
		// The boundary is exact.
		{Rules{MinGroup: 50}, []uint64{49}, "-: -"},
		{Rules{MinGroup: 50}, []uint64{50}, "50: 50"},
		{Rules{MinGroup: 50}, []uint64{51}, "51: 51"},
		{Rules{MinGroup: 50}, []uint64{25, 24}, "-: - -"},
		{Rules{MinGroup: 50}, []uint64{25, 25}, "50: - -"},
		{Rules{MinGroup: 50}, []uint64{50, 50}, "100: 50 50"},
		{Rules{MinGroup: 50}, []uint64{0}, "-: -"},
		{Rules{MinGroup: 50}, nil, "-:"},
		{Rules{MinGroup: 1}, []uint64{0}, "-: -"},
		{Rules{MinGroup: 1}, []uint64{1}, "1: 1"},
		{Rules{}, []uint64{0}, "0: 0"},
		{Rules{}, []uint64{0, 7}, "7: 0 7"},

		// What is hidden cannot be worked out from the sum.
		{Rules{MinGroup: 50}, []uint64{49, 50}, "99: - -"},
		{Rules{MinGroup: 50}, []uint64{100, 49}, "149: - -"},
		{Rules{MinGroup: 50}, []uint64{900, 0}, "900: - -"},
		{Rules{MinGroup: 50}, []uint64{900, 49, 100}, "1049: - - 100"},
		{Rules{MinGroup: 50}, []uint64{100, 49, 100}, "249: - - 100"},
		{Rules{MinGroup: 50}, []uint64{900, 25, 24}, "949: - - -"},
		{Rules{MinGroup: 50}, []uint64{900, 25, 25}, "950: - - -"},
		{Rules{MinGroup: 50}, []uint64{900, 3, 2, 60}, "965: - - - 60"},
		{Rules{MinGroup: 50}, []uint64{900, 0, 0, 800}, "1700: - - - 800"},
		{Rules{MinGroup: 50}, []uint64{900, 800}, "1700: 900 800"},

		// With a least group of one only zeros are hidden, and they hide nothing.
		{Rules{MinGroup: 1}, []uint64{900, 0}, "900: 900 -"},
		{Rules{MinGroup: 1}, []uint64{1, 1}, "2: 1 1"},

		// Rounding comes last, goes down, and never below the least group.
		{Rules{MinGroup: 50, RoundTo: 1}, []uint64{57}, "57: 57"},
		{Rules{MinGroup: 50, RoundTo: 10}, []uint64{57, 62}, "110: 50 60"},
		{Rules{MinGroup: 50, RoundTo: 10}, []uint64{49}, "-: -"},
		{Rules{MinGroup: 50, RoundTo: 10}, []uint64{50}, "50: 50"},
		{Rules{MinGroup: 50, RoundTo: 20}, []uint64{50}, "60: 60"},
		{Rules{MinGroup: 50, RoundTo: 20}, []uint64{59}, "60: 60"},
		{Rules{MinGroup: 50, RoundTo: 20}, []uint64{79}, "60: 60"},
		{Rules{MinGroup: 50, RoundTo: 20}, []uint64{80}, "80: 80"},
		{Rules{MinGroup: 10, RoundTo: 25}, []uint64{10}, "25: 25"},
	} {
		r, err := NewGate(c.rules).Count(c.levels)
		if err != nil {
			t.Fatal(err)
		}
		if got := show(r); got != c.want {
			t.Errorf("%+v, %v: %q, want %q", c.rules, c.levels, got, c.want)
		}
		if want := map[bool]string{true: Suppressed, false: Released}[r.Count() == nil]; r.State() != want {
			t.Errorf("%+v, %v: state %q, want %q", c.rules, c.levels, r.State(), want)
		}
		if (r.SD() == nil) != (r.Count() == nil) || r.SD() != nil && *r.SD() != 0 {
			t.Errorf("%+v, %v: an exact count has noise", c.rules, c.levels)
		}
	}
}

// Whatever the counts: nothing below the least group is shown or can be worked
// out, and nothing is kept back without need.
func TestCountGivesNothingAway(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k := rapid.Uint64Range(2, 60).Draw(t, "k")
		levels := rapid.SliceOfN(rapid.Uint64Range(0, 150), 1, 6).Draw(t, "levels")
		r, err := NewGate(Rules{MinGroup: k}).Count(levels)
		if err != nil {
			t.Fatal(err)
		}
		sum, shown, hidden, small := uint64(0), uint64(0), 0, 0
		for l, n := range levels {
			sum += n
			if n < k {
				small++
			}
			switch p := r.Levels()[l]; {
			case p == nil:
				hidden++
			case *p != n || n < k:
				t.Fatalf("%v by %d: %s", levels, k, show(r))
			default:
				shown += n
			}
		}
		if sum < k {
			if r.Count() != nil || hidden != len(levels) {
				t.Fatalf("%v by %d: %s", levels, k, show(r))
			}
			return
		}
		if r.Count() == nil || *r.Count() != sum {
			t.Fatalf("%v by %d: %s", levels, k, show(r))
		}
		if hidden > 0 && (hidden < 2 || sum-shown < k) {
			t.Fatalf("%v by %d: %s gives away what it hides", levels, k, show(r))
		}
		// Two more than the small ones are always enough company.
		if small == 0 && hidden > 0 || hidden > small+2 {
			t.Fatalf("%v by %d: %s hides too much", levels, k, show(r))
		}
	})
}

// TestCountLeavesEveryValue goes through all counts of three levels with the eyes of a
// reader who knows the rule and nothing else: a level that is kept back and small could
// have been another number.
func TestCountLeavesEveryValue(t *testing.T) {
	const k, most = 5, 12
	seen := map[string][3]map[uint64]bool{}
	each := func(below uint64, do func(levels []uint64, shown string)) {
		for a := range below {
			for b := range below {
				for c := range below {
					levels := []uint64{a, b, c}
					r, err := NewGate(Rules{MinGroup: k}).Count(levels)
					if err != nil {
						t.Fatal(err)
					}
					do(levels, show(r))
				}
			}
		}
	}
	each(most+2*k, func(levels []uint64, shown string) {
		values, ok := seen[shown]
		if !ok {
			values = [3]map[uint64]bool{{}, {}, {}}
		}
		for l, n := range levels {
			values[l][n] = true
		}
		seen[shown] = values
	})
	each(most, func(levels []uint64, shown string) {
		for l, n := range levels {
			if n < k && len(seen[shown][l]) == 1 {
				t.Errorf("%v are shown as %q: level %d follows", levels, shown, l)
			}
		}
	})
}

func TestList(t *testing.T) {
	for _, c := range []struct {
		least, rows uint64
		want        string
	}{
		{1000, 0, Suppressed}, {1000, 999, Suppressed}, {1000, 1000, Released}, {1000, 1001, Released},
		{1, 0, Suppressed}, {1, 1, Released}, {0, 0, Released},
	} {
		// A list is never rounded, and the least group is not its measure.
		r, err := NewGate(Rules{MinList: c.least, MinGroup: 5000, RoundTo: 7}).List(c.rows)
		if err != nil {
			t.Fatal(err)
		}
		if r.State() != c.want || (r.Rows() != nil) != (c.want == Released) || r.Rows() != nil && *r.Rows() != c.rows {
			t.Errorf("%d rows by %d: %s", c.rows, c.least, r.State())
		}
	}
}

// A gate lets one result through, whichever, even when it was suppressed.
func TestGateIsSpent(t *testing.T) {
	uses := []func(*Gate) error{
		func(g *Gate) error { _, err := g.Count([]uint64{100}); return err },
		func(g *Gate) error { _, err := g.Count([]uint64{1}); return err },
		func(g *Gate) error { _, err := g.List(100); return err },
		func(g *Gate) error { _, err := g.List(1); return err },
	}
	for i, first := range uses {
		for j, second := range uses {
			g := NewGate(Rules{MinGroup: 50, MinList: 50})
			if err := first(g); err != nil {
				t.Errorf("use %d: %v", i, err)
			}
			if err := second(g); !errors.Is(err, ErrSpent) {
				t.Errorf("use %d after %d: %v, want ErrSpent", j, i, err)
			}
		}
	}
	g := NewGate(Rules{})
	g.List(1)
	if r, _ := g.Count([]uint64{7}); r.Count() != nil || r.Levels() != nil {
		t.Error("a spent gate shows a count")
	}
	if r, _ := g.List(7); r.Rows() != nil {
		t.Error("a spent gate shows a list")
	}
}

// A release that nobody made shows nothing.
func TestNoRelease(t *testing.T) {
	if r := (ListRelease{}); r.State() != Suppressed {
		t.Errorf("state %q", r.State())
	}
	if r := (CountRelease{}); r.Count() != nil {
		t.Error("a count")
	}
}
