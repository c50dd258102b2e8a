package agreement

import (
	"errors"
	"strings"
	"testing"
)

// helped is an agreement of two members and a helper.
const helped = `agreement: helped-2026
kind: partner
purpose: Measure the overlap
members: {airline: "airline+KEY", bank: "bank+KEY"}
helper: {office: "office+KEY"}
datasets: {airline: flyers, bank: cardholders}
identifiers: {profile: uid2-1, types: [email, phone]}
analyses:
  size: {to: [bank]}
  aggregate: {to: [airline, bank], dimensions: {airline: [tier]}, measures: {bank: [spend]}}
valid: {from: 2026-01-01, until: 2026-12-31}
`

func TestHelper(t *testing.T) {
	h := brandsHouse(t)
	file := h.fill(helped)
	var err error
	for _, name := range []string{"airline", "bank"} {
		if file, err = Sign(file, h.signer(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	a, err := Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Verify(); !errors.Is(err, ErrNotSigned) || !strings.Contains(err.Error(), "office") {
		t.Errorf("without the helper: %v", err)
	}
	for _, name := range []string{Size, Aggregate} {
		if top, err := a.Topology(name); top != Helper || err != nil || a.Permits(name, "bank") != nil {
			t.Errorf("%s: topology %s: %v, %v", name, top, err, a.Permits(name, "bank"))
		}
	}
	var words strings.Builder
	if err := a.Words(&words); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"office has no data and joins for them", "how many customers are shared in all, and not who",
		"It sees no identifier, and no value", "follows from the exact one"} {
		if !strings.Contains(words.String(), want) {
			t.Errorf("the words lack %q:\n%s", want, words.String())
		}
	}
	plain, err := Parse(h.fill(strings.Replace(helped, `helper: {office: "office+KEY"}`+"\n", "", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if top, _ := plain.Topology(Aggregate); top != Dual {
		t.Errorf("without a helper: %s", top)
	}
	if d := FirstDifference(a, plain); !strings.Contains(d, "helper") {
		t.Errorf("the difference is %q", d)
	}
}

// TestHelperRefuses changes one thing at a time.
func TestHelperRefuses(t *testing.T) {
	h := brandsHouse(t)
	const line = `helper: {office: "office+KEY"}` + "\n"
	for _, c := range []struct{ old, new, field string }{
		{`"office+KEY"`, `"office"`, "helper.office"},
		{`office: "office+KEY"`, `airline: "airline+KEY"`, "helper.airline"},
		{`office: "office+KEY"`, `bank: "bank+KEY"`, "helper.bank"},
		{line, line + strings.Replace(line, "helper", "combiner", 1), "helper"},
		{"size: {to: [bank]}", "multi: {to: [bank]}", "helper"},
		{"size: {to: [bank]}\n  aggregate: {to: [airline, bank], dimensions: {airline: [tier]}, measures: {bank: [spend]}}", "match: {to: [bank]}", "helper"},
		{"aggregate: {to: [airline, bank]", "aggregate: {to: [airline]", "analyses.aggregate.measures"},
		{line, strings.Replace(line, "helper", "combiner", 1), "combiner"},
	} {
		_, err := Parse(h.fill(strings.Replace(helped, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), ", "+c.field+":") {
			t.Errorf("%q: %v", c.new, err)
		}
	}
}

// TestHelperExact: counts without noise, and no sums.
func TestHelperExact(t *testing.T) {
	h := brandsHouse(t)
	exact := strings.Replace(helped, "valid:", "rules: {noise: none}\nvalid:", 1)
	a, err := Parse(h.fill(exact))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Permits(Size, "bank"); err != nil {
		t.Error(err)
	}
	if err := a.Permits(Aggregate, "bank"); !errors.Is(err, ErrNotOffered) || !strings.Contains(err.Error(), "measures") {
		t.Errorf("exact sums: %v", err)
	}
	if a, err = Parse(h.fill(strings.Replace(exact, ", measures: {bank: [spend]}", "", 1))); err != nil {
		t.Fatal(err)
	}
	if err := a.Permits(Aggregate, "bank"); err != nil {
		t.Error(err)
	}
	var words strings.Builder
	if err := a.Words(&words); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"no member sees one that is suppressed", "others lest they tell it by subtraction", "counted once in each analysis", "fewer than 100 rows"} {
		if !strings.Contains(words.String(), want) {
			t.Errorf("the words lack %q:\n%s", want, words.String())
		}
	}
	if strings.Contains(words.String(), "sees the true number") || strings.Contains(words.String(), "cannot run it") {
		t.Errorf("the words are of two members without a helper:\n%s", words.String())
	}
}
