package node

import (
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"mandorla/agreement"
	"mandorla/agreement/notice"
	"mandorla/ledger"
)

// told is what an agreement of two says to a member of one of its analyses.
func told(t *testing.T, h *house, kind, analyses, self string) (notice.Sharing, *agreement.Agreement) {
	t.Helper()
	text := fmt.Sprintf("agreement: two\nkind: %s\npurpose: Count our\n  customers\nmembers: {%s: %q, %s: %q}\ndatasets: {%s: people, %s: people}\nidentifiers: {profile: %s, types: [email, household]}\nanalyses: %s\nvalid: %s\n",
		kind, left, h.keys[left], right, h.keys[right], left, right, h.profile, analyses, h.valid)
	a, err := agreement.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := sharing(a, self)
	if err != nil {
		t.Fatal(err)
	}
	return s, a
}

// TestSharing: what a notice says is read from the agreement as each side has it.
func TestSharing(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.profile = "uid2-1"
	both := func(format string) string { return fmt.Sprintf(format, left, right) }
	for _, c := range []struct {
		kind, analyses, self string
		want                 notice.Result
		received, figures    []string
	}{
		{"partner", both("{size: {to: [%s, %s], by: [household, person]}}"), left, notice.Result{Analysis: "size", Own: true, Peers: []string{right}, What: []string{"person", "household"}}, nil, nil},
		{"partner", both("{aggregate: {to: [%[1]s, %[2]s], dimensions: {%[2]s: [card]}, measures: {%[2]s: [spend]}}}"), left, notice.Result{Analysis: "aggregate", Own: true, Peers: []string{right}}, nil, []string{"card", "spend"}},
		{"partner", both("{match: {to: [%[2]s], columns: {%[2]s: [id]}}}"), left, notice.Result{Analysis: "match", Peers: []string{right}}, nil, nil},
		{"partner", both("{append: {to: [%[1]s], columns: {%[2]s: [age]}, schema: [{column: age, type: enum, values: [young, old]}]}}"), left, notice.Result{Analysis: "append", Own: true}, []string{"age"}, nil},
		{"partner", both("{append: {to: [%[1]s], columns: {%[2]s: [age]}, schema: [{column: age, type: enum, values: [young, old]}]}}"), right, notice.Result{Analysis: "append", Peers: []string{left}, Gives: []string{"age"}}, nil, nil},
		{"sale", both("{net_names: {to: [%[1]s], columns: {%[2]s: [zip]}, schema: {zip: text 10}, max_names: 10}}"), right, notice.Result{Analysis: "net_names", Peers: []string{left}, Gives: []string{"zip"}}, nil, nil},
		{"sale", both("{net_names: {to: [%[1]s], columns: {%[2]s: [zip]}, schema: {zip: text 10}, max_names: 10}}"), left, notice.Result{Analysis: "net_names", Own: true}, []string{"zip"}, nil},
	} {
		s, _ := told(t, h, c.kind, c.analyses, c.self)
		if len(s.Results) != 1 || !reflect.DeepEqual(s.Results[0], c.want) || !reflect.DeepEqual(s.Received, c.received) || !reflect.DeepEqual(s.Figures, c.figures) {
			t.Errorf("%s to %s: %+v", c.analyses, c.self, s)
		}
	}
}

// TestNoticeOfKeptKeys: a key that outlives a run is told of, the longest that one may.
func TestNoticeOfKeptKeys(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	for analyses, days := range map[string]int{
		"{match: {to: [%[1]s]}}":                0,
		"{match: {to: [%[1]s], epoch_days: 3}}": 3,
		"{match: {to: [%[1]s], epoch_days: 3}, append: {to: [%[1]s], columns: {%[2]s: [age]}, schema: [{column: age, type: enum, values: [young, old]}], epoch_days: 7}}": 7,
	} {
		s, _ := told(t, h, "partner", fmt.Sprintf(analyses, left, right), right)
		if want := (notice.Period{N: days, Unit: "day"}); s.KeyLasts != want {
			t.Errorf("%s: %+v", analyses, s.KeyLasts)
		}
	}
}

// TestNoticeByPurposeText: an agreement with no purposes of the vocabulary is told
// of by what it says in words.
func TestNoticeByPurposeText(t *testing.T) {
	t.Parallel()
	h := bookHouse(t)
	h.configure()
	h.write(filepath.Join(left, noticeFile), strings.ReplaceAll(notice.Draft(), "  bank:", "  "+right+":"))
	_, a := told(t, h, "partner", fmt.Sprintf("{size: {to: [%s, %s]}}", left, right), left)
	for language, want := range map[string]string{"en": "- We do this for what our agreement calls “Count our customers”. You said yes", "de": "- Wir tun das, um zu erreichen, was unsere Vereinbarung so nennt: „Count our customers“. Sie haben Ja"} {
		text, err := Notice(h.folder(left), a, language)
		if err != nil || !strings.Contains(text, want) {
			t.Errorf("%v\n%s", err, text)
		}
	}
	if !tellsEverybody(h.folder(left), a) {
		t.Error("a complete notice tells nobody")
	}
}

// TestNoticeOfBrands: notice and record name every sister brand and the combiner, and
// the combiner has none of its own.
func TestNoticeOfBrands(t *testing.T) {
	t.Parallel()
	r := newRing(t, map[string][]string{"air": {"a@x.de"}, "cars": {"a@x.de"}, "stay": {"a@x.de"}}, "air", "cars", "stay")
	r.kind, r.more = "affiliate", "purposes: [dpv:Marketing]\nbrands: {air: Air, cars: Wheels, stay: Stay}\n"
	a := r.agree()
	company := strings.Replace(notice.Draft(), "partners:\n", "partners:\n  cars: {name: Cars Ltd, address: Berlin, contact: c@cars.example}\n  stay: {name: Stay Ltd, address: Bonn, contact: s@stay.example}\n  office: {name: Group Office, address: Bonn, contact: o@office.example}\n", 1)
	r.write(filepath.Join("air", noticeFile), company)
	for language, wants := range map[string][]string{
		"en": {"Cars Ltd (you may know it as Wheels), Berlin", "Stay Ltd", "- Group Office sees how many codes are on which lists", "same group", "to market products", "You said yes to it", "You can object"},
		"de": {"Cars Ltd (vielleicht kennen Sie es als Wheels), Berlin", "Stay Ltd", "- Group Office sieht, wie viele Codes auf welchen Listen stehen", "selben Gruppe", "um Produkte zu vermarkten", "Sie haben Ja dazu gesagt", "jederzeit widersprechen"},
	} {
		text, err := Notice(r.folder("air"), a, language)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: no %q in\n%s", language, want, text)
			}
		}
	}
	for _, format := range []string{"csv", "jsonld"} {
		record, err := Record(r.folder("air"), []*agreement.Agreement{a}, "en", format)
		for _, want := range []string{"Cars Ltd", "Stay Ltd", "Group Office (has no data; learns exact counts of pseudonymous rows)"} {
			if err != nil || !strings.Contains(string(record), want) {
				t.Errorf("%s: no %q: %v\n%s", format, want, err, record)
			}
		}
	}
	r.write(filepath.Join("air", noticeFile), strings.Replace(company, "  stay: {", "  bay: {", 1))
	if _, err := Notice(r.folder("air"), a, "en"); !errors.Is(err, notice.ErrMissing) || !strings.Contains(err.Error(), "each partner") {
		t.Errorf("without one brand: %v", err)
	}
	r.write(filepath.Join(office, noticeFile), company)
	if _, err := Notice(r.folder(office), a, "en"); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "the members write") {
		t.Errorf("of the combiner: %v", err)
	}
}

// TestPublicSaysEveryAnalysis: the page for the web site has words for whatever may be
// agreed on.
func TestPublicSaysEveryAnalysis(t *testing.T) {
	f := ledger.Figures{Analyses: agreement.AllAnalyses}
	if len(f.Gives()) != len(agreement.AllAnalyses) {
		t.Errorf("%q", f.Gives())
	}
}
