package address

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestSame holds addresses that are one, however they are written.
func TestSame(t *testing.T) {
	for _, c := range []struct {
		country string
		ways    []string
	}{
		{"US", []string{"12 Main St. Apt 4\nSpringfield, IL 62701", "12 MAIN STREET #4, Springfield, Illinois 62701-1234", "Apt. 4, 12 Main Str, Springfield IL 62701", "12 main street unit 4, springfield il, 62701, USA"}},
		{"US", []string{"120 E 96th St, New York, NY 10128", "120 East Ninety-Sixth Street, New York, NY 10128"}},
		{"US", []string{"100 N.W. Elm Ave, X, OR 97209", "100 Northwest Elm Avenue, X, OR 97209", "100 North West Elm Av, X, OR 97209"}},
		{"US", []string{"P.O. Box 55, X, TX 75001", "PO BOX #55, X, TX 75001", "Post Office Box 55, X, TX 75001"}},
		{"US", []string{"12 Oak Dr, 2nd Floor, X, TX 75001", "12 Oak Drive Fl 2, X, TX 75001", "12 Oak Dr Floor 2, X, TX 75001"}},
		{"US", []string{"c/o Smith, 5 St Louis Ave, X, TX 75001", "5 Saint Louis Avenue, X, TX 75001"}},
		{"US", []string{"5 US Hwy 61, X, TX 75001", "5 US Highway 61, X, TX 75001"}},
		{"US", []string{"12-14 Elm Ct, X, MA 01234", "12 – 14 Elm Court, X, MA 01234"}},
		{"GB", []string{"Flat 2, 12 High St, London SW1A 1AA", "12 High Street Flat 2, London, sw1a1aa", "flat 2 12 High Street, London, SW1A 1AA, UK"}},
		{"GB", []string{"Rose Cottage, 3 Church Ln, Ely, CB7 4AA", "Rose Cottage, 3 Church Lane, Ely, CB7 4AA"}},
		{"DE", []string{"Hauptstr. 12a, 80331 München", "Hauptstraße 12 a, D-80331 Muenchen", "Haupt-Straße 12A\n80331 München\nDeutschland"}},
		{"DE", []string{"Marienpl. 3 - 5, 80331 München", "Marienplatz 3-5, 80331 München"}},
		{"DE", []string{"Straße des 17. Juni 135, 10623 Berlin", "Str. des 17. Juni 135, 10623 Berlin"}},
		{"DE", []string{"Goethestr. 1, 3. OG, 01067 Dresden", "Goethestraße 1 3. Obergeschoss, 01067 Dresden"}},
		{"DE", []string{"c/o Müller, Gartenweg 2 Whg. 5, 50667 Köln", "Gartenweg 2, Wohnung 5, 50667 Köln"}},
		{"DE", []string{"Postfach 12 34, 50667 Köln", "Postf. 1234, 50667 Köln"}},
		{"AT", []string{"Mariahilfer Str. 5/2/12, A-1060 Wien", "Mariahilferstraße 5/2/12, 1060 Wien"}},
		{"CH", []string{"Bahnhofstr. 7, CH-8001 Zürich", "Bahnhofstrasse 7, 8001 Zuerich"}},
	} {
		r, err := For(c.country)
		if err != nil {
			t.Fatal(err)
		}
		want, ok := r.Parse(c.ways[0]).Key()
		if !ok {
			t.Errorf("%q has no key", c.ways[0])
		}
		for _, way := range c.ways[1:] {
			if got, _ := r.Parse(way).Key(); got != want {
				t.Errorf("%q is %q, %q is %q", c.ways[0], want, way, got)
			}
		}
	}
}

// TestDifferent holds addresses that are not one.
func TestDifferent(t *testing.T) {
	for _, c := range [][3]string{
		{"US", "12 Main St, X, IL 62701", "12 Main Ave, X, IL 62701"},
		{"US", "12 Main St, X, IL 62701", "12 N Main St, X, IL 62701"},
		{"US", "12 Main St, X, IL 62701", "12 Main St Apt 1, X, IL 62701"},
		{"US", "12 Main St Fl 1, X, IL 62701", "12 Main St Apt 1, X, IL 62701"},
		{"US", "12 Main St Bldg 1 Apt 2, X, IL 62701", "12 Main St Bldg 2 Apt 2, X, IL 62701"},
		{"US", "12 Main St, X, IL 62701", "12a Main St, X, IL 62701"},
		{"US", "12 Main St, X, IL 62701", "12 Main St, X, IL 62702"},
		{"US", "PO Box 12, X, IL 62701", "12 Box St, X, IL 62701"},
		{"US", "PO Box 12, X, IL 62701", "Private Bag 12, X, IL 62701"},
		{"US", "1 Avenue N, X, IL 62701", "1 Avenue S, X, IL 62701"},
		{"US", "1 Highway 5, X, IL 62701", "1 Highway 6, X, IL 62701"},
		{"DE", "Hauptstr. 1, 80331 München", "Hauptplatz 1, 80331 München"},
		{"DE", "Hauptstr. 1, EG, 80331 München", "Hauptstr. 1, DG, 80331 München"},
		{"DE", "Hauptstr. 1, 80331 München", "Hauptstr. 1, 80333 München"},
		{"DE", "Hauptstr. 1 links, 80331 München", "Hauptstr. 1 rechts, 80331 München"},
	} {
		r, err := For(c[0])
		if err != nil {
			t.Fatal(err)
		}
		a, _ := r.Parse(c[1]).Key()
		if b, _ := r.Parse(c[2]).Key(); a == b {
			t.Errorf("%q and %q are both %q", c[1], c[2], a)
		}
	}
}

// TestParse takes addresses apart.
func TestParse(t *testing.T) {
	for _, c := range []struct {
		country, text string
		want          Address
	}{
		{"US", "12 N Main St Apt 4B, Springfield, IL 62701", Address{Street: "north main street", Number: "12", Unit: "4b", Postcode: "62701", City: "springfield", Region: "il"}},
		{"US", "4998 Vanderbilt Dr", Address{Street: "vanderbilt drive", Number: "4998"}},
		{"US", "12 1/2 Elm St", Address{Street: "elm street", Number: "12 1/2"}},
		{"US", "Park Tower", Address{Street: "park tower"}},
		{"US", "S St. NW", Address{Street: "s street northwest"}},
		{"GB", "10 Downing St, London SW1A 2AA", Address{Street: "downing street", Number: "10", Postcode: "sw1a 2aa", City: "london"}},
		{"DE", "Am Markt 3, 2. OG rechts, 99084 Erfurt", Address{Street: "am markt", Number: "3", Unit: "rechts", Level: "obergeschoss 2", Postcode: "99084", City: "erfurt"}},
		{"AT", "Hauptstr. 5/2/12, 1010 Wien", Address{Street: "hauptstrasse", Number: "5", Unit: "2 12", Postcode: "1010", City: "wien"}},
		{"US", "", Address{}},
		{"US", ",,#", Address{Street: "#"}},
	} {
		r, _ := For(c.country)
		if got := r.Parse(c.text); got != c.want {
			t.Errorf("%q: %+v, not %+v", c.text, got, c.want)
		}
	}
}

func TestAssemble(t *testing.T) {
	r, _ := For("US")
	want := Address{Street: "main street", Number: "12", Unit: "4", Postcode: "01234"}
	for _, c := range []struct{ parts, cells []string }{
		{[]string{Number, Street, Unit, Postcode}, []string{"12", "Main St", "Apt 4", "1234"}},
		{[]string{Street, Unit, Postcode}, []string{"12 Main Str.", "#4", "01234-5678"}},
		{[]string{Line, Unit, Postcode}, []string{"12 Main St", "4", "01234"}},
		{[]string{Line, Unit, Postcode}, []string{"12 Main St Unit 4", " ", "01234"}},
	} {
		if got := r.Assemble(c.parts, c.cells); got != want {
			t.Errorf("%q %q: %+v", c.parts, c.cells, got)
		}
	}
}

func TestPostcodes(t *testing.T) {
	for _, c := range [][3]string{
		{"US", "62701-1234", "62701"}, {"US", "627011234", "62701"}, {"US", "1234", "01234"}, {"US", "6270", "06270"}, {"US", "x1", ""},
		{"GB", "sw1a1aa", "sw1a 1aa"}, {"GB", "M1 1AE", "m1 1ae"}, {"GB", "M1", ""},
		{"DE", "D-80331", "80331"}, {"DE", "1067", "01067"}, {"DE", "803311", ""},
		{"AT", "A-1010", "1010"}, {"AT", "0100", ""}, {"CH", "CH 8001", "8001"}, {"CH", "A-8001", ""},
	} {
		r, _ := For(c[0])
		if got := r.Valid(c[1]); got != (c[2] != "") {
			t.Errorf("%s %q: valid %v", c[0], c[1], got)
		}
		if got := r.Postcode(c[1]); c[2] != "" && got != c[2] {
			t.Errorf("%s %q: %q, not %q", c[0], c[1], got, c[2])
		}
	}
}

// TestTables sees that every row of a table can be read, and that no word of a
// kind stands for two.
func TestTables(t *testing.T) {
	for file, least := range map[string]int{"en.csv": 300, "de.csv": 50, "states.csv": 55} {
		text := read(t, file)
		rows := readTable(file)
		lines := 0
		for _, l := range strings.Split(strings.TrimSpace(text), "\n") {
			if !strings.HasPrefix(l, "#") {
				lines++
			}
		}
		if len(rows) != lines-1 || len(rows) < least {
			t.Errorf("%s: %d rows of %d lines", file, len(rows), lines)
		}
		if !strings.HasPrefix(text, "#") {
			t.Errorf("%s: no source in its head", file)
		}
		seen := map[string]string{}
		for _, row := range rows {
			if len(row) != 3 {
				continue
			}
			for _, w := range append(strings.Fields(row[2]), row[1]) {
				at := row[0] + " " + w
				if was, ok := seen[at]; ok && was != row[1] {
					t.Errorf("%s: %s is both %s and %s", file, at, was, row[1])
				}
				seen[at] = row[1]
			}
		}
	}
	if _, err := For("XX"); !errors.Is(err, ErrCountry) {
		t.Error(err)
	}
}

// FuzzParse: whatever stands in a cell, parsing ends, and what it gives is text
// that parses to itself.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"12 Main St. Apt 4, Springfield, IL 62701", "Hauptstr. 12 a, D-80331 München", "P.O. Box #", "5/2/12", "St St St", "N", "1 1 1", "no no 5", "\xff", "ß", "3. OG"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 1024 {
			return
		}
		for _, c := range Countries() {
			r, err := For(c)
			if err != nil {
				t.Fatal(err)
			}
			a := r.Parse(s)
			for _, part := range Parts() {
				if tidy := r.Tidy(part, s); !utf8.ValidString(tidy) && utf8.ValidString(s) {
					t.Errorf("%s: %s %q becomes %q", c, part, s, tidy)
				}
			}
			for _, field := range []string{a.Street, a.Number, a.Unit, a.Level, a.Box, a.Postcode, a.City, a.Region} {
				if !utf8.ValidString(field) || strings.TrimSpace(field) != field || len(field) > 32*1024 {
					t.Errorf("%s: %q gives %q", c, s, field)
				}
			}
			if strings.IndexFunc(s, func(c rune) bool { return c >= utf8.RuneSelf }) < 0 && r.Parse(strings.ToUpper(s)) != a {
				t.Errorf("%s: %q depends on case", c, s)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	r, _ := For("US")
	for b.Loop() {
		r.Parse("12 N Main St. Apt 4", "Springfield, IL 62701")
	}
}
