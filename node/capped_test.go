package node

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mandorla/agreement"
)

// byHome are datasets that compare households.
const byHome = "    identifiers: [{type: household, by: address, country: US, columns: [street, zip], parts: [street, postcode], most_people: 3}]\n"

// home is a row of a household by number.
func home(n int, name string) string {
	return fmt.Sprintf("%s,%d Elm Street,62701", name, n)
}

// addressesOf are rows of households by number.
func addressesOf(numbers ...int) (out []string) {
	for _, n := range numbers {
		out = append(out, home(n, "a"))
	}
	return out
}

// cappedRing is three brands whose send plans overlap. Air's has two more rows of
// its households 1 and 2, a row without an address, and four people at one address.
func cappedRing(t testing.TB) *ring {
	t.Helper()
	plans := map[string][]string{
		"air":  slices.Concat(addressesOf(span(1, 201)...), []string{home(1, "b"), home(2, "b"), "c,,62701"}, []string{home(999, "d"), home(999, "e"), home(999, "f"), home(999, "g")}),
		"cars": addressesOf(span(101, 301)...),
		"stay": addressesOf(span(151, 401)...),
	}
	r := newRing(t, map[string][]string{"air": {}, "cars": {}, "stay": {}}, "air", "cars", "stay")
	r.types = "[household]"
	r.rules = "{min_set_size: 100, min_list_size: 100}"
	r.analyses = "{frequency_cap: {to: [air, cars, stay], contacts: 1, order: [stay, air, cars]}}"
	for _, b := range r.brands {
		r.datasets[b] = "    source: people.csv\n" + byHome
		r.table(filepath.Join(b, "people.csv"), "name,street,zip", plans[b])
	}
	r.configure()
	return r
}

// planLines reads an exported plan: its lines without the header.
func planLines(t *testing.T, path string) []string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

// TestCap runs three brands and a combiner by an order: every brand has its own
// plan without the households of those before it.
func TestCap(t *testing.T) {
	t.Parallel()
	r := cappedRing(t)
	r.serveAll(noOptions)
	a := r.agree()
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.FrequencyCap, Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	want := CappedPlan{Most: 1, Rows: 207, Contacts: 200, Removed: 50, SameHousehold: 2, WithoutIdentifier: 5, Kept: 155}
	got := *own.FrequencyCap
	got.Removals = ""
	if got != want || own.State != "released" || *own.Count != 155 || own.Epsilon != "" {
		t.Errorf("%+v, %s", got, own.State)
	}
	out := filepath.Join(r.dir, "plan.csv")
	if err := errors.Join(Export(own, out, "csv"), ExportRemoved(own, out+".removed", "csv")); err != nil {
		t.Fatal(err)
	}
	kept := append([]string{"name,street,zip"}, append(addressesOf(span(1, 151)...), "c,,62701", home(999, "d"), home(999, "e"), home(999, "f"), home(999, "g"))...)
	if got := planLines(t, out); !slices.Equal(got, kept) {
		t.Errorf("the plan is %v", got)
	}
	removed := []string{"name,street,zip,removed_because"}
	for _, row := range addressesOf(span(151, 201)...) {
		removed = append(removed, row+",frequency_cap")
	}
	removed = append(removed, home(1, "b")+",same_household", home(2, "b")+",same_household")
	if got := planLines(t, out+".removed"); !slices.Equal(got, removed) {
		t.Errorf("removed are %v", got)
	}
	text := r.settled("air", own.Run)
	if strings.Count(text, "\n— ") != 4 || !strings.Contains(text, `"frequency_cap"`) {
		t.Errorf("the receipt is\n%s", text)
	}
	for name, removed := range map[string]uint64{"cars": 200, "stay": 0} {
		if r.settled(name, own.Run) != text {
			t.Errorf("%s has another receipt", name)
		}
		res := r.result(name, own.Run)
		if name == "cars" { // all but none of its rows are others' too: too short a list
			if res.FrequencyCap != nil || res.State != "suppressed" || res.Count != nil {
				t.Errorf("cars: %+v", res.FrequencyCap)
			}
			continue
		}
		if res.FrequencyCap.Removed != removed || res.FrequencyCap.Kept != 250 {
			t.Errorf("%s: %+v", name, res.FrequencyCap)
		}
	}
	r.noResult(office, own.Run)
	for name := range r.keys {
		if report, err := r.open(name, Options{}).VerifyLedger(t.Context()); err != nil {
			t.Errorf("%s's ledger: %v (%+v)", name, err, report)
		}
	}
}

// TestCapByLot: over all three plans no household stands on more than one, and
// every one on one. Exactly as many are removed as have to be.
func TestCapByLot(t *testing.T) {
	t.Parallel()
	r := cappedRing(t)
	r.rules = "{min_set_size: 100, min_list_size: 1, noise: none}"
	r.analyses = "{frequency_cap: {to: [air, cars, stay], contacts: 1}}"
	r.serveAll(noOptions)
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.FrequencyCap, Agreement: r.agree()})
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	for _, b := range r.brands {
		r.settled(b, own.Run)
		out := filepath.Join(r.dir, b+".csv")
		if err := Export(r.result(b, own.Run), out, "csv"); err != nil {
			t.Fatal(err)
		}
		for _, line := range planLines(t, out) {
			times[line]++
		}
	}
	for _, row := range addressesOf(span(1, 401)...) {
		if times[row] != 1 {
			t.Errorf("%q stands on %d plans", row, times[row])
		}
	}
}

// TestCapTwo is the smallest group, by person.
func TestCapTwo(t *testing.T) {
	t.Parallel()
	tables := map[string][]string{"air": guests(span(0, 300)...), "cars": guests(span(200, 500)...)}
	r := newRing(t, tables, "air", "cars")
	r.rules, r.analyses = "{min_set_size: 100, min_list_size: 100}", "{frequency_cap: {to: [air, cars], contacts: 1, order: [cars, air]}}"
	r.serveAll(noOptions)
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.FrequencyCap, Agreement: r.agree()})
	if err != nil {
		t.Fatal(err)
	}
	if own.FrequencyCap.Removed != 100 || own.FrequencyCap.Kept != 200 {
		t.Errorf("%+v", own.FrequencyCap)
	}
	p, err := r.open("air", Options{}).Preview(t.Context(), Request{Analysis: agreement.FrequencyCap, Agreement: r.agree()})
	if err != nil || p.Budget.Epsilon != "" || p.Bytes.Sent == 0 || p.Seconds <= 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestCapRefuses looks at what keeps a run from starting.
func TestCapRefuses(t *testing.T) {
	t.Parallel()
	r := cappedRing(t)
	r.serveAll(noOptions)
	a := r.agree()
	run := func(name string) error {
		_, err := r.open(name, Options{}).Run(t.Context(), Request{Analysis: agreement.FrequencyCap, Agreement: a})
		return err
	}
	if err := run(office); err == nil || !strings.Contains(err.Error(), "a combiner starts no run") {
		t.Errorf("the combiner: %v", err)
	}
	r.table(filepath.Join("stay", "people.csv"), "name,street,zip", addressesOf(span(1, 30)...))
	if err := run("air"); err == nil || !strings.Contains(err.Error(), "stay refused: rules.min_set_size") {
		t.Errorf("a small plan: %v", err)
	}
	r.table(filepath.Join("air", "people.csv"), "name,street,zip,removed_because", addressesOf(span(1, 200)...))
	if err := run("air"); !errors.Is(err, ErrInput) || !strings.Contains(err.Error(), "removed_because") {
		t.Errorf("a column of that name: %v", err)
	}
}

// TestCapAnyoneDies kills every party in every phase of the way there and back:
// nobody has a result, and all others have a receipt of a failed run.
func TestCapAnyoneDies(t *testing.T) {
	for _, dies := range []string{"air", "cars", "stay", office} {
		phases := []string{"ring 1", "ring 2", "back 1", "back 2", "back 3", "settle"}
		if dies == office {
			phases = []string{"tags", "seal 1", "settle"}
		}
		for _, phase := range phases {
			t.Run(dies+" "+phase, func(t *testing.T) {
				t.Parallel()
				r := wired(t)
				r.rules = "{min_set_size: 100, min_list_size: 100}"
				r.analyses = "{frequency_cap: {to: [air, cars, stay], contacts: 1}}"
				o := func(name string) Options {
					if name != dies {
						return Options{}
					}
					return Options{Progress: onPhase(phase, func() { r.kill(dies) })}
				}
				r.serveAll(o)
				_, err := r.open("air", o("air")).Run(t.Context(), Request{Analysis: agreement.FrequencyCap, Agreement: r.agree()})
				if !errors.Is(err, ErrPeer) || strings.Contains(err.Error(), "\n") {
					t.Fatalf("%v", err)
				}
				for _, name := range []string{"air", "cars", "stay", office} {
					if got := r.failure(name); got != "failed HUNG_UP" && got != "failed PEER_ABORTED" {
						t.Errorf("%s: %s", name, got)
					}
				}
			})
		}
	}
}
