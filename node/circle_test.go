package node

import (
	"errors"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mandorla/agreement"
)

// three is a ring of three brands: 200 people are customers of all, 100 more of
// each two, and 300 of each alone.
func three(t *testing.T) (*ring, map[string][]string) {
	tables := map[string][]string{
		"air":  guests(slices.Concat(span(0, 200), span(1000, 1100), span(1100, 1200), span(2000, 2300))...),
		"cars": guests(slices.Concat(span(0, 200), span(1000, 1100), span(1200, 1300), span(3000, 3300))...),
		"stay": guests(slices.Concat(span(0, 200), span(1100, 1200), span(1200, 1300), span(4000, 4300))...),
	}
	return newRing(t, tables, "air", "cars", "stay"), tables
}

// trueCount is the exact figure.
func trueCount(tables map[string][]string, f GroupFigure) (n int) {
	held := map[string][]string{}
	for name, rows := range tables {
		for _, row := range rows {
			held[row] = append(held[row], name)
		}
	}
	for _, names := range held {
		slices.Sort(names)
		all := !slices.ContainsFunc(f.Members, func(m string) bool { return !slices.Contains(names, m) })
		switch {
		case f.Measure == "region" && slices.Equal(names, f.Members), f.Measure == "pair" && all, f.Measure == "reach":
			n++
		}
	}
	return n
}

// within wants every figure within what its noise explains, but for one in 10^8.
func within(t *testing.T, tables map[string][]string, g *Group) {
	t.Helper()
	for _, f := range g.Figures {
		if f.Count == nil {
			t.Errorf("%s of %v is suppressed", f.Measure, f.Members)
			continue
		}
		if off := math.Abs(float64(*f.Count) - float64(trueCount(tables, f))); off > 14**f.SD {
			t.Errorf("%s of %v: %d, and not %d; the noise has a standard deviation of %.1f", f.Measure, f.Members, *f.Count, trueCount(tables, f), *f.SD)
		}
	}
}

// TestRing runs three brands and a combiner: every node has the same receipt,
// signed by all four, and every brand the same figures.
func TestRing(t *testing.T) {
	t.Parallel()
	r, tables := three(t)
	r.serveAll(noOptions)
	a := r.agree()
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	if own.Group == nil || len(own.Group.Figures) != 4 || own.State != "noised" {
		t.Fatalf("%+v", own)
	}
	within(t, tables, own.Group)
	text := r.settled("air", own.Run)
	if strings.Count(text, "\n— ") != 4 {
		t.Errorf("not signed by all four:\n%s", text)
	}
	for _, name := range []string{"cars", "stay"} {
		if got := r.result(name, own.Run); !slices.EqualFunc(got.Group.Figures, own.Group.Figures, sameFigure) {
			t.Errorf("%s has other figures", name)
		}
	}
	for _, name := range []string{"cars", "stay", office} {
		if r.settled(name, own.Run) != text {
			t.Errorf("%s has another receipt", name)
		}
	}
	r.noResult(office, own.Run)
	spent, err := r.open("cars", Options{}).Spendings(t.Context())
	if err != nil || len(spent) != 1 || spent[0].Runs != 1 || spent[0].Left != "16.000" {
		t.Errorf("spent: %+v, %v", spent, err)
	}
	for name := range maps.Keys(r.keys) {
		report, err := r.open(name, Options{}).VerifyLedger(t.Context())
		if err != nil {
			t.Errorf("%s's ledger: %v (%+v)", name, err, report)
		}
	}
	again, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
	if err != nil || !again.Repeated || again.Run != own.Run || !slices.EqualFunc(again.Group.Figures, own.Group.Figures, sameFigure) {
		t.Errorf("the same inputs once more: %+v, %v", again, err)
	}
}

func sameFigure(a, b GroupFigure) bool {
	return a.Measure == b.Measure && slices.Equal(a.Members, b.Members) && a.State == b.State && *a.Count == *b.Count
}

// settled waits for a member's receipt of a completed run.
func (r *ring) settled(member, run string) string {
	r.t.Helper()
	n := r.open(member, Options{})
	for range 1000 {
		if got, err := n.readReceipt(run); err == nil && got.State == "completed" {
			return r.receiptText(member, run)
		}
		time.Sleep(10 * time.Millisecond)
	}
	r.t.Fatalf("%s has no receipt of run %s", member, run)
	return ""
}

// five is a ring of five brands with 60 people in every region.
func five(t *testing.T) (*ring, map[string][]string) {
	brands := []string{"air", "bank", "cars", "rail", "stay"}
	tables := map[string][]string{}
	for set := 1; set < 32; set++ {
		for i, b := range brands {
			if set&(1<<i) != 0 {
				tables[b] = append(tables[b], guests(span(1000*set, 1000*set+90)...)...)
			}
		}
	}
	return newRing(t, tables, brands...), tables
}

// TestFive runs five brands, whose regions, matrix and reach are within their
// noise; the member that is not told has none of it.
func TestFive(t *testing.T) {
	t.Parallel()
	r, tables := five(t)
	r.analyses = "{multi: {to: [air, bank, cars, stay], release: [pairs, reach, regions]}}"
	r.serveAll(noOptions)
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: r.agree()})
	if err != nil {
		t.Fatal(err)
	}
	if len(own.Group.Figures) != 31+10+1 {
		t.Fatalf("%d figures", len(own.Group.Figures))
	}
	within(t, tables, own.Group)
	r.settled("rail", own.Run)
	if got := r.result("rail", own.Run); got.Group != nil || got.Count != nil {
		t.Errorf("rail learnt %+v", got.Group)
	}
}

// TestTwoAndCombiner is the smallest group: the ring is one exchange.
func TestTwoAndCombiner(t *testing.T) {
	t.Parallel()
	_, tables := three(t)
	delete(tables, "stay")
	r := newRing(t, tables, "air", "cars")
	r.serveAll(noOptions)
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: r.agree()})
	if err != nil {
		t.Fatal(err)
	}
	within(t, tables, own.Group)
}

// TestSmallGroups suppresses what is below the least group.
func TestSmallGroups(t *testing.T) {
	t.Parallel()
	tables := map[string][]string{"air": guests(span(0, 150)...), "cars": guests(span(145, 300)...), "stay": guests(span(50, 250)...)}
	r := newRing(t, tables, "air", "cars", "stay")
	r.serveAll(noOptions)
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: r.agree()})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range own.Group.Figures {
		if small := trueCount(tables, f) < 10; small != (f.Count == nil) || small != (f.State == "suppressed") {
			t.Errorf("%s of %v, truly %d: %s", f.Measure, f.Members, trueCount(tables, f), f.State)
		}
	}
}

// TestRingRefuses looks at what keeps a run from starting, and at what it costs.
func TestRingRefuses(t *testing.T) {
	t.Parallel()
	r, _ := three(t)
	r.serveAll(noOptions)
	a := r.agree()
	run := func(name string) error {
		_, err := r.open(name, Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
		return err
	}
	if err := run(office); err == nil || !strings.Contains(err.Error(), "a combiner starts no run") {
		t.Errorf("the combiner: %v", err)
	}
	r.table(filepath.Join("stay", "people.csv"), "email", guests(span(0, 20)...))
	if err := run("air"); err == nil || !strings.Contains(err.Error(), "stay refused: rules.min_set_size") {
		t.Errorf("a small table: %v", err)
	}
	spent, err := r.open("cars", Options{}).Spendings(t.Context())
	if err != nil || spent[0].Runs != 0 || spent[0].Left != "20.000" {
		t.Errorf("spent: %+v, %v", spent, err)
	}
}

// TestCombinerPartners: the combiner's own policy names whom it counts for, and the
// first of the members is no exception.
func TestCombinerPartners(t *testing.T) {
	t.Parallel()
	r, _ := three(t)
	r.serveAll(noOptions)
	a := r.agree()
	for _, c := range []struct {
		partners string
		allowed  bool
	}{{"[cars, stay]", false}, {"[air, stay]", false}, {"[air, cars]", false}, {"[air, cars, stay]", true}} {
		r.write(filepath.Join(office, policyFile), "partners: "+c.partners+"\n")
		if _, err := r.open(office, Options{}).planCircle(a, agreement.Multi); (err == nil) != c.allowed {
			t.Errorf("%s: %v", c.partners, err)
		}
	}
	r.write(filepath.Join(office, policyFile), "partners: [cars, stay]\n")
	_, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
	if err == nil || !strings.Contains(err.Error(), "POLICY_PARTNER") {
		t.Errorf("a run that the combiner does not allow: %v", err)
	}
}

// TestRingSetBack: a member whose record was set back to before a run is refused by
// the others.
func TestRingSetBack(t *testing.T) {
	t.Parallel()
	r, _ := three(t)
	r.serveAll(noOptions)
	a := r.agree()
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	r.settled("cars", own.Run)
	r.settled(office, own.Run)
	files, err := filepath.Glob(filepath.Join(r.folder("cars"), bookFile+"*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range append(files, filepath.Join(r.folder("cars"), results)) {
		if err := os.RemoveAll(f); err != nil {
			t.Fatal(err)
		}
	}
	_, err = r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
	if !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "cars's record of spent budgets is older") {
		t.Errorf("%v", err)
	}
}

// TestRingBudget refuses the run that the budget does not allow any more, at
// whoever's it is, and charges nobody for it.
func TestRingBudget(t *testing.T) {
	t.Parallel()
	r, _ := three(t)
	r.rules = "{min_group_size: 10, min_set_size: 100, epsilon_per_run: 4, epsilon_budget: 5, min_change: 100}"
	r.serveAll(noOptions)
	a := r.agree()
	run := func() error {
		_, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
		return err
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	r.table(filepath.Join("air", "people.csv"), "email", guests(span(0, 900)...))
	if err := run(); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "epsilon_budget") {
		t.Errorf("%v", err)
	}
	spent, err := r.open("stay", Options{}).Spendings(t.Context())
	if err != nil || spent[0].Runs != 1 {
		t.Errorf("%+v, %v", spent, err)
	}
}
