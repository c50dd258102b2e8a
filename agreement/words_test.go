package agreement

import (
	"errors"
	"strings"
	"testing"
)

func TestDraftParses(t *testing.T) {
	h := newHouse(t)
	draft := Draft("airline", "bank")
	a := mustParse(t, h.fill(draft))
	if err := a.Permits(Size, "airline"); err != nil {
		t.Errorf("the draft's size may not be run: %v", err)
	}
	if _, err := Parse([]byte(draft)); !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "members.airline") {
		t.Errorf("a draft without keys: %v", err)
	}
	// The lines that are commented out are what their comments say.
	open := strings.NewReplacer("  # match: {", "  match: {", "  # aggregate: {", "  aggregate: {",
		"  # append: {", "  append: {", "  # suppress: {", "  suppress: {").Replace(draft)
	if got := mustParse(t, h.fill(open)).Terms.Analyses; got.Match == nil || got.Aggregate == nil || got.Append == nil || got.Suppress == nil {
		t.Errorf("not all analyses are in the draft: %+v", got)
	}
	for _, names := range [][]string{nil, {"one"}, {"a", "b", "c"}} {
		if !strings.Contains(Draft(names...), "+KEY") {
			t.Errorf("a draft for %v has no place for keys", names)
		}
	}
}

// The draft writes every default out, and writes it right.
func TestDraftShowsDefaults(t *testing.T) {
	h := newHouse(t)
	draft := Draft("airline", "bank")
	rules := draft[strings.Index(draft, "rules:"):strings.Index(draft, "# First and last day")]
	short := strings.Replace(draft, rules, "rules: {}\n", 1)
	if changes := Diff(mustParse(t, h.fill(draft)), mustParse(t, h.fill(short))); len(changes) > 0 {
		t.Errorf("the draft departs from the defaults: %v", changes)
	}
	for _, f := range ruleFields(defaultRules()) {
		if key := strings.TrimPrefix(f.name, "rules."); !strings.Contains(strings.ReplaceAll(rules, "  # noise", "  noise"), "\n  "+key+": ") {
			t.Errorf("the draft leaves out %s", key)
		}
	}
}

func TestFirstDifference(t *testing.T) {
	h := newHouse(t)
	here := mustParse(t, h.fill(sample))
	for _, c := range []struct{ old, new, want string }{
		{"min_group_size: 50", "min_group_size: 20", "rules.min_group_size: 50 here, 20 there"},
		{"kind: partner", "kind: sale", "kind: partner here, sale there"},
		{"bank: cardholders", "bank: clients", "datasets.bank: cardholders here, clients there"},
		{"[email, phone]", "[phone, email]", "identifiers.types: [email phone] here, [phone email] there"},
		{"  size: {to: [airline, bank]}\n", "", "analyses.size.to: [airline, bank] here, absent there"},
		{"match: {to: [airline]", "match: {to: [airline, bank]", "analyses.match.to: [airline] here, [airline, bank] there"},
		{"[customer_id]", "[customer_id, name]", "analyses.match.columns.airline: [customer_id] here, [customer_id, name] there"},
		{"epsilon_budget: 10", "epsilon_budget: 12.5", "rules.epsilon_budget: 10 here, 12.5 there"},
		{"2026-12-31", "2026-12-30", "valid.until: 2026-12-31 here, 2026-12-30 there"},
		{"# service", "# Service", "line 2: the terms are equal, the wording or layout is not; use one file on both sides"},
		{"epsilon_budget: 10", "epsilon_budget: 10.0", "line 13: the terms are equal, the wording or layout is not; use one file on both sides"},
		{"kind: partner", "kind: partner", ""},
	} {
		if got := FirstDifference(here, mustParse(t, h.fill(with(t, c.old, c.new)))); got != c.want {
			t.Errorf("%s: got %q, want %q", c.new, got, c.want)
		}
	}
}

func TestDiffHidesKeysAndKeepsOrder(t *testing.T) {
	h := newHouse(t)
	here := mustParse(t, h.fill(sample))
	other := newHouse(t)
	text := strings.NewReplacer("min_group_size: 50", "min_group_size: 60", "kind: partner", "kind: sale").Replace(sample)
	changes := Diff(here, mustParse(t, other.fill(text)))
	var names []string
	for _, c := range changes {
		names = append(names, c.Field)
		if strings.Contains(c.String(), other.vkey["bank"]) || strings.Contains(c.String(), h.vkey["bank"]) {
			t.Errorf("%s shows a key", c.Field)
		}
	}
	if got, want := strings.Join(names, " "), "kind members.airline members.bank rules.min_group_size"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestDiffOfOtherMembers(t *testing.T) {
	h := newHouse(t)
	here := mustParse(t, h.fill(sample))
	there := mustParse(t, h.fill(strings.ReplaceAll(sample, "bank", "stranger")))
	if got := FirstDifference(here, there); got != "members.bank: a key here, absent there" {
		t.Errorf("got %q", got)
	}
}

func TestWords(t *testing.T) {
	h := newHouse(t)
	write := func(text string) string {
		var b strings.Builder
		if err := mustParse(t, h.fill(text)).Words(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	noisy := write(sample)
	exact := write(with(t, "rules: {", "rules: {noise: none, "))
	for _, c := range []struct {
		in, says string
		want     bool
	}{
		{noisy, "airline learns which of its own customers the other has too", true},
		{noisy, "The protocol tells bank none of it.", true},
		{noisy, "airline's [customer_id]", true},
		{noisy, "Signed by: nobody yet.", true},
		{noisy, "Counts carry noise: a run spends 1", true},
		{noisy, "aggregate: airline and bank each learn", true},
		{noisy, "Counts are exact", false},
		{exact, "Counts are exact (noise: none)", true},
		{exact, "sees the true number even where it is suppressed", true},
		{exact, "carry random noise", false},
		{exact, "anonym", false},
		{exact, "append:", false},
	} {
		if strings.Contains(c.in, c.says) != c.want {
			t.Errorf("says %q: want %v in\n%s", c.says, c.want, c.in)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWordsReportsTheWriter(t *testing.T) {
	if err := mustParse(t, newHouse(t).fill(sample)).Words(full{}); err == nil {
		t.Error("a failed write went unnoticed")
	}
}
