package rules

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"mandorla/agreement/strict"
)

// draw makes rules, of which some are those of nobody.
func draw(rnd *rand.Rand) Rules {
	r := Laxest()
	if rnd.IntN(2) == 0 {
		r.Noise = ""
	}
	for _, c := range r.counts() {
		if rnd.IntN(3) > 0 {
			*c.value = 1 + rnd.Uint64N(2000)
		}
	}
	for _, d := range r.decimals() {
		if rnd.IntN(3) > 0 {
			*d.value = strict.NewDecimal(fmt.Sprintf("%d.%d", rnd.IntN(4), 1+rnd.IntN(99)))
		}
	}
	return r
}

func same(a, b Rules) bool {
	for _, key := range Keys() {
		if Compare(key, a, b) != 0 || a.Value(key) != b.Value(key) {
			return false
		}
	}
	return true
}

func TestStricterIsALattice(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 7))
	for range 1000 {
		a, b, c := draw(rnd), draw(rnd), draw(rnd)
		ab := Stricter(a, b)
		if !same(ab, Stricter(b, a)) {
			t.Fatalf("the order counts: %+v, %+v", a, b)
		}
		if !same(Stricter(a, a), a) || !same(Stricter(ab, b), ab) || !same(Stricter(a, Laxest()), a) {
			t.Fatalf("asking twice, or for nothing, changes something: %+v, %+v", a, b)
		}
		if !same(Stricter(ab, c), Stricter(a, Stricter(b, c))) {
			t.Fatalf("grouping counts: %+v, %+v, %+v", a, b, c)
		}
		for _, key := range Keys() {
			if Compare(key, ab, a) < 0 || Compare(key, ab, b) < 0 || Compare(key, ab.Raised(), ab) < 0 {
				t.Fatalf("%s is laxer than one of the two: %+v, %+v", key, a, b)
			}
			if Compare(key, a, b) != -Compare(key, b, a) {
				t.Fatalf("%s compares differently the other way round", key)
			}
			if Compare(key, ab, a) != 0 && Compare(key, ab, b) != 0 {
				t.Fatalf("%s is stricter than both ask for: %+v, %+v", key, a, b)
			}
		}
	}
}

// What is stricter, by hand.
func TestWhichIsStricter(t *testing.T) {
	a := Defaults()
	for key, set := range map[string]func(*Rules){
		"noise":            func(r *Rules) { r.Noise = NoiseNone },
		"epsilon_per_run":  func(r *Rules) { r.EpsilonPerRun = strict.NewDecimal("1.5") },
		"epsilon_budget":   func(r *Rules) { r.EpsilonBudget = strict.NewDecimal("11") },
		"min_group_size":   func(r *Rules) { r.MinGroupSize = 49 },
		"min_set_size":     func(r *Rules) { r.MinSetSize = 999 },
		"min_segment_rows": func(r *Rules) { r.MinSegmentRows = 99 },
		"min_list_size":    func(r *Rules) { r.MinListSize = 999 },
		"runs_per_week":    func(r *Rules) { r.RunsPerWeek = 21 },
		"min_change":       func(r *Rules) { r.MinChange = 999 },
		"round_to":         func(r *Rules) { r.RoundTo = 0 },
		"max_rows":         func(r *Rules) { r.MaxRows++ },
		"max_bytes":        func(r *Rules) { r.MaxBytes++ },
		"max_runs_at_once": func(r *Rules) { r.MaxRunsAtOnce = 5 },
	} {
		laxer := Defaults()
		set(&laxer)
		if Compare(key, a, laxer) <= 0 || same(Stricter(a, laxer), laxer) || !same(Stricter(laxer, a), a) {
			t.Errorf("%s: %s passes for stricter than %s", key, laxer.Value(key), a.Value(key))
		}
	}
	if len(Keys()) != 13 || Compare("bogus", a, a) != 0 || a.Value("bogus") != "" {
		t.Error("the table has other rules than this test")
	}
}

func TestRaisedToFloors(t *testing.T) {
	exact := Defaults()
	exact.Noise, exact.MinGroupSize, exact.MinListSize = NoiseNone, 1, 1
	if r := exact.Raised(); r.MinGroupSize != 1 || r.MinListSize != 1 {
		t.Error("exact counts may have thresholds of one")
	}
	noisy := Laxest()
	noisy.Noise = ""
	if r := Stricter(exact, noisy).Raised(); r.MinGroupSize != 10 || r.MinListSize != 100 || r.Exact() {
		t.Errorf("noise was asked for, and the floors do not hold: %+v", r)
	}
}

func TestContradiction(t *testing.T) {
	r := Defaults()
	if what := r.Contradiction(); what != "" {
		t.Error(what)
	}
	r.EpsilonBudget = strict.NewDecimal("0.5")
	if r.Contradiction() == "" {
		t.Error("no run fits the budget")
	}
	r.Noise = NoiseNone
	if what := r.Contradiction(); what != "" {
		t.Errorf("exact counts spend nothing: %s", what)
	}
	r.MaxRows = 10
	if r.Contradiction() == "" {
		t.Error("no table fits")
	}
}

func TestTextComesBack(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		r := draw(rnd)
		for _, c := range r.counts() { // below a floor no file may go
			*c.value = max(*c.value, c.floor)
		}
		back, err := ParseText("a test", r.Text())
		if err != nil || !same(back, r) {
			t.Fatalf("%q: %v", r.Text(), err)
		}
	}
	if r, err := ParseText("a test", ""); err != nil || !same(r, Laxest()) || Laxest().Text() != "" {
		t.Errorf("no rules: %v", err)
	}
	for _, text := range []string{"\n", "{}", "min_group_size: 50", "min_group_size:  50\n", "min_group_size: 050\n", "runs_per_week: 2\nmin_group_size: 50\n",
		"bogus: 1\n", "noise: none\n", "noise: some\n", "epsilon_per_run: 1.0\n", "epsilon_per_run: 4\n", "max_bytes: 1GiB\n", strings.Repeat("#", 5000)} {
		if _, err := ParseText("a test", text); err == nil {
			t.Errorf("%.40q passes for canonical", text)
		}
	}
}

func FuzzParseText(f *testing.F) {
	f.Add("")
	f.Add("noise: required\nepsilon_per_run: 0.5\nmin_group_size: 100\n")
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := ParseText("a test", text); err == nil && r.Text() != text {
			t.Fatal("what was accepted does not come back")
		}
	})
}

func TestWords(t *testing.T) {
	r := Defaults()
	noisy := strings.Join(r.Words(), "\n") + r.CountWords()
	r.Noise, r.RoundTo, r.MaxBytes = NoiseNone, 10, 12
	exact := strings.Join(r.Words(), "\n") + r.CountWords()
	for says, in := range map[string]string{
		"A count below 50": noisy, "1 of a privacy budget (epsilon) of 10": noisy, "256 GiB": noisy, "carry random noise": noisy,
		"multiples of 10": exact, "12 bytes": exact, "no noise is added": exact, "sees the true number": exact,
	} {
		if !strings.Contains(in, says) {
			t.Errorf("does not say %q", says)
		}
	}
}
