package agreement

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// house is two members with keys, and a third who is none.
type house struct {
	skey, vkey map[string]string
}

func newHouse(t testing.TB) house {
	t.Helper()
	h := house{map[string]string{}, map[string]string{}}
	for _, name := range []string{"airline", "bank", "stranger"} {
		skey, vkey, err := note.GenerateKey(nil, name)
		if err != nil {
			t.Fatal(err)
		}
		h.skey[name], h.vkey[name] = skey, vkey
	}
	return h
}

func (h house) signer(t testing.TB, name string) note.Signer {
	t.Helper()
	s, err := note.NewSigner(h.skey[name])
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// fill puts the house's keys where a text says airline+KEY.
func (h house) fill(text string) []byte {
	for name, key := range h.vkey {
		text = strings.ReplaceAll(text, name+"+KEY", key)
	}
	return []byte(text)
}

func (h house) signed(t testing.TB, text string) []byte {
	t.Helper()
	file := h.fill(text)
	for _, name := range []string{"airline", "bank"} {
		var err error
		if file, err = Sign(file, h.signer(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

const sample = `agreement: skyline-2026
kind: partner                        # service-provider | affiliate | partner | sale
purpose: Measure the overlap of the co-branded card
members:
  airline: "airline+KEY"
  bank: "bank+KEY"
datasets: {airline: flyers, bank: cardholders}
identifiers: {profile: uid2-1, types: [email, phone]}
analyses:
  size: {to: [airline, bank]}
  aggregate: {to: [airline, bank], dimensions: {airline: [tier], bank: [product]}, measures: {bank: [spend]}}
  match: {to: [airline], columns: {airline: [customer_id]}}
rules: {min_group_size: 50, epsilon_per_run: 1, epsilon_budget: 10, runs_per_week: 20}
valid: {from: 2026-01-01, until: 2026-12-31}
`

// with replaces one part of the sample; the part must be there.
func with(t testing.TB, old, new string) string {
	t.Helper()
	if !strings.Contains(sample, old) {
		t.Fatalf("the sample has no %q", old)
	}
	return strings.Replace(sample, old, new, 1)
}

func mustParse(t testing.TB, data []byte) *Agreement {
	t.Helper()
	a, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestParseSample(t *testing.T) {
	h := newHouse(t)
	terms := mustParse(t, h.fill(sample)).Terms
	day := func(s string) time.Time { d, _ := time.Parse(time.DateOnly, s); return d }
	for _, c := range []struct {
		what string
		ok   bool
	}{
		{"name", terms.Agreement == "skyline-2026"},
		{"kind", terms.Kind == "partner"},
		{"purpose", terms.Purpose == "Measure the overlap of the co-branded card"},
		{"members", terms.Members["bank"] == h.vkey["bank"] && len(terms.Members) == 2},
		{"datasets", terms.Datasets["airline"] == "flyers"},
		{"profile", terms.Identifiers.Profile == "uid2-1"},
		{"types", terms.Identifiers.Types[1] == Identifier{Type: "phone"}},
		{"size", terms.Analyses.Size.Learns("bank")},
		{"aggregate", terms.Analyses.Aggregate.Measures["bank"][0] == "spend"},
		{"match", !terms.Analyses.Match.Learns("bank")},
		{"match columns", terms.Analyses.Match.Columns["airline"][0] == "customer_id"},
		{"blind", terms.Analyses.Match.Blind == BlindPerRun},
		{"append", terms.Analyses.Append == nil},
		{"epsilon", terms.Rules.EpsilonBudget.Rat.String() == "10/1"},
		{"default", terms.Rules.MinListSize == 1000 && terms.Rules.MaxBytes == 256<<30 && terms.Rules.MaxRunsAtOnce == 4},
		{"from", terms.Valid.From.Equal(day("2026-01-01"))},
		{"until", terms.Valid.Until.Equal(day("2026-12-31"))},
	} {
		if !c.ok {
			t.Errorf("%s read wrongly", c.what)
		}
	}
}

func TestHashIsOfTheTextAlone(t *testing.T) {
	h := newHouse(t)
	plain := mustParse(t, h.fill(sample))
	cut := mustParse(t, h.fill(strings.TrimSuffix(sample, "\n")))
	signed := mustParse(t, h.signed(t, sample))
	if plain.Hash() != signed.Hash() || plain.Hash() != cut.Hash() {
		t.Error("the hash depends on signatures or the last newline")
	}
	if other := mustParse(t, h.fill(with(t, "# service", "# Service"))); other.Hash() == plain.Hash() {
		t.Error("a changed comment leaves the hash as it is")
	}
	if !strings.HasPrefix(plain.ID(), "sha256:") || len(plain.ID()) != 71 {
		t.Errorf("ID %s", plain.ID())
	}
}

func TestInForce(t *testing.T) {
	a := mustParse(t, newHouse(t).fill(sample))
	west := time.FixedZone("west", -8*3600)
	for _, c := range []struct {
		now time.Time
		ok  bool
	}{
		{time.Date(2025, 12, 31, 23, 59, 59, 999, time.UTC), false},
		{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), true},
		{time.Date(2026, 12, 31, 23, 59, 59, 999999999, time.UTC), true},
		{time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{time.Date(2025, 12, 31, 16, 0, 0, 0, west), true},  // already 2026 in UTC
		{time.Date(2026, 12, 31, 16, 0, 0, 0, west), false}, // already 2027
	} {
		if err := a.InForce(c.now); (err == nil) != c.ok || err != nil && !errors.Is(err, ErrNotInForce) {
			t.Errorf("%s: %v", c.now, err)
		}
	}
}

func TestTopologyAndPermits(t *testing.T) {
	h := newHouse(t)
	exact := strings.Replace(sample, "rules: {", "rules: {noise: none, ", 1)
	oneNoisy := strings.Replace(sample, "size: {to: [airline, bank]}", "size: {to: [bank]}", 1)
	one := strings.NewReplacer("size: {to: [airline, bank]}", "size: {to: [bank]}",
		"match: {to: [airline]", "match: {to: [bank, airline]",
		"valid:", "valid:").Replace(exact)
	one = strings.Replace(one, "  match:", "  append: {to: [airline], columns: {bank: [age]}}\n  match:", 1)
	for _, c := range []struct {
		text, analysis, member string
		topology               Topology
		refused                error
	}{
		{exact, Size, "airline", Dual, nil},
		{exact, Size, "bank", Dual, nil},
		{exact, Match, "bank", OneSided, nil},
		{one, Size, "airline", Single, nil},
		{one, Match, "airline", Mutual, nil},
		{exact, Aggregate, "airline", Dual, ErrNotOffered},
		{one, Append, "airline", "", ErrNotOffered},
		{strings.Replace(one, "columns: {bank: [age]}", "columns: {bank: [age]}, schema: [{column: age, type: bool}]", 1), Append, "airline", Labelled, nil},
		{exact, Append, "airline", "", ErrNotPermitted},
		{exact, "union", "airline", "", ErrNotPermitted},
		{exact, Size, "stranger", Dual, ErrNotMember},
		{sample, Size, "airline", Dual, nil},
		{sample, Aggregate, "bank", Dual, nil},
		{oneNoisy, Size, "bank", Single, ErrNotOffered},
		{strings.Replace(oneNoisy, "[email, phone]", "[email]", 1), Size, "bank", Single, nil},
		{strings.Replace(sample, "aggregate: {to: [airline, bank]", "aggregate: {to: [airline]", 1), Aggregate, "airline", Single, ErrNotOffered},
		{sample, Match, "airline", OneSided, nil},
	} {
		a := mustParse(t, h.fill(c.text))
		if got, _ := a.Topology(c.analysis); got != c.topology {
			t.Errorf("%s: topology %q, want %q", c.analysis, got, c.topology)
		}
		if err := a.Permits(c.analysis, c.member); !errors.Is(err, c.refused) {
			t.Errorf("%s for %s: %v, want %v", c.analysis, c.member, err, c.refused)
		}
	}
}

func TestPeerAndVerifier(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.fill(sample))
	if p, err := a.Terms.Peer("bank"); p != "airline" || err != nil {
		t.Errorf("peer %q, %v", p, err)
	}
	if v, err := a.Verifier("bank"); err != nil || v.KeyHash() != h.signer(t, "bank").KeyHash() {
		t.Errorf("verifier: %v", err)
	}
	if _, err := a.Terms.Peer("stranger"); !errors.Is(err, ErrNotMember) {
		t.Errorf("peer of a stranger: %v", err)
	}
	if _, err := a.Verifier("stranger"); !errors.Is(err, ErrNotMember) {
		t.Errorf("verifier of a stranger: %v", err)
	}
}

// A vendor appends what it has for its client, and is not given the client's.
func TestVendorIsGivenNothing(t *testing.T) {
	h := newHouse(t)
	text := strings.NewReplacer("size: {to: [airline, bank]}", "append: {to: [bank], columns: {airline: [x]}}",
		"kind: partner", "kind: service-provider\nvendor: bank").Replace(sample)
	if _, err := Parse(h.fill(text)); err == nil || !strings.Contains(err.Error(), "appended for its client") {
		t.Errorf("a vendor is given its client's columns: %v", err)
	}
	if _, err := Parse(h.fill(strings.Replace(text, "vendor: bank", "vendor: airline", 1))); err != nil {
		t.Error(err)
	}
}

// Two schemas differ where their columns do.
func TestSchemaDiffers(t *testing.T) {
	h := newHouse(t)
	text := strings.Replace(sample, "size: {to: [airline, bank]}", "append: {to: [airline], columns: {bank: [x]}, schema: [{column: x, type: int, min: 0, max: 9, band: 3}]}", 1)
	a, b := mustParse(t, h.fill(text)), mustParse(t, h.fill(strings.Replace(text, "band: 3", "band: 5", 1)))
	want := `analyses.append.schema: "x" int from 0 to 9 by 3 here, "x" int from 0 to 9 by 5 there`
	if got := FirstDifference(a, b); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
