package node

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mandorla/agreement"
)

// trio is two members with the tables of [tables], and a helper.
func trio(t *testing.T) *ring {
	t.Helper()
	r := newRing(t, map[string][]string{}, "air", "cars")
	r.word = "helper"
	r.rules = "{epsilon_per_run: 4, epsilon_budget: 8, min_group_size: 10, min_set_size: 100, min_segment_rows: 20, min_change: 100}"
	r.analyses = "{size: {to: [air, cars]}, aggregate: {to: [air, cars], dimensions: {air: [group], cars: [group]}, measures: {air: [spend], cars: [spend]}}}"
	for brand, from := range map[string]int{"air": 0, "cars": 300} {
		var rows []string
		for i := from; i < from+600; i++ {
			group, spend := "a", fmt.Sprintf("%d.5", i%7*20-20)
			if i%3 == 0 {
				group = "b"
			}
			if brand == "cars" && i%10 == 0 {
				spend = ""
			}
			rows = append(rows, fmt.Sprintf("p%d@example.com,%s,%s", i, group, spend))
		}
		r.table(filepath.Join(brand, "people.csv"), "email,group,spend", rows)
		r.datasets[brand] = "    source: people.csv\n" + byCells
	}
	r.configure()
	return r
}

// TestHelpedSize runs three nodes: the count is within the noise of one draw, all
// three sign, both members hold the same and are charged, the helper keeps a
// receipt that shows that it served, and no result.
func TestHelpedSize(t *testing.T) {
	t.Parallel()
	r := trio(t)
	r.serveAll(noOptions)
	a := r.agree()
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	if own.Count == nil || own.State != "noised" || own.Helper != office || own.Partner != "cars" || own.Epsilon != "4" {
		t.Fatalf("%+v", own)
	}
	if want := math.Sqrt(2*math.Exp(-4)) / (1 - math.Exp(-4)); math.Abs(*own.SD-want) > 1e-6 {
		t.Errorf("a standard deviation of %v, the one noise has %v", *own.SD, want)
	}
	near(t, "count", float64(*own.Count), 300, *own.SD+1)
	if l := own.Levels; len(l) != 1 || l[0].Count == nil || *l[0].Count != *own.Count {
		t.Errorf("levels: %+v", l)
	}
	text := r.settled("air", own.Run)
	if strings.Count(text, "\n— ") != 3 || !strings.Contains(text, `"HELPER"`) {
		t.Errorf("not signed by all three:\n%s", text)
	}
	if got := r.result("cars", own.Run); *got.Count != *own.Count || got.Helper != office {
		t.Errorf("the other member: %+v", got)
	}
	if r.settled(office, own.Run) != text || r.settled("cars", own.Run) != text {
		t.Error("three receipts")
	}
	r.noResult(office, own.Run)
	r.spent(t, 1)
	for name := range r.keys {
		if report, err := r.open(name, Options{}).VerifyLedger(t.Context()); err != nil {
			t.Errorf("%s's ledger: %v (%+v)", name, err, report)
		}
	}
	again, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
	if err != nil || !again.Repeated || *again.Count != *own.Count {
		t.Errorf("the same inputs once more: %+v, %v", again, err)
	}
}

// spent wants both members charged for so many runs.
func (r *ring) spent(t *testing.T, runs uint64) {
	t.Helper()
	for _, name := range r.brands {
		spent, err := r.open(name, Options{}).Spendings(t.Context())
		if err != nil || len(spent) != 1 || uint64(spent[0].Runs) != runs {
			t.Errorf("%s: %+v, %v", name, spent, err)
		}
	}
}

// TestHelpedAggregate runs a cross-table with sums that a helper joins: both
// members hold the same table, within the noise of one draw of the truth.
func TestHelpedAggregate(t *testing.T) {
	t.Parallel()
	r := trio(t)
	r.serveAll(noOptions)
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Aggregate, Agreement: r.agree()})
	if err != nil {
		t.Fatal(err)
	}
	if peer := r.result("cars", own.Run); string(own.Cells.text()) != string(peer.Cells.text()) {
		t.Errorf("two tables: %s and %s", own.Cells.text(), peer.Cells.text())
	}
	shown := 0
	for _, row := range own.Cells.Rows {
		count, ofLeft, ofRight := truth(*row.Keys[0], *row.Keys[1])
		if row.State == "suppressed" {
			if row.Count != nil || row.SD != nil || row.Measures[0].Sum != nil || count >= 10 {
				t.Errorf("%s × %s: %d customers, suppressed: %+v", *row.Keys[0], *row.Keys[1], count, row)
			}
			continue
		}
		shown++
		near(t, "count", float64(*row.Count), float64(count), *row.SD+1)
		near(t, "sum of air", *row.Measures[0].Sum, ofLeft, *row.Measures[0].SumSD+200*math.Sqrt(float64(count))/4096)
		near(t, "sum of cars", *row.Measures[1].Sum, ofRight, *row.Measures[1].SumSD+200*math.Sqrt(float64(count))/4096)
	}
	if shown != 2 || own.State != "noised" || own.Cells.Suppressed != 2 || own.Cells.Threshold != 10 {
		t.Errorf("%d cells shown, %d suppressed, state %s, from %d", shown, own.Cells.Suppressed, own.State, own.Cells.Threshold)
	}
	r.settled(office, own.Run)
	r.noResult(office, own.Run)
}

// TestHelpedExact runs both analyses without noise: exact counts, of all cells but the
// small one and those that are kept back with it; nothing is charged, all hold the
// same, and a table is counted once, also where other columns are asked for.
func TestHelpedExact(t *testing.T) {
	t.Parallel()
	r := trio(t)
	r.rules = "{noise: none, min_group_size: 10, min_set_size: 100, min_segment_rows: 20, min_change: 100}"
	r.analyses = "{size: {to: [air, cars]}, aggregate: {to: [air, cars], dimensions: {air: [group], cars: [group]}}}"
	var rows []string // cars' groups are three, and of a in c are five
	for i := 300; i < 900; i++ {
		rows = append(rows, fmt.Sprintf("p%d@example.com,%s,1", i, carsGroup(i)))
	}
	r.table(filepath.Join("cars", "people.csv"), "email,group,spend", rows)
	r.serveAll(noOptions)
	a := r.agree()
	run := func(analysis string) (*Result, error) {
		return r.open("air", Options{}).Run(t.Context(), Request{Analysis: analysis, Agreement: a})
	}
	size, err := run(agreement.Size)
	if err != nil || *size.Count != 300 || *size.SD != 0 || size.State != "released" || !size.Exact || size.Epsilon != "" {
		t.Fatalf("%+v, %v", size, err)
	}
	own, err := run(agreement.Aggregate)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]uint64{}
	for i := 300; i < 600; i++ {
		want[map[bool]string{true: "b", false: "a"}[i%3 == 0]+carsGroup(i)]++
	}
	shown := ""
	for _, row := range own.Cells.Rows {
		if row.Count == nil {
			continue
		}
		cell := *row.Keys[0] + *row.Keys[1]
		if shown += " " + cell; *row.Count != want[cell] || row.State != "released" || *row.SD != 0 {
			t.Errorf("%s: %d (%s), not %d", cell, *row.Count, row.State, want[cell])
		}
	}
	if shown != " ab bb" || want["ac"] != 5 || own.Cells.Suppressed != 4 {
		t.Errorf("shown are%s, out of %v", shown, want)
	}
	if peer := r.result("cars", own.Run); string(own.Cells.text()) != string(peer.Cells.text()) {
		t.Errorf("two tables: %s and %s", own.Cells.text(), peer.Cells.text())
	}
	if text := r.settled("air", own.Run); !strings.Contains(text, `"noise":"none"`) || r.settled(office, own.Run) != text {
		t.Errorf("the receipts:\n%s", text)
	}
	r.noResult(office, own.Run)
	for _, analysis := range []string{agreement.Size, agreement.Aggregate} {
		if _, err := run(analysis); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "exact counts are given once") {
			t.Errorf("%s once more: %v", analysis, err)
		}
	}
	r.analyses = "{size: {to: [air, cars]}, aggregate: {to: [air, cars], dimensions: {cars: [group]}}}"
	a = r.agree()
	if _, err := run(agreement.Aggregate); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "exact counts are given once") {
		t.Errorf("by other columns: %v", err)
	}
}

// carsGroup is the group of one of cars' customers in [TestHelpedExact].
func carsGroup(i int) string {
	switch {
	case i%3 != 0 && i%60 == 1:
		return "c"
	case i%3 == 0 && i%2 == 0 || i > 600 && i%4 == 0:
		return "c"
	case i%5 == 0:
		return "b"
	}
	return "a"
}

// TestHelpedOne tells one member alone; the other and the helper have nothing.
func TestHelpedOne(t *testing.T) {
	t.Parallel()
	r := trio(t)
	r.analyses = "{aggregate: {to: [cars], dimensions: {air: [group]}, measures: {cars: [spend]}}}"
	r.serveAll(noOptions)
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Aggregate, Agreement: r.agree()})
	if err != nil {
		t.Fatal(err)
	}
	if own.Cells != nil || own.Count != nil {
		t.Errorf("air learnt %+v", own)
	}
	if got := r.result("cars", own.Run); got.Cells == nil || len(got.Cells.Rows) != 2 || got.Cells.Rows[0].Measures[0].Sum == nil {
		t.Errorf("cars learnt %+v", got)
	}
	r.spent(t, 1)
}

// TestHelpedRefuses looks at what keeps a run with a helper from starting.
func TestHelpedRefuses(t *testing.T) {
	t.Parallel()
	r := trio(t)
	r.serveAll(noOptions)
	a := r.agree()
	run := func(name string) error {
		_, err := r.open(name, Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
		return err
	}
	if err := run(office); err == nil || !strings.Contains(err.Error(), "a helper starts no run") {
		t.Errorf("the helper: %v", err)
	}
	p, err := r.open("air", Options{}).Preview(t.Context(), Request{Analysis: agreement.Size, Agreement: a})
	if err != nil || p.Topology != "HELPER" || p.Partner != "cars, joined by office" || p.Bytes.Sent == 0 {
		t.Errorf("preview: %+v, %v", p, err)
	}
	r.table(filepath.Join("cars", "people.csv"), "email,group,spend", []string{"a@example.com,a,1"})
	if err := run("air"); err == nil || !strings.Contains(err.Error(), "cars refused: rules.min_set_size") {
		t.Errorf("a small table: %v", err)
	}
	r.spent(t, 0)
	r.datasets[office] = r.datasets["air"]
	r.configure()
	if err := run("air"); err == nil {
		t.Error("a helper with a dataset took part")
	}
}

// TestHelpedDies kills every party in every phase: nobody has a result, the others
// have a receipt of a failed run, and whoever's tags may have left is charged.
func TestHelpedDies(t *testing.T) {
	all := []string{"air", "cars", office}
	for _, dies := range all {
		phases := []string{"blind", "set", "tags", "settle"}
		if dies == office {
			phases = []string{"tags", "settle"}
		}
		for _, phase := range phases {
			t.Run(dies+" "+phase, func(t *testing.T) {
				t.Parallel()
				r := trio(t)
				r.wire()
				o := func(name string) Options {
					if name != dies {
						return Options{}
					}
					return Options{Progress: onPhase(phase, func() { r.kill(dies) })}
				}
				r.serveAll(o)
				_, err := r.open("air", o("air")).Run(t.Context(), Request{Analysis: agreement.Aggregate, Agreement: r.agree()})
				if !errors.Is(err, ErrPeer) || strings.Contains(err.Error(), "\n") {
					t.Fatalf("%v", err)
				}
				for _, name := range all {
					if got := r.failure(name); got != "failed HUNG_UP" && got != "failed PEER_ABORTED" {
						t.Errorf("%s: %s", name, got)
					}
				}
				switch { // in a phase before, tags may have left, or not
				case phase == "settle":
					r.spent(t, 1)
				case dies == office: // somebody's have
					r.someSpent(t)
				}
			})
		}
	}
}

// someSpent wants at least one member charged: whoever's tags the helper had
// before it died.
func (r *ring) someSpent(t *testing.T) {
	t.Helper()
	var runs []int
	for _, name := range r.brands {
		spent, err := r.open(name, Options{}).Spendings(t.Context())
		if err != nil || len(spent) != 1 {
			t.Fatalf("%s: %+v, %v", name, spent, err)
		}
		runs = append(runs, int(spent[0].Runs))
	}
	if slices.Max(runs) != 1 {
		t.Errorf("charged for %v runs", runs)
	}
}

// TestHelpedDiesBefore kills a party before all have agreed to run: nothing is
// charged, and nobody keeps anything of it.
func TestHelpedDiesBefore(t *testing.T) {
	for _, dies := range []string{"air", "cars"} {
		t.Run(dies, func(t *testing.T) {
			t.Parallel()
			r := trio(t)
			r.wire()
			o := func(name string) Options {
				if name != dies {
					return Options{}
				}
				return Options{Progress: onPhase("read", func() { r.kill(dies) })}
			}
			r.serveAll(o)
			_, err := r.open("air", o("air")).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: r.agree()})
			if !errors.Is(err, ErrPeer) {
				t.Fatalf("%v", err)
			}
			for _, name := range []string{"air", "cars", office} {
				runs, err := os.ReadDir(filepath.Join(r.folder(name), results))
				if err != nil && !errors.Is(err, os.ErrNotExist) || len(runs) > 0 {
					t.Errorf("%s keeps %d runs: %v", name, len(runs), err)
				}
			}
			r.spent(t, 0)
		})
	}
}

// TestHelpedLevels compares two identifiers: one count, over both, with the noise of
// two levels, and no part of it by itself.
func TestHelpedLevels(t *testing.T) {
	t.Parallel()
	r := trio(t)
	for brand, from := range map[string]int{"air": 0, "cars": 300} {
		var rows []string
		for i := from; i < from+600; i++ {
			email := fmt.Sprintf("p%d@example.com", i)
			if brand == "cars" && i%2 == 0 { // found by the other one
				email = fmt.Sprintf("q%d@example.com", i)
			}
			rows = append(rows, fmt.Sprintf("%s,n%d", email, i))
		}
		r.table(filepath.Join(brand, "people.csv"), "email,number", rows)
		r.datasets[brand] = "    source: people.csv\n    identifiers:\n      - {type: email, column: email}\n      - {type: exact, label: number, columns: [number]}\n"
	}
	r.analyses, r.types = "{size: {to: [air, cars]}}", "[email, exact:number]"
	r.configure()
	r.serveAll(noOptions)
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: r.agree()})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "count", float64(*own.Count), 300, *own.SD+1)
	if want := math.Sqrt(2*math.Exp(-2)) / (1 - math.Exp(-2)); math.Abs(*own.SD-want) > 1e-6 {
		t.Errorf("a standard deviation of %v, two levels have %v", *own.SD, want)
	}
	if len(own.Levels) != 2 || own.Levels[0].Count != nil || own.Levels[1].Count != nil {
		t.Errorf("levels: %+v", own.Levels)
	}
}

// BenchmarkHelped is a whole run of two members with 100,000 rows each and a helper,
// all in one process.
func BenchmarkHelped(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		r := newRing(b, map[string][]string{"air": guests(span(0, 100_000)...), "cars": guests(span(50_000, 150_000)...)}, "air", "cars")
		r.word, r.analyses = "helper", "{size: {to: [air, cars]}}"
		r.serveAll(noOptions)
		a := r.agree()
		b.StartTimer()
		own, err := r.open("air", Options{}).Run(b.Context(), Request{Analysis: agreement.Size, Agreement: a})
		if err != nil || own.State != "noised" {
			b.Fatal(own, err)
		}
	}
}
