package agreement

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// replacements are texts of the sample, and what stands there instead.
func changed(t testing.TB, pairs ...string) string {
	t.Helper()
	text := sample
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("the sample has no %q", pairs[i])
		}
		text = strings.Replace(text, pairs[i], pairs[i+1], 1)
	}
	return text
}

const validLine = "valid: {from: 2026-01-01, until: 2026-12-31}\n"

// sale is the sample as a complete sale.
func sale(t testing.TB) string {
	return changed(t, "kind: partner", "kind: sale", validLine,
		validLine+"jurisdictions: [US-CA, DE]\nretention: 90 days\nonward_transfer: to nobody\ndelete_by: 2027-03-31\n")
}

func TestConditions(t *testing.T) {
	h := newHouse(t)
	terms := mustParse(t, h.fill(sale(t))).Terms
	c := terms.Conditions
	for what, ok := range map[string]bool{
		"kind":            terms.Kind == Sale,
		"jurisdictions":   slices.Equal(c.Jurisdictions, []string{"US-CA", "DE"}),
		"retention":       c.Retention == Period{N: 90, Unit: "day"} && c.Retention.ISO() == "P90D",
		"onward transfer": c.OnwardTransfer == "to nobody",
		"delete by":       c.DeleteBy.Equal(time.Date(2027, 3, 31, 0, 0, 0, 0, time.UTC)),
	} {
		if !ok {
			t.Errorf("%s read wrongly: %+v", what, c)
		}
	}
	vendor := mustParse(t, h.fill(changed(t, "kind: partner", "kind: service-provider\nvendor: bank\nvendor_data: own"))).Terms.Conditions
	if vendor.Vendor != "bank" || vendor.VendorData != VendorOwn {
		t.Errorf("vendor read wrongly: %+v", vendor)
	}
	sisters := mustParse(t, h.fill(changed(t, "kind: partner", "kind: affiliate\nbrands: {bank: Alpha Bank}"))).Terms
	if sisters.Brand("bank") != "Alpha Bank" || sisters.Brand("airline") != "airline" {
		t.Error("brands read wrongly")
	}
	joint := mustParse(t, h.fill(changed(t, "kind: partner", "kind: partner\njoint_marketing: true\npurposes: [dpv:Marketing, dpv:CommercialResearch]"))).Terms
	if !joint.Conditions.JointMarketing || !slices.Equal(joint.Purposes, []string{"dpv:Marketing", "dpv:CommercialResearch"}) {
		t.Error("joint marketing or purposes read wrongly")
	}
}

// A text that says nothing of the newer keys means what it meant before there
// were any, and is named by the same hash.
func TestOldTextsKeepTheirMeaning(t *testing.T) {
	file, err := os.ReadFile("testdata/old.yaml")
	if err != nil {
		t.Fatal(err)
	}
	a := mustParse(t, file)
	if a.ID() != "sha256:3516aa3f2c3a59123a3cf7959602e814fc5b1c7b406c02acec92cf7a51368c32" {
		t.Errorf("its hash is %s", a.ID())
	}
	terms := a.Terms
	if terms.Version != 1 || terms.Replaces != "" || terms.Signatures != 1 || terms.Purposes != nil || fmt.Sprint(terms.Conditions) != fmt.Sprint(Conditions{}) {
		t.Errorf("%+v", terms)
	}
	for member, key := range terms.Members {
		if !slices.Equal(terms.Keys[member], []string{key}) {
			t.Errorf("keys of %s", member)
		}
	}
	if err := a.Verify(); err != nil {
		t.Error(err)
	}
}

func TestNewKeysRefused(t *testing.T) {
	h := newHouse(t)
	after := func(line string) string { return validLine + line + "\n" }
	id := "sha256:" + strings.Repeat("0a", 32)
	for _, c := range []refusal{
		{validLine, after("version: 0"), 15, "version", "below the floor"},
		{validLine, after("version: 10001\nreplaces: " + id), 15, "version", "at most"},
		{validLine, after("version: 2"), 15, "replaces", "missing"},
		{validLine, after("replaces: " + id), 15, "replaces", "first version"},
		{validLine, after("version: 2\nreplaces: " + id[:70]), 16, "replaces", "64"},
		{validLine, after("version: 2\nreplaces: " + strings.ToUpper(id)), 16, "replaces", "64"},
		{validLine, after("purposes: [dpv:World]"), 15, "purposes", "no purpose"},
		{validLine, after("purposes: [Marketing]"), 15, "purposes", "no purpose"},
		{validLine, after("purposes: []"), 15, "purposes", "list"},
		{validLine, after("purposes: [" + strings.Repeat("dpv:Marketing,", 30) + "]"), 15, "purposes", "at most"},
		{validLine, after("vendor: bank"), 15, "vendor", "service-provider"},
		{validLine, after("vendor_data: own"), 15, "vendor_data", "service-provider"},
		{validLine, after("brands: {bank: B}"), 15, "brands", "affiliate"},
		{"kind: partner", "kind: sale\njoint_marketing: true", 3, "joint_marketing", "partner"},
		{"kind: partner", "kind: service-provider\nvendor: shop", 3, "vendor", "no member"},
		{"kind: partner", "kind: service-provider\nvendor_data: mine", 3, "vendor_data", "one of"},
		{"kind: partner", "kind: affiliate\nbrands: {shop: Shop}", 3, "brands.shop", "no member"},
		{validLine, after("joint_marketing: yes"), 15, "joint_marketing", "true or false"},
		{validLine, after("joint_marketing: 'true'"), 15, "joint_marketing", "true or false"},
		{validLine, after("jurisdictions: [UK]"), 15, "jurisdictions", "GB"},
		{validLine, after("jurisdictions: [Germany]"), 15, "jurisdictions", "country"},
		{validLine, after("jurisdictions: [DE, DE]"), 15, "jurisdictions", "once"},
		{validLine, after("retention: 12"), 15, "retention", "text"},
		{validLine, after("retention: a while"), 15, "retention", "90 days"},
		{validLine, after("retention: 0 days"), 15, "retention", "90 days"},
		{validLine, after("delete_by: 2026-12-30"), 15, "delete_by", "before valid.until"},
		{validLine, after("onward_transfer: ''"), 15, "onward_transfer", "text"},
		{validLine, after("signatures_per_member: 3"), 15, "signatures_per_member", "1 or 2"},
		{validLine, after("signatures_per_member: 2"), 5, "members.airline", "list of 2 to 4"},
		{`bank: "bank+KEY"`, `bank: ["bank+KEY", "stranger+KEY"]`, 6, "members.bank", "text"},
	} {
		_, err := Parse(h.fill(with(t, c.old, c.new)))
		var fe *FieldError
		if !errors.As(err, &fe) || fe.Line != c.line || fe.Field != c.field || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%q: %v", c.new, err)
		}
	}
}

// two makes the sample one that two different people sign for each member.
func two(t testing.TB, h house) string {
	t.Helper()
	for _, name := range []string{"airline-legal", "bank-legal", "airline-spare"} {
		skey, vkey, err := note.GenerateKey(nil, name)
		if err != nil {
			t.Fatal(err)
		}
		h.skey[name], h.vkey[name] = skey, vkey
	}
	text := changed(t, `airline: "airline+KEY"`, `airline: ["AIRLINE", "LEGAL", "SPARE"]`, `bank: "bank+KEY"`, `bank: ["BANK", "BANKERS"]`,
		"kind: partner", "kind: partner\nsignatures_per_member: 2")
	return strings.NewReplacer("AIRLINE", h.vkey["airline"], "LEGAL", h.vkey["airline-legal"], "SPARE", h.vkey["airline-spare"],
		"BANKERS", h.vkey["bank-legal"], "BANK", h.vkey["bank"]).Replace(text)
}

func TestTwoPeopleSign(t *testing.T) {
	h := newHouse(t)
	file := []byte(two(t, h))
	a := mustParse(t, file)
	if a.Terms.Members["airline"] != h.vkey["airline"] || len(a.Terms.Keys["airline"]) != 3 {
		t.Fatal("the keys are read wrongly")
	}
	if v, err := a.Verifier("bank"); err != nil || v.KeyHash() != h.signer(t, "bank").KeyHash() {
		t.Errorf("the verifier of a member's node: %v", err)
	}
	if _, err := a.Verifier("bank-legal"); !errors.Is(err, ErrNotMember) {
		t.Errorf("the verifier of a person: %v", err)
	}
	for _, step := range []struct {
		signer string
		signed []string // members, afterwards
		says   string   // by Words
	}{
		{"airline-spare", nil, "airline (so far airline-spare alone)"},
		{"bank", nil, "and bank (so far bank alone)"},
		{"bank", nil, "bank (so far bank alone)"},
		{"bank-legal", []string{"bank"}, "bank (bank and bank-legal)"},
		{"airline-legal", []string{"airline", "bank"}, "airline (airline-legal and airline-spare)"},
	} {
		var err error
		if file, err = Sign(file, h.signer(t, step.signer)); err != nil {
			t.Fatal(err)
		}
		a := mustParse(t, file)
		var words bytes.Buffer
		if err := a.Words(&words); err != nil || !slices.Equal(a.SignedBy(), step.signed) || !strings.Contains(words.String(), step.says) {
			t.Errorf("after %s: signed by %v, in\n%s", step.signer, a.SignedBy(), words.String())
		}
		if err := a.Verify(); (err == nil) != (len(step.signed) == 2) {
			t.Errorf("after %s: %v", step.signer, err)
		}
	}
	if _, err := Sign(file, h.signer(t, "stranger")); !errors.Is(err, ErrNotMember) {
		t.Errorf("a stranger signs: %v", err)
	}
}

// One person cannot sign twice under two names, nor two under one.
func TestOneKeyOnePerson(t *testing.T) {
	h := newHouse(t)
	text := two(t, h)
	material := strings.SplitN(h.vkey["bank"], "+", 3)[2]
	for what, key := range map[string]string{
		"the same key":              h.vkey["bank"],
		"the same key, other name":  rehash(t, "bank-too", material),
		"another key, same name":    newHouse(t).vkey["bank"],
		"the other member's name":   newHouse(t).vkey["airline"],
		"a key of the other member": h.vkey["airline-legal"],
	} {
		if _, err := Parse([]byte(strings.Replace(text, h.vkey["bank-legal"], key, 1))); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	first := strings.Replace(text, `["`+h.vkey["bank"]+`", "`+h.vkey["bank-legal"]+`"]`, `["`+h.vkey["bank-legal"]+`", "`+h.vkey["bank"]+`"]`, 1)
	if _, err := Parse([]byte(first)); err == nil || !strings.Contains(err.Error(), "key's name") {
		t.Errorf("a person's key stands where the node's does: %v", err)
	}
}

func TestBytesCountWithTwo(t *testing.T) {
	h := newHouse(t)
	file := []byte(two(t, h))
	for _, name := range []string{"airline", "airline-legal", "bank", "bank-legal"} {
		var err error
		if file, err = Sign(file, h.signer(t, name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := note.Open(file, note.VerifierList(mustParse(t, file).verifiers("bank")...)); err != nil {
		t.Errorf("no signed note: %v", err)
	}
	for i := 0; i < len(file); i += 5 {
		data := bytes.Clone(file)
		data[i] ^= 1
		if a, err := Parse(data); err == nil && a.Verify() == nil {
			t.Fatalf("byte %d of %d goes unnoticed", i, len(file))
		}
	}
}

func TestDiffOfConditions(t *testing.T) {
	h := newHouse(t)
	here, there := mustParse(t, h.fill(sample)), mustParse(t, h.fill(sale(t)))
	var got []string
	for _, c := range Diff(here, there) {
		got = append(got, c.String())
	}
	want := []string{"kind: partner here, sale there", "jurisdictions: absent here, [US-CA, DE] there", "retention: absent here, 90 days there",
		`onward_transfer: absent here, "to nobody" there`, "delete_by: absent here, 2027-03-31 there"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// TestLists reads the two analyses that give lists of what the other side has not.
func TestLists(t *testing.T) {
	h := newHouse(t)
	text := changed(t, "  size: {to: [airline, bank]}\n", "  suppress: {to: [airline], columns: {airline: [id]}}\n"+
		"  net_names: {to: [airline], columns: {bank: [since, name, points]}, schema: {name: text 60, points: integer, since: date}, max_names: 5000}\n")
	a := mustParse(t, h.fill(text))
	sale := a.Terms.Analyses.NetNames
	want := []Field{{"since", FieldDate, 0}, {"name", FieldText, 60}, {"points", FieldInteger, 0}}
	if !slices.Equal(sale.Sold, want) || sale.MaxNames != 5000 || Width(sale.Sold) != 5+62+9 {
		t.Errorf("%+v, %d bytes", sale, Width(sale.Sold))
	}
	for analysis, topology := range map[string]Topology{Suppress: OneSided, NetNames: OnSale} {
		got, err := a.Terms.Topology(analysis)
		if err != nil || got != topology || a.Permits(analysis, "bank") != nil {
			t.Errorf("%s: %s, %v, %v", analysis, got, err, a.Permits(analysis, "bank"))
		}
	}
	var words strings.Builder
	if err := a.Words(&words); err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{
		"suppress: airline learns which of its own customers the other does not have, person by person, and so which it has. The protocol tells bank none of it. Beside a row number its list may show airline's [id].",
		"at most 5000 in a run: of each bank's [since, name, points], as {since: date, name: text 60, points: integer}.",
		"bank learns how many were taken, and not which.",
	} {
		if !strings.Contains(words.String(), said) {
			t.Errorf("the words do not say %q:\n%s", said, words.String())
		}
	}
	b := mustParse(t, h.fill(strings.Replace(text, "name: text 60", "name: text 61", 1)))
	if d := FirstDifference(a, b); !strings.Contains(d, "analyses.net_names.schema") {
		t.Errorf("the difference is said to be %q", d)
	}
}

// TestObjectionsAreNotWeighed: of a dataset that strikes people off, the law asks
// nobody's consent; of a sale, everything else still holds.
func TestObjectionsAreNotWeighed(t *testing.T) {
	h := newHouse(t)
	a := mustParse(t, h.fill(changed(t, validLine, validLine+"jurisdictions: [DE]\n")))
	f := Facts{Self: "airline", Law: Law{Needs: map[string]Need{"DE": {Consent: true, Notice: true}}}}
	if len(Refusals(a, f)) != 2 {
		t.Errorf("%v", Refusals(a, f))
	}
	f.Objects = true
	if len(Refusals(a, f)) != 0 {
		t.Errorf("%v", Refusals(a, f))
	}
	sold := mustParse(t, h.fill(sale(t)))
	if err := Refuse(sold, f); err == nil || !strings.HasPrefix(err.Error(), string(CodeLegalRulesStale)) {
		t.Errorf("a sale: %v", err)
	}
}

// TestHouseholdsCounted: households are counted where the terms say so, by their
// own identifier, which then counts no customers.
func TestHouseholdsCounted(t *testing.T) {
	h := newHouse(t)
	terms := func(types, size string) *Terms {
		text := strings.Replace(with(t, "[email, phone]", types), "size: {to: [airline, bank]}", size, 1)
		return &mustParse(t, h.fill(text)).Terms
	}
	for _, c := range []struct {
		types, size        string
		people, households string // levels; - where it is not permitted
	}{
		{"[email, household]", "size: {to: [airline, bank]}", "[email household]", "-"},
		{"[email, household]", "size: {to: [airline, bank], by: [person]}", "[email household]", "-"},
		{"[email, household, phone]", "size: {to: [airline, bank], by: [person, household]}", "[email phone]", "[household]"},
		{"[email, household]", "size: {to: [airline, bank], by: [household]}", "-", "[household]"},
	} {
		got := terms(c.types, c.size)
		for what, want := range map[string]string{Person: c.people, Household: c.households} {
			err := got.PermitsBy(Size, what, "airline")
			if (want == "-") != errors.Is(err, ErrNotPermitted) {
				t.Errorf("%s by %s: %v", c.size, what, err)
			}
			if levels := fmt.Sprint(got.Levels(what)); want != "-" && levels != want {
				t.Errorf("%s by %s: %s, not %s", c.size, what, levels, want)
			}
		}
		if err := got.PermitsBy(Match, Household, "airline"); !errors.Is(err, ErrNotPermitted) {
			t.Errorf("match by household: %v", err)
		}
	}
	a, b := mustParse(t, h.fill(with(t, "[email, phone]", "[email, household]"))), terms("[email, household]", "size: {to: [airline, bank], by: [person, household]}")
	if d := FirstDifference(a, &Agreement{Terms: *b}); !strings.Contains(d, "analyses.size.by") {
		t.Errorf("the first difference is %q", d)
	}
}
