package agreement

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// brands is an agreement of three brands and a combiner.
const brands = `agreement: brands-2026
kind: affiliate
purpose: See which customers our brands share
members: {airline: "airline+KEY", bank: "bank+KEY", stranger: "stranger+KEY"}
combiner: {office: "office+KEY"}
datasets: {airline: flyers, bank: cardholders, stranger: guests}
identifiers: {profile: uid2-1, types: [email]}
analyses:
  multi: {to: [airline, bank], release: [pairs, reach]}
valid: {from: 2026-01-01, until: 2026-12-31}
`

func brandsHouse(t *testing.T) house {
	h := newHouse(t)
	skey, vkey, err := note.GenerateKey(nil, "office")
	if err != nil {
		t.Fatal(err)
	}
	h.skey["office"], h.vkey["office"] = skey, vkey
	return h
}

func TestMulti(t *testing.T) {
	h := brandsHouse(t)
	a, err := Parse(h.fill(brands))
	if err != nil {
		t.Fatal(err)
	}
	m := a.Terms.Analyses.Multi
	if m.Topology != Ring || !slices.Equal(m.Release, []string{Pairs, Reach}) || a.Terms.Combiner != (Combiner{"office", h.vkey["office"]}) {
		t.Errorf("%+v, %+v", m, a.Terms.Combiner)
	}
	if _, ok := a.Terms.Members["office"]; ok || a.Terms.Key("office") != h.vkey["office"] || a.Terms.Key("bank") != h.vkey["bank"] || a.Terms.Key("nobody") != "" {
		t.Error("the combiner is no member and has a key")
	}
	if !slices.Equal(a.Terms.Others("bank"), []string{"airline", "stranger"}) {
		t.Errorf("others: %v", a.Terms.Others("bank"))
	}
	if top, err := a.Topology(Multi); top != Ring || err != nil || a.Permits(Multi, "bank") != nil {
		t.Errorf("topology %s: %v", top, err)
	}
}

// TestCombinerSigns wants the combiner's line under the agreement too.
func TestCombinerSigns(t *testing.T) {
	h := brandsHouse(t)
	file := h.fill(brands)
	var err error
	for _, name := range []string{"airline", "bank", "stranger"} {
		if file, err = Sign(file, h.signer(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	a, err := Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Verify(); !errors.Is(err, ErrNotSigned) || !strings.Contains(err.Error(), "office") {
		t.Errorf("without the combiner: %v", err)
	}
	if file, err = Sign(file, h.signer(t, "office")); err != nil {
		t.Fatal(err)
	}
	if a, err = Parse(file); err != nil || a.Verify() != nil {
		t.Errorf("with the combiner: %v, %v", err, a.Verify())
	}
	if v, err := a.Verifier("office"); err != nil || v.Name() != "office" {
		t.Errorf("the combiner's verifier: %v", err)
	}
	var words strings.Builder
	if err := a.Words(&words); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"office has no data", "how many customers each two members share and how many all members have together", "tells stranger none", "airline, bank, office and stranger"} {
		if !strings.Contains(words.String(), want) {
			t.Errorf("the words do not say %q:\n%s", want, words.String())
		}
	}
}

func TestMultiRefuses(t *testing.T) {
	h := brandsHouse(t)
	for _, c := range []struct{ old, new, field string }{
		{`combiner: {office: "office+KEY"}` + "\n", "", "combiner"},
		{`"office+KEY"`, `"office"`, "combiner.office"},
		{`office: "office+KEY"`, `bureau: "office+KEY"`, "combiner.bureau"},
		{`office: "office+KEY"`, `bank: "bank+KEY"`, "combiner.bank"},
		{`{office: "office+KEY"}`, `{office: "office+KEY", bank: "bank+KEY"}`, "combiner"},
		{"types: [email]", "types: [email, phone]", "identifiers.types"},
		{"release: [pairs, reach]", "release: [everything]", "analyses.multi.release"},
		{"release: [pairs, reach]", "release: [reach], topology: pairs", "analyses.multi.release"},
		{"to: [airline, bank], release: [pairs, reach]", "to: [airline, bank, stranger], topology: pairs", "analyses.multi.topology"},
		{"release: [pairs, reach]", "topology: pairs", "analyses.multi.to"},
		{"release: [pairs, reach]", "topology: star", "analyses.multi.topology"},
		{"analyses:\n", "analyses:\n  size: {to: [bank]}\n", "analyses.size"},
		{"multi: {to: [airline, bank], release: [pairs, reach]}", "size: {to: [bank]}", "combiner"},
		{"kind: affiliate", "kind: sale", "kind"},
	} {
		if !strings.Contains(brands, c.old) {
			t.Fatalf("no %q", c.old)
		}
		_, err := Parse(h.fill(strings.Replace(brands, c.old, c.new, 1)))
		var fe *FieldError
		if !errors.As(err, &fe) || fe.Field != c.field {
			t.Errorf("%q: %v", c.new, err)
		}
	}
	a, err := Parse(h.fill(strings.Replace(brands, "valid:", "rules: {noise: none}\nvalid:", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Permits(Multi, "bank"); !errors.Is(err, ErrNotOffered) {
		t.Errorf("exact counts: %v", err)
	}
}

// TestStar is the form without a combiner.
func TestStar(t *testing.T) {
	h := brandsHouse(t)
	text := strings.Replace(brands, "combiner: {office: \"office+KEY\"}\n", "", 1)
	a, err := Parse(h.fill(strings.Replace(text, "to: [airline, bank], release: [pairs, reach]", "to: [airline, bank, stranger], topology: pairs", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if said := strings.Join(a.Terms.analysisWords(), " "); !strings.Contains(said, "how many customers each two members share, counted by the two and told to the others") {
		t.Error(said)
	}
	if m := a.Terms.Analyses.Multi; m.Topology != Star || !slices.Equal(m.Release, []string{Pairs}) {
		t.Errorf("%+v", m)
	}
}

// TestDiffMulti tells what differs in multi, and no key.
func TestDiffMulti(t *testing.T) {
	h := brandsHouse(t)
	a, err := Parse(h.fill(brands))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Parse(h.fill(strings.Replace(brands, "[pairs, reach]", "[regions]", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := FirstDifference(a, b); got != "analyses.multi.release: [pairs, reach] here, [regions] there" {
		t.Error(got)
	}
	_, other, err := note.GenerateKey(nil, "office")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse([]byte(strings.Replace(string(h.fill(brands)), h.vkey["office"], other, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := FirstDifference(a, c); got != "combiner: a key here, another key there" {
		t.Error(got)
	}
}
