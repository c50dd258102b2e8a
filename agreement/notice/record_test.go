package notice

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
)

func everyRecord(t *testing.T) []Facts {
	return []Facts{small(t), large(t), client(t), sister(t), vendor(t), brands(t), pairs(t)}
}

func TestCSVGolden(t *testing.T) {
	for _, language := range []string{English, German} {
		rows, err := CSV(everyRecord(t), language)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "record."+language+".csv", rows)
		table, err := csv.NewReader(bytes.NewReader(rows)).ReadAll()
		if err != nil || len(table) != 8 || len(table[0]) != len(headings) {
			t.Errorf("%d rows, %v", len(table), err)
		}
		for _, row := range slices.Concat(table[:5], table[6:]) {
			for i, cell := range row {
				if strings.TrimSpace(cell) == "" {
					t.Errorf("%s, %s: %s is empty", language, row[0], table[0][i])
				}
			}
		}
	}
	rows, err := CSV(nil, English)
	if err != nil || bytes.Count(rows, []byte("\n")) != 1 {
		t.Errorf("a record of nothing: %q, %v", rows, err)
	}
}

func TestNoFormulas(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+49": "'+49", "-1": "'-1", "@x": "'@x", " =1": "' =1", "\t=1": "'\t=1", "\tx": "'\tx", "\u00a0=1": "'\u00a0=1",
		"＝1": "'＝1", "|x": "'|x", "%x": "'%x", "a=1": "a=1", "": "", "é": "é", "2026": "2026",
	} {
		if got := harmless(cell); got != want {
			t.Errorf("%q becomes %q, want %q", cell, got, want)
		}
	}
	f := small(t)
	f.Company.Controller.Name, f.Company.Customers.EN, f.Sharing.Purposes[0].Words.EN = "=cmd()", "@all", "\n-1"
	f.Company.Measures = []Text{{"+1", "+1"}}
	rows, err := CSV([]Facts{f}, English)
	if err != nil {
		t.Fatal(err)
	}
	table, _ := csv.NewReader(bytes.NewReader(rows)).ReadAll()
	for _, cell := range table[1] {
		if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
			t.Errorf("a cell begins as a formula does: %q", cell)
		}
	}
}

func TestJSONLDGolden(t *testing.T) {
	for _, language := range []string{English, German} {
		doc, err := JSONLD(everyRecord(t), language)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "record."+language+".jsonld", doc)
		wellFormed(t, doc, language)
	}
	doc, err := JSONLD(nil, English)
	if err != nil || !strings.Contains(string(doc), `"dpv:hasPersonalDataProcess": []`) {
		t.Errorf("a record of nothing: %s, %v", doc, err)
	}
}

// wellFormed sees that each key and type is a term of a vocabulary that the context
// names, and that no words are empty.
func wellFormed(t *testing.T, doc []byte, language string) {
	t.Helper()
	var root map[string]any
	dec := json.NewDecoder(bytes.NewReader(doc))
	if err := dec.Decode(&root); err != nil || dec.More() {
		t.Fatal("not one JSON object:", err)
	}
	prefixes := root["@context"].(map[string]any)
	delete(root, "@context")
	term := func(s string) {
		prefix, name, ok := strings.Cut(s, ":")
		if _, named := prefixes[prefix]; !ok || !named || name == "" {
			t.Errorf("%q is no term of the context", s)
		}
	}
	var walk func(any)
	walk = func(x any) {
		switch x := x.(type) {
		case []any:
			for _, each := range x {
				walk(each)
			}
		case map[string]any:
			for key, value := range x {
				switch key {
				case "@type", "@id":
					term(value.(string))
				case "@language":
					if value != language {
						t.Errorf("a text in %v", value)
					}
				case "@value":
					if value == "" {
						t.Error("words that are empty")
					}
				default:
					term(key)
					walk(value)
				}
			}
		}
	}
	walk(root)
}

func TestRecordNeedsItsPoints(t *testing.T) {
	for what, takeAway := range map[string]func(*Facts){
		"whose data it is":          func(f *Facts) { f.Company.Customers = Text{} },
		"how the data is kept safe": func(f *Facts) { f.Company.Measures = nil },
		"how long the data is kept": func(f *Facts) { f.Company.Retention = Text{} },
	} {
		f := small(t)
		takeAway(&f)
		_, rows := CSV([]Facts{f}, English)
		_, ld := JSONLD([]Facts{f}, English)
		for _, err := range []error{rows, ld} {
			var missing *MissingError
			if !errors.As(err, &missing) || missing.Point != what || !strings.Contains(err.Error(), "skyline-2026") {
				t.Errorf("without %q: %v", what, err)
			}
		}
	}
	f := vendor(t)
	f.Company.Measures = nil
	if err := CheckRecord(f, English); !errors.Is(err, ErrMissing) {
		t.Error("a processor's record without security measures:", err)
	}
}

// TestRolesInJSONLD: who works for the other is a processor.
func TestRolesInJSONLD(t *testing.T) {
	for _, c := range []struct {
		facts                              Facts
		controllers, processors, recipient []string
	}{
		{small(t), []string{"Example Air Ltd"}, nil, []string{"Example Bank AG", "a company that runs our computers for us"}},
		{large(t), []string{"Example Air Ltd", "Example Bank AG"}, nil, []string{"a company that runs our computers for us"}},
		{client(t), []string{"Example Air Ltd"}, []string{"Example Bank AG"}, []string{"a company that runs our computers for us"}},
		{pairs(t), []string{"Example Air Ltd", "Example Cars Ltd"}, nil, []string{"Example Bank AG", "a company that runs our computers for us"}},
		{brands(t), []string{"Example Air Ltd"}, nil, []string{"Example Bank AG", "Example Cars Ltd", "Group Privacy Office (has no data; learns exact counts of pseudonymous rows)", "a company that runs our computers for us"}},
		{vendor(t), []string{"Example Bank AG"}, []string{"Example Air Ltd"}, nil},
	} {
		controllers, processors, recipients := newView(c.facts, English).ldParties()
		for _, pair := range []struct {
			got  []ldEntity
			want []string
		}{{controllers, c.controllers}, {processors, c.processors}, {recipients, c.recipient}} {
			var names []string
			for _, e := range pair.got {
				names = append(names, e.Name)
			}
			if strings.Join(names, "|") != strings.Join(pair.want, "|") {
				t.Errorf("%s: %v, want %v", c.facts.Sharing.Kind, names, pair.want)
			}
		}
	}
}
