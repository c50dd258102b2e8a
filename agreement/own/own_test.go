package own

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement"
	"mandorla/agreement/rules"
	"mandorla/agreement/strict"
)

// terms are an agreement's, of a kind, with more lines.
func terms(t testing.TB, kind string, lines ...string) *agreement.Terms {
	t.Helper()
	keys := map[string]string{}
	for _, name := range []string{"airline", "bank"} {
		_, vkey, err := note.GenerateKey(nil, name)
		if err != nil {
			t.Fatal(err)
		}
		keys[name] = vkey
	}
	a, err := agreement.Parse(fmt.Appendf(nil, `agreement: a
kind: %s
purpose: a test
members: {airline: %q, bank: %q}
datasets: {airline: x, bank: y}
identifiers: {profile: uid2-1, types: [email]}
analyses: {size: {to: [airline, bank]}}
valid: {from: 2026-01-01, until: 2026-12-31}
%s
`, kind, keys["airline"], keys["bank"], strings.Join(lines, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	return &a.Terms
}

func mustParse(t testing.TB, text string) *Policy {
	t.Helper()
	p, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func officer(t testing.TB) string {
	t.Helper()
	_, vkey, err := note.GenerateKey(nil, "jo")
	if err != nil {
		t.Fatal(err)
	}
	return vkey
}

func full(t testing.TB) string {
	return fmt.Sprintf(`rules: {min_group_size: 100, epsilon_per_run: 0.50, noise: required, runs_per_week: 5}
officer: %q
kinds: [partner, sale]
partners: [shop, bank]
analyses: [size]
jurisdictions: [US-CA, EU]
eligibility: required
financial_institution: true
`, officer(t))
}

func TestParse(t *testing.T) {
	text := full(t)
	p := mustParse(t, text)
	if p.Rules.MinGroupSize != 100 || p.Rules.Exact() || p.Rules.MinSetSize != 0 || !strings.HasPrefix(p.Officer, "jo+") ||
		len(p.Kinds) != 2 || len(p.Partners) != 2 || !p.Eligibility || !p.Financial {
		t.Errorf("%+v", p)
	}
	for _, c := range []struct{ old, new, field string }{
		{"rules:", "rule:", "rule"},
		{"rules: {", "rules: {bogus: 1, ", "rules.bogus"},
		{"noise: required", "noise: none", "rules.noise"},
		{"min_group_size: 100", "min_group_size: 0", "rules.min_group_size"},
		{"officer: \"jo+", "officer: \"jo-", "officer"},
		{"kinds: [partner", "kinds: [friend", "kinds"},
		{"analyses: [size]", "analyses: [union]", "analyses"},
		{"analyses: [size]", "analyses: []", "analyses"},
		{"partners: [shop", "partners: ['../shop'", "partners"},
		{"jurisdictions: [US-CA", "jurisdictions: [UK", "jurisdictions"},
		{"eligibility: required", "eligibility: wanted", "eligibility"},
		{"financial_institution: true", "financial_institution: 1", "financial_institution"},
	} {
		if !strings.Contains(text, c.old) {
			t.Fatalf("no %q", c.old)
		}
		_, err := Parse([]byte(strings.Replace(text, c.old, c.new, 1)))
		var fe *strict.FieldError
		if !errors.As(err, &fe) || fe.Field != c.field || !strings.HasPrefix(err.Error(), "policy.yaml, line ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", c.new, err)
		}
	}
	for _, data := range []string{"", "[]", "rules: 1", strings.Repeat("#", MaxSize+1), "rules: {}\nrules: {}\n"} {
		if _, err := Parse([]byte(data)); !errors.Is(err, strict.ErrMalformed) {
			t.Errorf("%.20q: %v", data, err)
		}
	}
}

// A file's layout does not change its hash, anything that it asks for does.
func TestID(t *testing.T) {
	text := full(t)
	p := mustParse(t, text)
	again := mustParse(t, p.Text())
	if again.ID() != p.ID() || again.Text() != p.Text() || len(p.ID()) != 71 {
		t.Errorf("the canonical form is another policy:\n%s", p.Text())
	}
	for _, c := range [][2]string{
		{"0.50", "0.5"}, {"[shop, bank]", "[bank, shop]"}, {"kinds: [partner, sale]\n", "kinds:\n- sale\n- partner # both\n"}, {"rules: {", "rules: {round_to: 1, "},
	} {
		if other := mustParse(t, strings.Replace(text, c[0], c[1], 1)); other.ID() != p.ID() {
			t.Errorf("%s: another hash", c[1])
		}
	}
	for _, c := range [][2]string{
		{"0.50", "0.51"}, {"[shop, bank]", "[bank]"}, {"[US-CA, EU]", "[US-CA, EEA]"}, {"eligibility: required\n", ""}, {"financial_institution: true", "financial_institution: false"},
		{"analyses: [size]", "analyses: [size, match]"}, {"noise: required, ", ""}, {"officer: \"jo", "# officer: \"jo"},
	} {
		if other := mustParse(t, strings.Replace(text, c[0], c[1], 1)); other.ID() == p.ID() {
			t.Errorf("%s: the same hash", c[1])
		}
	}
	numbers := mustParse(t, `partners: ["2026", "null", "1e3"]`)
	if again := mustParse(t, numbers.Text()); again.ID() != numbers.ID() {
		t.Error("names that look like numbers do not come back")
	}
	if None().ID() != "" || mustParse(t, "rules: {}").ID() != "" {
		t.Error("a policy that asks for nothing has a hash")
	}
}

// The partner is told the rules and nothing else.
func TestSummaryTellsRulesAlone(t *testing.T) {
	p := mustParse(t, full(t))
	s := p.Summary()
	if want := "epsilon_per_run: 0.5\nmin_group_size: 100\nruns_per_week: 5\n"; s.Text() != "noise: required\n"+want {
		t.Errorf("%q", s.Text())
	}
	back, err := ParseSummary(s.Text())
	if err != nil || back.Text() != s.Text() {
		t.Errorf("%v", err)
	}
	if _, err := ParseSummary(p.Text()); !errors.Is(err, strict.ErrMalformed) {
		t.Errorf("a whole policy passes for a summary: %v", err)
	}
	if none, err := ParseSummary(""); err != nil || none.Text() != "" {
		t.Errorf("no rules: %v", err)
	}
}

func TestPermits(t *testing.T) {
	key := officer(t)
	for _, c := range []struct {
		policy, kind string
		lines        []string
		code         agreement.Code // empty: permitted
	}{
		{"rules: {}", agreement.Partner, nil, ""},
		{"rules: {}", agreement.Sale, nil, agreement.CodeSaleNoOfficer},
		{"kinds: [sale]", agreement.Sale, nil, agreement.CodeSaleNoOfficer},
		{fmt.Sprintf("officer: %q", key), agreement.Sale, nil, ""},
		{"kinds: [affiliate]", agreement.Partner, nil, agreement.CodePolicyKind},
		{"partners: [shop]", agreement.Partner, nil, agreement.CodePolicyPartner},
		{"partners: [shop, bank]", agreement.Partner, nil, ""},
		{"analyses: [match]", agreement.Partner, nil, agreement.CodePolicyAnalysis},
		{"jurisdictions: [EU]", agreement.Partner, nil, agreement.CodePolicyPlace},
		{"jurisdictions: [EU]", agreement.Partner, []string{"jurisdictions: [DE, FR]"}, ""},
		{"jurisdictions: [DE]", agreement.Partner, []string{"jurisdictions: [EU]"}, agreement.CodePolicyPlace},
		{"jurisdictions: [NO]", agreement.Partner, []string{"jurisdictions: [NO]"}, ""},
		{"jurisdictions: [US, EU]", agreement.Partner, []string{"jurisdictions: [US-CA, GB]"}, agreement.CodePolicyPlace},
	} {
		err := mustParse(t, c.policy).Permits(terms(t, c.kind, c.lines...), agreement.Size, "airline")
		checkCode(t, c.policy, err, c.code)
	}
	if err := None().Permits(terms(t, agreement.Partner), agreement.Size, "shop"); !errors.Is(err, agreement.ErrNotMember) {
		t.Errorf("a stranger: %v", err)
	}
	asks := mustParse(t, "eligibility: required")
	checkCode(t, "no entries", asks.NeedsEligibility(nil), agreement.CodePolicyEligibility)
	checkCode(t, "entries", asks.NeedsEligibility([]string{"flag"}), "")
	checkCode(t, "not asked", None().NeedsEligibility(nil), "")
}

func checkCode(t *testing.T, what string, err error, code agreement.Code) {
	t.Helper()
	var r *agreement.Refusal
	if code == "" && err != nil || code != "" && (!errors.As(err, &r) || r.Code != code || r.Told == "" || code.Sentence() == "") {
		t.Errorf("%s: %v, want %q", what, err, code)
	}
}

func TestCombine(t *testing.T) {
	agreed := terms(t, agreement.Partner, "rules: {min_group_size: 1, min_list_size: 2000, noise: none, epsilon_budget: 8}")
	airline := mustParse(t, "rules: {noise: required, runs_per_week: 5, epsilon_budget: 3}").Summary()
	bank := mustParse(t, "rules: {runs_per_week: 5, epsilon_budget: 2.50, min_change: 5000, min_list_size: 2000}").Summary()
	e, err := Combine(agreed, map[string]*Summary{"airline": airline, "bank": bank})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string][2]string{
		"noise":           {"added", "airline"},
		"min_group_size":  {"10", FromFloor},
		"min_list_size":   {"2000", FromAgreement},
		"runs_per_week":   {"5", "airline"},
		"epsilon_budget":  {"2.5", "bank"},
		"epsilon_per_run": {"1", FromAgreement},
		"min_change":      {"5000", "bank"},
		"max_bytes":       {"274877906944", FromAgreement},
	} {
		if e.Values()[key] != want[0] || e.From[key] != want[1] {
			t.Errorf("%s: %s from %s, want %v", key, e.Values()[key], e.From[key], want)
		}
	}
	if len(e.Values()) != len(rules.Keys()) || len(e.From) != len(rules.Keys()) {
		t.Error("a rule is left out")
	}
	if e.From["min_change"] != "bank" || e.From["max_bytes"] != FromAgreement {
		t.Errorf("min_change is asked by %s, max_bytes by %s", e.From["min_change"], e.From["max_bytes"])
	}
	alone, err := Combine(agreed, map[string]*Summary{"airline": None().Summary(), "bank": None().Summary()})
	if err != nil || alone.Values()["noise"] != "none" {
		t.Errorf("without policies the agreement's rules change: %v", err)
	}
	_, err = Combine(agreed, map[string]*Summary{"airline": mustParse(t, "rules: {noise: required, epsilon_budget: 0.5}").Summary()})
	checkCode(t, "a budget for no run", err, agreement.CodePolicyContradict)
}

// Both nodes, each from its own side and its partner's text, come to the same.
func TestBothNodesCombineAlike(t *testing.T) {
	agreed := terms(t, agreement.Partner)
	rnd := rand.New(rand.NewPCG(3, 4))
	draw := func() *Policy {
		return mustParse(t, fmt.Sprintf("rules: {min_group_size: %d, runs_per_week: %d, epsilon_budget: %d.%d, min_set_size: %d, max_rows: %d}",
			1+rnd.IntN(100), 1+rnd.IntN(40), 2+rnd.IntN(17), rnd.IntN(10), 100+rnd.IntN(3000), 5000+rnd.IntN(100)))
	}
	for range 300 {
		ours, theirs := draw(), draw()
		sent, err := ParseSummary(theirs.Summary().Text())
		back, err2 := ParseSummary(ours.Summary().Text())
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		here, err := Combine(agreed, map[string]*Summary{"airline": ours.Summary(), "bank": sent})
		there, err2 := Combine(agreed, map[string]*Summary{"bank": theirs.Summary(), "airline": back})
		if err != nil || err2 != nil || fmt.Sprint(here.Values(), here.From) != fmt.Sprint(there.Values(), there.From) {
			t.Fatalf("%v\n%v\n%v %v", here, there, err, err2)
		}
		for _, key := range rules.Keys() {
			for _, part := range []rules.Rules{agreed.Rules, ours.Rules, theirs.Rules} {
				if rules.Compare(key, here.Rules, part) < 0 {
					t.Fatalf("%s is laxer than somebody asks for", key)
				}
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(full(f)))
	f.Add([]byte("rules: {}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Parse(data)
		if err != nil {
			if !errors.Is(err, strict.ErrMalformed) && !errors.Is(err, strict.ErrBelowFloor) {
				t.Fatalf("an error of no kind: %v", err)
			}
			return
		}
		if p.Text() == "" {
			return
		}
		if again, err := Parse([]byte(p.Text())); err != nil || again.ID() != p.ID() {
			t.Fatalf("the canonical form does not come back: %v", err)
		}
	})
}
