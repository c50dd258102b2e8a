package identity

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

var usParts = []string{"number", "street", "unit", "postcode"}

func cells(texts ...string) [][]byte {
	out := make([][]byte, len(texts))
	for i, t := range texts {
		out[i] = []byte(t)
	}
	return out
}

// identifier is what a normaliser makes of some cells; nil where it makes none.
func identifier(t *testing.T, profile string, s Spec, texts ...string) []byte {
	t.Helper()
	out, reason := normaliser(t, profile, s).Append(nil, cells(texts...)...)
	if reason != Usable {
		return nil
	}
	return out
}

// TestHouseholds: one address, however it is written, is one household, in two
// ways: with the last name and without.
func TestHouseholds(t *testing.T) {
	lines := Spec{Type: Household, By: ByAddress, Country: "US", Columns: make([]string, 2)}
	parts := Spec{Type: Household, By: ByAddress, Country: "US", Columns: make([]string, 4), Parts: usParts}
	named := Spec{Type: Household, Country: "US", Columns: make([]string, 5), Parts: append([]string{LastName}, usParts...)}
	whole := identifier(t, "uid2-1", lines, "12 Main St. Apt 4", "Springfield, IL 62701")
	if whole == nil || string(whole) != string(identifier(t, "uid2-1", parts, "12", "MAIN STREET", "#4", "62701-1234")) {
		t.Errorf("lines and parts of one address differ: %q", whole)
	}
	smith := identifier(t, "uid2-1", named, "Smith", "12", "Main St", "4", "62701")
	if string(smith) != string(identifier(t, "uid2-1", named, "SMITH ", "12", "main str.", "Unit 4", "62701")) {
		t.Error("one family is two households")
	}
	if string(smith) == string(identifier(t, "uid2-1", named, "Jones", "12", "Main St", "4", "62701")) || string(smith) == string(whole) {
		t.Error("two families are one household")
	}
	for _, texts := range [][]string{{"", "12", "Main St", "4", "62701"}, {"Smith", "12", "", "4", "62701"}, {"Smith", "12", "Main St", "", ""}} {
		if got := identifier(t, "uid2-1", named, texts...); got != nil {
			t.Errorf("%q is a household", texts)
		}
	}
	plain := identifier(t, "plain-1", parts, " 12", "Main St ", "", "62701")
	if plain == nil || string(plain) == string(identifier(t, "plain-1", parts, "12", "Main Street", "", "62701")) {
		t.Error("plain-1 writes addresses out")
	}
	if string(plain) != string(identifier(t, "plain-1", parts, "12", "MAIN ST", "", "62701")) {
		t.Error("plain-1 does not fold")
	}
}

// TestResidence: the address of a household is the same identifier for everybody
// at it.
func TestResidence(t *testing.T) {
	for _, s := range []Spec{
		{Type: Household, Columns: []string{"last", "line"}},
		{Type: Household, By: ByAddress, Columns: []string{"line"}},
		{Type: Household, Country: "US", Columns: []string{"line", "last"}, Parts: []string{"line", LastName}},
	} {
		r := s.Residence()
		if r.Type != Address || !slices.Equal(r.Columns, []string{"line"}) || slices.Contains(r.Parts, LastName) {
			t.Errorf("%+v: %+v", s, r)
		}
		if identifier(t, "uid2-1", r, "12 Main St, X, TX 75001") == nil {
			t.Errorf("%+v: no residence", s)
		}
	}
}

func TestPostalSpecs(t *testing.T) {
	two := []string{"a", "b"}
	for _, c := range []struct {
		spec Spec
		name string // empty: refused
	}{
		{Spec{Type: Address, Country: "US", Columns: two}, "uid2-1/address:us"},
		{Spec{Type: Address, Columns: two, Parts: []string{"street", "city"}}, "uid2-1/address:parts"},
		{Spec{Type: Household, By: ByAddress, Columns: two}, "uid2-1/household_address"},
		{Spec{Type: Household, By: ByAddress, Country: "DE", Columns: two}, "uid2-1/household_address:de"},
		{Spec{Type: Household, By: BySurname, Country: "DE", Columns: two}, "uid2-1/household:de"},
		{Spec{Type: Household, By: "both", Columns: two}, ""},
		{Spec{Type: Household, Country: "XX", Columns: two}, ""},
		{Spec{Type: Household, Country: "DE", Columns: two[:1]}, ""},
		{Spec{Type: Household, Country: "DE", Columns: two, Parts: []string{"street", "city"}}, ""},
		{Spec{Type: Address, Country: "DE", Columns: two, Parts: []string{"last_name", "street"}}, ""},
		{Spec{Type: Address, Country: "DE", Columns: two, Parts: []string{"street", "street"}}, ""},
		{Spec{Type: Address, Country: "DE", Columns: two, Parts: []string{"number", "city"}}, ""},
		{Spec{Type: Address, Country: "DE", Columns: two, Parts: []string{"street"}}, ""},
		{Spec{Type: Address, Country: "DE", Columns: make([]string, 9)}, ""},
	} {
		p, err := Lookup("uid2-1")
		if err != nil {
			t.Fatal(err)
		}
		n, err := p.Normaliser(c.spec)
		switch {
		case c.name == "" && !errors.Is(err, ErrProfile):
			t.Errorf("%+v: %v", c.spec, err)
		case c.name != "" && (err != nil || n.Name() != c.name || n.Parts() != len(c.spec.Columns)):
			t.Errorf("%+v: %v, %v", c.spec, n, err)
		}
	}
}

func TestCleaner(t *testing.T) {
	for _, c := range []struct{ kind, where, cell, want string }{
		{CleanEmail, "", " Jane.Doe+News@GMAIL.com ", "jane.doe+news@gmail.com"},
		{CleanEmail, "", "jane", "!no-at-sign"},
		{CleanPhone, "DE", "0171 3920000", "+491713920000"},
		{CleanPhone, "DE", "12", "!not-a-valid-number"},
		{CleanName, "", "  MARY-ANN  o'neill ", "MARY-ANN o'neill"},
		{CleanName, "", "O'NEILL", "O'Neill"},
		{CleanName, "", "mcDonald", "mcDonald"},
		{CleanDate, "", "31.12.1999", "1999-12-31"},
		{"postcode", "GB", "sw1a1aa", "SW1A 1AA"},
		{"postcode", "DE", "1067", "01067"},
		{"postcode", "DE", "x", "!not-a-postcode"},
		{"street", "US", "N MAIN ST.", "North Main Street"},
		{"street", "US", "e 96th st", "East 96th Street"},
		{"street", "US", "HWY 61", "Highway 61"},
		{"line", "US", "12 n main st apt 4b", "12 North Main Street, Unit 4B"},
		{"line", "US", "12 McDonald St., O'Fallon IL 62269", "12 McDonald Street, O'Fallon, IL 62269"},
		{"street", "US", "PEÑA blvd", "PEÑA Boulevard"},
		{"street", "US", "PEÑA BLVD", "Peña Boulevard"},
		{"line", "US", "12 Main St Springfield IL", "12 Main St Springfield IL"},
		{"line", "US", "c/o Smith, 12 Main St", "c/o Smith, 12 Main St"},
		{"line", "US", "po box 55", "PO Box 55"},
		{"line", "US", "springfield,  il 62701", "Springfield, IL 62701"},
		{"line", "DE", "Müllerstr. 12 a", "Müllerstraße 12 a"},
		{"street", "CH", "Bahnhof-Str.", "Bahnhof-Strasse"},
		{"street", "DE", "Marienpl.", "Marienplatz"},
		{"city", "US", "NEW  YORK", "New York"},
		{"street", "", "Main   St", "Main St"},
		{"city", "US", "a\x00b", "!not-text"},
	} {
		cl, err := NewCleaner(c.kind, c.where)
		if err != nil {
			t.Fatal(err)
		}
		out, reason := cl.Append(nil, []byte(c.cell))
		got := string(out)
		if reason != Usable {
			got = "!" + reason.String()
		}
		if got != c.want {
			t.Errorf("%s %s %q: %q, not %q", c.kind, c.where, c.cell, got, c.want)
		}
		if again, reason := cl.Append(nil, out); len(out) > 0 && (reason != Usable || string(again) != got) {
			t.Errorf("%s %s: %q becomes %q", c.kind, c.where, got, again)
		}
	}
	for _, c := range [][2]string{{"phone", "XX"}, {"street", "XX"}, {"nothing", ""}} {
		if _, err := NewCleaner(c[0], c[1]); !errors.Is(err, ErrProfile) {
			t.Errorf("%q: %v", c, err)
		}
	}
}

// TestSound holds the published examples of Soundex and of Cologne phonetics.
func TestSound(t *testing.T) {
	for name, want := range map[string]string{"Robert": "r163", "Rupert": "r163", "Rubin": "r15", "Ashcraft": "a261", "Tymczak": "t522", "Pfister": "p236", "Honeyman": "h555", "Lee": "l"} {
		if got := Sound("US", []byte(name)); got != want {
			t.Errorf("%s: %s, not %s", name, got, want)
		}
	}
	for name, want := range map[string]string{"Müller-Lüdenscheidt": "65752682", "Wikipedia": "3412", "Breschnew": "17863", "Meyer": "67", "Maier": "67"} {
		if got := Sound("DE", []byte(name)); got != want {
			t.Errorf("%s: %s, not %s", name, got, want)
		}
	}
	if Sound("US", []byte("李")) != "李" {
		t.Error("a name in no Latin letters has no sound")
	}
}

func TestAlike(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"smith", "smith", true}, {"smith", "smyth", true}, {"smith", "smiths", true}, {"smith", "msith", true},
		{"smith", "smthi", false}, {"smith", "smythe", false}, {"li", "lu", false}, {"", "", true}, {"anna", "hanna", true}, {"abc", "abcd", false},
	} {
		if Alike([]byte(c.a), []byte(c.b)) != c.want || Alike([]byte(c.b), []byte(c.a)) != c.want {
			t.Errorf("%q, %q: not %v", c.a, c.b, c.want)
		}
	}
}

func TestMailbox(t *testing.T) {
	for cell, want := range map[string]string{"Jane+a@Example.com": "jane@example.com", "j.a.n.e@gmail.com": "jane@gmail.com", "+a@example.com": "+a@example.com", "nobody": "", "": ""} {
		if got := string(Mailbox([]byte(cell))); got != want {
			t.Errorf("%q: %q, not %q", cell, got, want)
		}
	}
	if !strings.Contains(string(Mailbox([]byte("a.b+c@example.com"))), "a.b@") {
		t.Error("dots of other domains go")
	}
}

// FuzzPostal: whatever stands in the cells of an address, an identifier is of
// fields that can be told apart, and there is none where there is a reason.
func FuzzPostal(f *testing.F) {
	f.Add("Smith", "12 Main St. Apt 4", "Springfield, IL 62701")
	f.Add("Müller", "Hauptstr. 12 a, 3. OG", "D-80331 München")
	f.Add("", "P.O. Box #5", "SW1A 1AA")
	f.Add("x", "\xff", "\x00")
	var all []*Normaliser
	for _, country := range []string{"US", "GB", "DE", "AT", "CH", ""} {
		s := Spec{Type: Household, Country: country, Columns: make([]string, 3), Parts: []string{LastName, "line", "postcode"}}
		for _, name := range Profiles() {
			p, err := Lookup(name)
			if err != nil {
				f.Fatal(err)
			}
			n, err := p.Normaliser(s)
			if err != nil {
				f.Fatal(err)
			}
			all = append(all, n)
		}
	}
	f.Fuzz(func(t *testing.T, last, line, code string) {
		for _, n := range all {
			before := []byte("before")
			value, reason := n.Append(before, cells(last, line, code)...)
			if reason != Usable && string(value) != "before" {
				t.Fatalf("%s: %s, and yet %d bytes", n.Name(), reason, len(value))
			}
			rest := value[len("before"):]
			for len(rest) > 0 {
				size := 2 + int(rest[0])<<8 + int(rest[1])
				if size > len(rest) {
					t.Fatalf("%s: a field leads outside", n.Name())
				}
				rest = rest[size:]
			}
			if reason == Usable {
				n.changed(value[len("before"):], cells(last, line, code))
			}
		}
	})
}
