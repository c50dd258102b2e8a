package agreement

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"mandorla/agreement/rules"
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
		"  # append: {", "  append: {", "  # suppress: {", "  suppress: {", "  # net_names: {", "  net_names: {").Replace(draft)
	if got := mustParse(t, h.fill(open)).Terms.Analyses; got.Match == nil || got.Aggregate == nil || got.Append == nil || got.Suppress == nil || got.NetNames == nil {
		t.Errorf("not all analyses are in the draft: %+v", got)
	}
	for kind, lines := range map[string][]string{
		Partner:         {"purposes: [dpv:", "jurisdictions: [", "joint_marketing: true"},
		ServiceProvider: {"vendor: ", "vendor_data: own"},
		Affiliate:       {"brands: {"},
		Sale:            {"jurisdictions: [", "retention: ", "onward_transfer: ", "delete_by: "},
	} {
		text := strings.Replace(draft, "kind: partner", "kind: "+kind, 1)
		for _, line := range lines {
			if strings.Count(text, "\n# "+line) != 1 {
				t.Errorf("the draft does not show %s once", line)
			}
			text = strings.Replace(text, "\n# "+line, "\n"+line, 1)
		}
		if got := mustParse(t, h.fill(text)).Terms; got.Kind != kind {
			t.Errorf("%s: read as %s", kind, got.Kind)
		}
	}
	next := strings.NewReplacer("# version: 2", "version: 2", "# replaces: ", "replaces: ", "sha256:HASH", mustParse(t, h.fill(draft)).ID()).Replace(draft)
	if got := mustParse(t, h.fill(next)).Terms; got.Version != 2 || got.Replaces == "" {
		t.Error("the draft's lines for a second version do not make one")
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
	shown := draft[strings.Index(draft, "rules:"):strings.Index(draft, "# First and last day")]
	short := strings.Replace(draft, shown, "rules: {}\n", 1)
	if changes := Diff(mustParse(t, h.fill(draft)), mustParse(t, h.fill(short))); len(changes) > 0 {
		t.Errorf("the draft departs from the defaults: %v", changes)
	}
	for _, f := range ruleFields(rules.Defaults()) {
		if key := strings.TrimPrefix(f.name, "rules."); !strings.Contains(strings.ReplaceAll(shown, "  # noise", "  noise"), "\n  "+key+": ") {
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
	const gives = "append: {to: [airline], columns: {bank: [age, vip]}, schema: [{column: age, type: int, min: 18, max: 77, band: 10}, {column: vip, type: bool}]}"
	labelled := write(with(t, "size: {to: [airline, bank]}", gives))
	unguarded := write(strings.Replace(with(t, "size: {to: [airline, bank]}", gives), "rules: {min_group_size: 50", "rules: {noise: none, min_group_size: 1", 1))
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
		{labelled, "append: airline learns which of its own customers the other has too, person by person, and of these bank's [age, vip].", true},
		{unguarded, "vip, yes or no; also where nobody else has the value.", true},
		{labelled, "Of a person it is told: age, the band of 10 it lies in, from 18 to 77; vip, yes or no; and nothing where fewer than 50 people have the value.", true},
	} {
		if strings.Contains(c.in, c.says) != c.want {
			t.Errorf("says %q: want %v in\n%s", c.says, c.want, c.in)
		}
	}
}

func TestWordsOfConditions(t *testing.T) {
	h := newHouse(t)
	for _, c := range []struct{ text, says string }{
		{sample, "nobody looks up what the law asks"},
		{sample, "A customer who objected, under financial privacy law or otherwise, does not take part."},
		{changed(t, "kind: partner", "kind: partner\njoint_marketing: true"), "This is joint marketing"},
		{changed(t, "kind: partner", "kind: partner\npurposes: [dpv:Marketing]"), "That is: to market products (dpv:Marketing)."},
		{changed(t, "kind: partner", "kind: service-provider"), "until a version does, neither may use"},
		{changed(t, "kind: partner", "kind: service-provider\nvendor: bank"), "bank is the vendor. It uses what it holds for this client for no other"},
		{changed(t, "kind: partner", "kind: service-provider\nvendor: bank\nvendor_data: own"), "it may serve other clients too"},
		{changed(t, "kind: partner", "kind: affiliate\nbrands: {bank: Alpha Bank}"), `Notices name bank as "Alpha Bank".`},
		{sale(t), "names a privacy officer"},
		{sale(t), "It reaches people in US-CA and DE."},
		{sale(t), "keeps what it learned for 90 days at most"},
		{sale(t), "By 2027-03-31 each member has deleted"},
		{sale(t), "pass on what it learned: to nobody"},
		{two(t, h), "For each member 2 different people sign."},
		{changed(t, "kind: partner", "kind: partner\nversion: 2\nreplaces: sha256:"+strings.Repeat("ab", 32)), "Version 2. It replaces sha256:abab"},
	} {
		var b strings.Builder
		if err := mustParse(t, h.fill(c.text)).Words(&b); err != nil || !strings.Contains(b.String(), c.says) {
			t.Errorf("does not say %q: %v in\n%s", c.says, err, b.String())
		}
	}
}

func TestErasure(t *testing.T) {
	h := newHouse(t)
	ended := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	bankLearns := func(last string) string {
		return strings.NewReplacer("size: {to: [airline, bank]}", "size: {to: [bank]}", "aggregate: {to: [airline, bank]", "aggregate: {to: [bank]",
			"match: {to: [airline], columns: {airline: [customer_id]}}", last).Replace(sale(t))
	}
	for _, c := range []struct {
		text, member string
		due          string // empty: nothing is owed
	}{
		{sample, "bank", ""},
		{changed(t, "kind: partner", "kind: service-provider\nvendor: bank"), "bank", "2026-05-01T12:00:00Z"},
		{changed(t, "kind: partner", "kind: service-provider\nvendor: bank"), "airline", ""},
		{sale(t), "airline", "2027-03-31T00:00:00Z"},
		{bankLearns("match: {to: [bank]}"), "airline", ""},
		{bankLearns("net_names: {to: [airline], columns: {bank: [x]}, schema: {x: date}, max_names: 5}"), "airline", "2027-03-31T00:00:00Z"},
	} {
		a := mustParse(t, h.fill(c.text))
		e, ok := a.Erasure(c.member, ended)
		if ok != (c.due != "") || ok && (e.Due.Format(time.RFC3339) != c.due || e.Agreement != a.ID() || len(e.What) != 3 || e.Why == "") {
			t.Errorf("%s for %s: %+v", a.Terms.Kind, c.member, e)
		}
	}
	if end := mustParse(t, h.fill(sample)).End(); !end.Equal(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("its days end %s", end)
	}
}

// No text of ours calls hashed or blinded data what it is not.
func TestNothingIsCalledAnonymous(t *testing.T) {
	word := regexp.MustCompile(`(?i)anonym`)
	files := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, "_test.go") {
			return err
		}
		body, err := os.ReadFile(name)
		if word.Match(body) {
			t.Errorf("%s: hashed, blinded and noisy data are not anonymous; say what they are", name)
		}
		files++
		return err
	})
	if err != nil || files < 30 {
		t.Errorf("%d files: %v", files, err)
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestWordsReportsTheWriter(t *testing.T) {
	if err := mustParse(t, newHouse(t).fill(sample)).Words(full{}); err == nil {
		t.Error("a failed write went unnoticed")
	}
}
