package consent

import (
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"testing"
	"time"

	"mandorla/consent/gpp"
	"mandorla/consent/tcf"
)

// expected is the part of the third-party data that this package answers.
type expected struct {
	TCF []struct {
		String   string
		Decision struct{ P1, P2 string }
		Decoded  map[string]any
	}
	GPP []struct {
		String      string
		Valid       bool
		IDs         []int
		Sections    map[string]map[string]any
		Whole       string
		WholeStrict string `json:"whole_strict"`
	}
}

func readExpected(t *testing.T) expected {
	t.Helper()
	b, err := os.ReadFile("../../shared/data/expected.json")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("../shared/data is absent: consent strings of others are not checked")
	}
	var file struct{ Consent expected }
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Consent.TCF) < 62 || len(file.Consent.GPP) < 20 {
		t.Fatalf("%d TCF and %d GPP strings, want 62 and 20", len(file.Consent.TCF), len(file.Consent.GPP))
	}
	return file.Consent
}

// p1 and p2 are the two sets of purposes that the answers are given for.
var p1, p2 = []int{1}, []int{1, 3, 4}

// start is later than every string.
var start = time.Date(2026, 11, 25, 10, 1, 0, 0, time.UTC)

func policyFor(t testing.TB, e Entry, r Run) *Policy {
	t.Helper()
	if r.Start.IsZero() {
		r.Start = start
	}
	if r.Agreement == "" {
		r.Agreement = Partner
	}
	if r.Partner == "" {
		r.Partner = "bank"
	}
	p, err := Compile([]Entry{e}, r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// one judges a row of cells.
func one(p *Policy, cells ...string) Reason {
	columns := make([]Column, len(cells))
	for i, c := range cells {
		columns[i] = func(int) ([]byte, bool) { return []byte(c), false }
	}
	out := make([]Reason, 1)
	p.Decide(columns, out)
	return out[0]
}

func verdict(r Reason) string {
	if r == Eligible {
		return "allow"
	}
	return "deny"
}

func TestExpectedTCF(t *testing.T) {
	for _, c := range readExpected(t).TCF {
		for want, purposes := range map[*string][]int{&c.Decision.P1: p1, &c.Decision.P2: p2} {
			p := policyFor(t, Entry{Kind: "tcf", Column: "c", Purposes: purposes}, Run{})
			if got := one(p, c.String); verdict(got) != *want {
				t.Errorf("%.60s, purposes %v: %v, want %s", c.String, purposes, got, *want)
			}
		}
		checkDecoded(t, c.String, c.Decoded)
	}
}

// checkDecoded compares what is decoded with every figure of the answer.
func checkDecoded(t *testing.T, text string, want map[string]any) {
	t.Helper()
	s, err := tcf.Parse([]byte(text))
	if fault, bad := want["error"]; bad {
		kinds := map[any]error{"version 1": tcf.ErrVersion, "truncated": tcf.ErrTruncated, "vendor 0": tcf.ErrVendor, "bad range": tcf.ErrRange}
		if kinds[fault] == nil || !errors.Is(err, kinds[fault]) {
			t.Errorf("%.60s: %v, want %v", text, err, fault)
		}
		return
	}
	if err != nil {
		t.Errorf("%.60s: %v", text, err)
		return
	}
	got := map[string]any{
		"version": 2, "created": stamp(s.Created), "lastUpdated": stamp(s.Updated), "cmpId": s.CMP, "cmpVersion": s.CMPVersion,
		"consentScreen": s.Screen, "consentLanguage": string(s.Language[:]), "vendorListVersion": s.VendorList, "policyVersion": s.Policy,
		"isServiceSpecific": s.ServiceSpecific, "useNonStandardTexts": s.NonStandard, "specialFeatureOptins": listed(s.SpecialFeatures),
		"purposeConsents": listed(s.Consents), "purposeLegitimateInterests": listed(s.Interests), "purposeOneTreatment": s.PurposeOne,
		"publisherCountryCode": string(s.Country[:]), "segments": segments(s), "publisherRestrictions_n": s.Restrictions,
	}
	vendors(got, "vendorConsents", s.Vendors)
	vendors(got, "vendorLegitimateInterests", s.VendorInterests)
	for name, w := range want {
		g, known := got[name]
		if !known { // the publisher's own purposes, which nobody here asks for
			continue
		}
		a, _ := json.Marshal(g)
		b, _ := json.Marshal(w)
		if string(a) != string(b) {
			t.Errorf("%.60s: %s is %s, want %s", text, name, a, b)
		}
	}
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func listed(p tcf.Purposes) []int {
	out := []int{}
	for n := 1; n <= 24; n++ {
		if p.Has(n) {
			out = append(out, n)
		}
	}
	return out
}

func segments(s tcf.String) []int {
	out := []int{}
	for n := 1; n < 8; n++ {
		if s.Segments&(1<<n) != 0 {
			out = append(out, n)
		}
	}
	return out
}

func vendors(got map[string]any, name string, v tcf.Vendors) {
	first, n, last := []int{}, 0, 0
	for id := 0; id <= 1<<16; id++ {
		if !v.Has(id) {
			continue
		}
		n, last = n+1, id
		if len(first) < 10 {
			first = append(first, id)
		}
	}
	got[name+"_n"], got[name+"_max"], got[name+"_first10"] = n, last, first
}

func TestExpectedGPP(t *testing.T) {
	p := policyFor(t, Entry{Kind: "gpp", Column: "c", Purposes: p2}, Run{})
	for _, c := range readExpected(t).GPP {
		if got := one(p, c.String); verdict(got) != c.WholeStrict {
			t.Errorf("%s: %v, want %s", c.String, got, c.WholeStrict)
		}
		s, err := gpp.Parse([]byte(c.String))
		if (err == nil) != c.Valid {
			t.Errorf("%s: %v, valid %v", c.String, err, c.Valid)
		}
		if s.Len() != len(c.IDs) {
			t.Errorf("%s: %d sections, want %v", c.String, s.Len(), c.IDs)
			continue
		}
		whole := c.Valid
		for i, id := range c.IDs {
			section := s.Section(i)
			if section.ID != id {
				t.Errorf("%s: section %d, want %d", c.String, section.ID, id)
			}
			whole = checkSection(t, c.String, section, c.Sections[strconv.Itoa(id)]) && whole
		}
		if verdicts := map[bool]string{true: "allow", false: "deny"}; verdicts[whole] != c.Whole {
			t.Errorf("%s: lenient %v, want %s", c.String, whole, c.Whole)
		}
	}
}

// checkSection compares a section with its answer. It reports whether the
// lenient reading, which takes an unknown version for the first, allows it.
func checkSection(t *testing.T, text string, s gpp.Section, want map[string]any) bool {
	t.Helper()
	if both, ok := want["decision"].(map[string]any); ok { // a TC string
		for name, purposes := range map[string][]int{"P1": p1, "P2": p2} {
			p := policyFor(t, Entry{Kind: "tcf", Column: "c", Purposes: purposes}, Run{})
			if got := one(p, string(s.Body)); verdict(got) != both[name] {
				t.Errorf("%s, section %d, %s: %v, want %v", text, s.ID, name, got, both[name])
			}
		}
		return both["P2"] == "allow"
	}
	strict := verdict(newGPPJudge(nil).section(s, &row{}))
	us, err := s.US()
	if _, knows := want["decision_strict"]; !knows {
		if strict != want["decision"] {
			t.Errorf("%s, section %d: %s, want %v", text, s.ID, strict, want["decision"])
		}
		return strict == "allow"
	}
	if strict != want["decision_strict"] {
		t.Errorf("%s, section %d: %s, want %v", text, s.ID, strict, want["decision_strict"])
	}
	lenient := err == nil && !us.OptedOut()
	if lenient != (want["decision"] == "allow") || (err != nil) != (want["malformed"] == true) {
		t.Errorf("%s, section %d: lenient %v, %v, want %v", text, s.ID, lenient, err, want["decision"])
	}
	for name, got := range map[string]any{"Version": float64(us.Version), "SaleOptOut": float64(us.Sale), "SharingOptOut": float64(us.Sharing),
		"TargetedAdvertisingOptOut": float64(us.Targeted), "Gpc": us.GPC} {
		if w, ok := want[name]; ok && w != got {
			t.Errorf("%s, section %d: %s is %v, want %v", text, s.ID, name, got, w)
		}
	}
	return lenient
}
