package notice

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file under testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs; run the test with -update and look at the difference:\n%s", file, got)
	}
}

func TestTextGolden(t *testing.T) {
	for name, f := range everything(t) {
		for _, language := range []string{English, German} {
			text, err := f.Text(language)
			if err != nil {
				t.Errorf("%s, %s: %v", name, language, err)
				continue
			}
			golden(t, name+"."+language+".md", []byte(text))
		}
	}
}

// TestTextSaysAll: nothing that a company said is left out, and nothing is empty.
func TestTextSaysAll(t *testing.T) {
	for name, f := range everything(t) {
		for _, language := range []string{English, German} {
			text, err := f.Text(language)
			if err != nil {
				t.Fatal(err)
			}
			for _, said := range allTexts(f, language) {
				if !strings.Contains(text, said) {
					t.Errorf("%s, %s: %q is not said", name, language, said)
				}
			}
			for _, wrong := range []string{"<no value>", "{{", "  ", " .", "..", ": \n", "- \n", "\n\n\n", "! ", "%!"} {
				if strings.Contains(text, wrong) {
					t.Errorf("%s, %s: the text holds %q", name, language, wrong)
				}
			}
		}
	}
}

func allTexts(f Facts, language string) []string {
	c := f.Company
	said := []string{c.Controller.Name, c.Controller.Address, c.Controller.Contact, c.Authority.Name, c.Authority.Contact, c.Officer.Name, c.Officer.Contact,
		c.Source.In(language), c.Retention.In(language), c.Requests.In(language), c.Required.In(language), c.Decisions.What.In(language), f.Sharing.Agreement}
	for _, member := range f.Sharing.Partners {
		p := c.Partners[member]
		said = append(said, p.Name, p.Address, p.Contact, f.Sharing.Brands[member], c.Joint[member].In(language))
	}
	if f.Sharing.Combiner != "" {
		said = append(said, c.Partners[f.Sharing.Combiner].Name)
	}
	for _, column := range f.Sharing.Columns {
		said = append(said, c.Columns[column].In(language))
	}
	for _, column := range f.Sharing.Received {
		said = append(said, c.Columns["bank."+column].In(language))
	}
	for _, p := range f.Sharing.Purposes {
		said = append(said, p.Words.In(language), c.basis(p.Term).Interest.In(language))
	}
	for _, r := range c.Recipients {
		said = append(said, r.In(language))
	}
	for _, to := range c.Transfers.To {
		said = append(said, to.Country.In(language), to.Safeguard.In(language), to.Copy.In(language))
	}
	return said
}

// TestFirstMissingPoint takes each point away, one at a time, and in the order of
// the law.
func TestFirstMissingPoint(t *testing.T) {
	takeAway := []struct {
		what string
		from func(*Facts)
	}{
		{"who you are", func(f *Facts) { f.Company.Controller.Contact = "" }},
		{"the representative", func(f *Facts) { f.Company.Representative = &Party{Name: "X"} }},
		{"the data protection officer", func(f *Facts) { f.Company.Officer = Officer{Name: "X"} }},
		{"the purposes", func(f *Facts) { f.Sharing.Purposes = nil }},
		{"the legal basis", func(f *Facts) { f.Company.Bases = nil }},
		{"which legitimate interest", func(f *Facts) { f.Company.Bases = map[string]Basis{DefaultBasis: {Kind: LegitimateInterest}} }},
		{"the categories of data: the identifiers", func(f *Facts) { f.Sharing.Identifiers = nil }},
		{"the categories of data: what each column holds", func(f *Facts) { f.Sharing.Columns = []string{"shoe_size"} }},
		{"the categories of data: what each column holds", func(f *Facts) { f.Sharing.Identifiers = []string{"exact:card"} }},
		{"the categories of data: what each column that comes", func(f *Facts) { f.Sharing.Received = []string{"age"} }},
		{"each partner", func(f *Facts) { f.Sharing.Partners = []string{"bank", "shop"} }},
		{"the other recipients", func(f *Facts) { f.Company.Recipients = []Text{{}} }},
		{"what each side learns", func(f *Facts) { f.Sharing.Results = nil }},
		{"what each side learns", func(f *Facts) { f.Sharing.Results = []Result{of("size", false, false)} }},
		{"what each side learns", func(f *Facts) { f.Sharing.Results = []Result{of("guess", true, true)} }},
		{"the transfers", func(f *Facts) { f.Company.Transfers = Transfers{} }},
		{"the transfers", func(f *Facts) { f.Company.Transfers = Transfers{To: []Transfer{{Country: Text{"X", "X"}}}} }},
		{"the first and the last day", func(f *Facts) { f.Sharing.Until = time.Time{} }},
		{"how long", func(f *Facts) { f.Company.Retention = Text{} }},
		{"where people turn to", func(f *Facts) { f.Company.Requests = Text{} }},
		{"the authority", func(f *Facts) { f.Company.Authority.Name = "" }},
		{"whether people must", func(f *Facts) { f.Company.Required = Text{} }},
		{"the source", func(f *Facts) { f.Company.Source = Text{} }},
		{"automated decisions", func(f *Facts) { f.Company.Decisions = Decisions{} }},
		{"the essence", func(f *Facts) { f.Company.Joint = map[string]Text{"bank": {}} }},
	}
	for i, one := range takeAway {
		f := small(t)
		one.from(&f)
		_, err := f.Text(English)
		var missing *MissingError
		if !errors.As(err, &missing) || !errors.Is(err, ErrMissing) || !strings.HasPrefix(missing.Point, one.what) {
			t.Errorf("without %q: %v", one.what, err)
		}
		bare := small(t)
		for _, later := range takeAway[i+1:] {
			later.from(&bare)
		}
		one.from(&bare)
		if err := Check(bare, English); !errors.As(err, &missing) || !strings.HasPrefix(missing.Point, one.what) {
			t.Errorf("without %q and all that follows: %v", one.what, err)
		}
	}
	if len(takeAway) < len(points) {
		t.Errorf("%d of %d points are tried", len(takeAway), len(points))
	}
}

// TestEachLanguageIsChecked: a text that one language lacks is missing there alone.
func TestEachLanguageIsChecked(t *testing.T) {
	f := small(t)
	f.Company.Retention.DE = ""
	if _, err := f.Text(English); err != nil {
		t.Error(err)
	}
	if _, err := f.Text(German); !errors.Is(err, ErrMissing) {
		t.Error(err)
	}
	for _, language := range []string{"", "fr", "EN"} {
		_, text := f.Text(language)
		_, rows := CSV([]Facts{f}, language)
		_, ld := JSONLD(nil, language)
		for _, err := range []error{text, rows, ld, CheckRecord(f, language)} {
			if !errors.Is(err, ErrLanguage) {
				t.Errorf("%q: %v", language, err)
			}
		}
	}
}

func TestProcessorWritesNoNotice(t *testing.T) {
	if _, err := vendor(t).Text(English); !errors.Is(err, ErrProcessor) {
		t.Error(err)
	}
}

// TestWordTest: nothing of ours calls codes what they are not.
func TestWordTest(t *testing.T) {
	ours, err := filepath.Glob("*")
	if err != nil || len(ours) < 10 {
		t.Fatal(ours, err)
	}
	forbidden := regexp.MustCompile(`(?i)anonym|de-?identif|unkenntlich|not personal data|keine personenbezogen`)
	for _, name := range ours {
		data, err := os.ReadFile(name)
		if err != nil || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if word := forbidden.Find(data); word != nil {
			t.Errorf("%s says %q", name, word)
		}
	}
	for name, f := range everything(t) {
		for language, says := range map[string]string{English: "stays your personal data", German: "bleibt er Ihr personenbezogenes Datum"} {
			if text, _ := f.Text(language); !strings.Contains(text, says) || forbidden.MatchString(text) {
				t.Errorf("%s, %s: the text does not say that codes are personal data", name, language)
			}
		}
	}
}

func TestRightsFollowTheBasis(t *testing.T) {
	consent, _ := small(t).Text(English)
	interest, _ := sister(t).Text(English)
	if !strings.Contains(consent, "take back your yes") || strings.Contains(interest, "take back your yes") {
		t.Error("the right to withdraw does not follow consent")
	}
	if !strings.Contains(consent, "You can object at any time.") || !strings.Contains(interest, "You can object at any time.") {
		t.Error("the right to object is not told")
	}
	if _, after, _ := strings.Cut(interest, "## You can say no\n"); !strings.HasPrefix(after, "\nYou can object") {
		t.Error("the right to object does not stand apart (Art. 21(4))")
	}
}

func TestReadRefuses(t *testing.T) {
	whole := Draft()
	for _, c := range []struct{ old, new, why string }{
		{"controller:", "kontroller:", "field kontroller not found"},
		{"  contact: privacy@air.example", "  kontact: x", "field kontact not found"},
		{"{none: true}\n# transfers", "{none: true, to: [{country: {en: x}}]}\n# transfers", "transfers: none, and yet"},
		{"officer: {", "officer: {none: true, ", "officer: none, and yet"},
		{"automated_decisions: {none: true}", "automated_decisions: {none: true, what: {en: x}}", "automated_decisions: none, and yet"},
		{"kind: consent}", "kind: hope}", "kind must be one of"},
		{"name: Example Air Ltd", `name: "Example\nAir"`, "more than one line"},
		{"name: Example Air Ltd", "name: \"Example\u202eAir\"", "does not print"},
		{"name: Example Air Ltd", "name: " + strings.Repeat("x", maxText+1), "more than 1000 bytes"},
		{"name: Example Air Ltd", "name: ", "empty value"},
		{"name: Example Air Ltd", "name: &a x", "no anchors"},
		{"name: Example Air Ltd", "name: !!str x", "no tags"},
		{"name: Example Air Ltd", "name: x\n  name: y", "already defined"},
		{"name: Example Air Ltd", "name: [[[[[[[[[[x]]]]]]]]]]", "nested deeper"},
		{"name: Example Air Ltd", "name: [x]", "cannot unmarshal"},
		{whole, "", "empty"},
		{whole, "controller: {name: x}\n---\ncontroller: {name: y}\n", "more than one document"},
		{whole, strings.Repeat("#", MaxSize+1), "larger than"},
	} {
		if !strings.Contains(whole, c.old) {
			t.Fatalf("%q is not in the draft", c.old)
		}
		_, err := ReadCompany([]byte(strings.Replace(whole, c.old, c.new, 1)))
		if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), c.why) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.40q: %v, want %q", c.new, err, c.why)
		}
	}
}

// TestDraftShowsEveryKey: each key of the file stands in the draft, in use or in a
// comment.
func TestDraftShowsEveryKey(t *testing.T) {
	source, err := os.ReadFile("company.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("`yaml:\"([a-z_]+)\"`").FindAllStringSubmatch(string(source), -1) {
		if !strings.Contains(Draft(), m[1]+":") {
			t.Errorf("the draft does not show %s", m[1])
		}
	}
}

func TestCallersFactsStay(t *testing.T) {
	f := large(t)
	f.Sharing.Purposes[0].Words.EN = "to\n market products"
	if _, err := f.Text(English); err != nil {
		t.Fatal(err)
	}
	if f.Sharing.Purposes[0].Words.EN != "to\n market products" {
		t.Error("the caller's purposes were changed")
	}
}

func TestDay(t *testing.T) {
	v := newView(small(t), English)
	if v.Day(time.Time{}) != "" || v.Day(v.Sharing.From) != "1 January 2026" || newView(small(t), German).Day(v.Sharing.From) != "01.01.2026" {
		t.Error("days")
	}
}

func FuzzReadCompany(f *testing.F) {
	f.Add([]byte(Draft()))
	f.Add([]byte("bases: {default: {kind: legitimate-interest, interest: {en: x}}}\n"))
	f.Add([]byte("a: &a [*a]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ReadCompany(data)
		if err != nil {
			if !errors.Is(err, ErrMalformed) || strings.Contains(err.Error(), "\n") {
				t.Error(err)
			}
			return
		}
		facts := small(t)
		facts.Company = c
		if text, err := facts.Text(English); err == nil && strings.Contains(text, "<no value>") {
			t.Error("a hole in the text")
		}
		rows, err := CSV([]Facts{facts}, German)
		if err == nil && len(rows) == 0 {
			t.Error("an empty record")
		}
	})
}

// TestHelper: who joins for the two is a recipient in notice and record, by the
// name that the company gives it.
func TestHelper(t *testing.T) {
	f := small(t)
	f.Sharing.Helper = "verifier"
	for language, want := range map[string]string{English: "\n- verifier compares the codes for both sides", German: "\n- verifier vergleicht die Codes für beide Seiten"} {
		text, err := f.Text(language)
		if err != nil || !strings.Contains(text, want) {
			t.Errorf("%s: %v\n%s", language, err, text)
		}
	}
	f.Company.Partners["verifier"] = Party{Name: "Trust Ltd"}
	v := newView(f, English)
	if _, _, recipients := v.ldParties(); !strings.Contains(v.recipients(), "Trust Ltd") || !slices.ContainsFunc(recipients, func(e ldEntity) bool { return strings.HasPrefix(e.Name, "Trust Ltd (") }) {
		t.Errorf("recipients: %s, %v", v.recipients(), recipients)
	}
}
