package bands

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"mandorla/agreement/strict"
)

// all is a schema with a column of every type.
const all = `
- {column: age_band, type: enum, values: [18-29, 30-44, 45-64, 65+]}
- {column: owner, type: bool}
- {column: income, type: int, min: -10000, max: 190000, band: 20000}
- {column: score, type: decimal, min: 0, max: 9.75, band: 0.25}
- {column: since, type: date, min: 1991-05-01, max: 2026-12-31, band: year}
- {column: city, type: text, max_bytes: 12}
`

func read(text string) (Schema, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
		return nil, err
	}
	r := strict.NewReader("agreement")
	s := Read(r, doc.Content[0], "schema")
	return s, r.Err()
}

func must(t testing.TB, text string) Schema {
	t.Helper()
	s, err := read(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestRead(t *testing.T) {
	s := must(t, all)
	if w := s.Width(); w != 5+13 {
		t.Errorf("a label of %d bytes", w)
	}
	want := `"age_band" enum ["18-29" "30-44" "45-64" "65+"]; "owner" bool; "income" int from -10000 to 190000 by 20000; ` +
		`"score" decimal from 0 to 9.75 by 0.25; "since" date from 1991-05-01 to 2026-12-31 by year; "city" text of 12 bytes`
	if got := s.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, c := range s {
		if w := c.Words(); !strings.HasPrefix(w, c.Name+", ") {
			t.Errorf("%s: in words %q", c.Name, w)
		}
	}
}

func TestHashTellsSchemasApart(t *testing.T) {
	seen := map[[32]byte]string{}
	for _, text := range []string{all, strings.Replace(all, "18-29", "18-30", 1), strings.Replace(all, "0.25}", "0.5}", 1),
		strings.Replace(all, "12}", "13}", 1), strings.Replace(all, "owner", "own", 1), strings.Replace(all, "year", "decade", 1),
		`[{column: a, type: enum, values: [b, c]}]`, `[{column: a, type: enum, values: ["b\" \"c"]}]`} {
		h := must(t, text).Hash()
		if seen[h] != "" {
			t.Errorf("one hash for %s and %s", text, seen[h])
		}
		seen[h] = text
	}
}

func TestReadRefuses(t *testing.T) {
	many := make([]string, MostValues+1)
	for i := range many {
		many[i] = fmt.Sprintf("v%d", i)
	}
	for _, c := range []struct{ text, field, word string }{
		{`[]`, "schema", "list of 1 to"},
		{`{a: b}`, "schema", "list of 1 to"},
		{`[{type: bool}]`, "schema.column", "missing"},
		{`[{column: a}]`, "schema.type", "missing"},
		{`[{column: a, type: float}]`, "schema.a.type", "must be one of"},
		{`[{column: a, type: bool, values: [x]}]`, "schema.a.values", "does not belong"},
		{`[{column: a, type: enum}]`, "schema.a.values", "missing"},
		{`[{column: a, type: enum, values: [` + strings.Join(many, ", ") + `]}]`, "schema.a.values", "at most 64"},
		{`[{column: a, type: enum, values: [" x"]}]`, "schema.a.values", "blanks"},
		{`[{column: a, type: enum, values: [x, x]}]`, "schema.a.values", "once"},
		{`[{column: a, type: enum, values: [x], width: 2}]`, "schema.width", "unknown key"},
		{`[{column: a, type: bool}, {column: a, type: bool}]`, "schema.a", "written twice"},
		{`[{column: a, type: int, min: 0, max: 9}]`, "schema.a.band", "missing"},
		{`[{column: a, type: int, min: 0, max: 9.5, band: 1}]`, "schema.a.max", "no digits behind"},
		{`[{column: a, type: int, min: 1e3, max: 9, band: 1}]`, "schema.a.min", "must be a number"},
		{`[{column: a, type: int, min: 9, max: 0, band: 1}]`, "schema.a.max", "below min"},
		{`[{column: a, type: int, min: 0, max: 64, band: 1}]`, "schema.a.band", "makes 65 bands"},
		{`[{column: a, type: int, min: 0, max: 9, band: 0}]`, "schema.a.band", "above 0"},
		{`[{column: a, type: int, min: 0, max: 9, band: -1}]`, "schema.a.band", "above 0"},
		{`[{column: a, type: int, min: [0], max: 9, band: 1}]`, "schema.a.min", "one value"},
		{`[{column: a, type: date, min: 2000-01-01, max: 2001-01-01, band: day}]`, "schema.a.band", "month, quarter"},
		{`[{column: a, type: date, min: 2000-01-01, max: 2001-02-30, band: month}]`, "schema.a.max", "day of the calendar"},
		{`[{column: a, type: date, min: 1900-01-01, max: 2026-01-01, band: year}]`, "schema.a.band", "makes 127 bands"},
		{`[{column: a, type: text, max_bytes: 65}]`, "schema.a.max_bytes", "at most 64"},
		{`[{column: a, type: text, max_bytes: 64}, {column: b, type: text, max_bytes: 64}]`, "schema", "takes 130 bytes"},
	} {
		_, err := read(c.text)
		var field *strict.FieldError
		if !errors.As(err, &field) || field.Field != c.field || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%.60s: got %v, want %s: … %s", c.text, err, c.field, c.word)
		}
	}
}

// TestCodes goes from cells to codes and back.
func TestCodes(t *testing.T) {
	s := must(t, all)
	by := map[string]Column{}
	for _, c := range s {
		by[c.Name] = c
	}
	for _, c := range []struct{ column, cell, want string }{
		{"age_band", "18-29", "18-29"}, {"age_band", "65+", "65+"}, {"age_band", "65", ""}, {"age_band", "18-29 ", ""},
		{"owner", "Yes", "true"}, {"owner", "0", "false"}, {"owner", "maybe", ""},
		{"income", "-10000", "-10000"}, {"income", "-10001", ""}, {"income", "-10000.5", ""}, {"income", "9999", "-10000"},
		{"income", "9999.99", "-10000"}, {"income", "10000", "10000"}, {"income", "190000", "190000"}, {"income", "190001", ""}, {"income", "190000.5", ""},
		{"income", "1e4", ""}, {"income", "0x10", ""}, {"income", "1/2", ""}, {"income", "99999999999999999999999", ""}, {"income", "", ""},
		{"score", "0", "0.00"}, {"score", "0.249", "0.00"}, {"score", "0.25", "0.25"}, {"score", "9.75", "9.75"}, {"score", "-0.001", ""},
		{"since", "1991-04-30", "1991-01-01"}, {"since", "2026-12-31T10:00:00", "2026-01-01"}, {"since", "1990-12-31", ""},
		{"since", "2027-01-01", ""}, {"since", "1999", ""}, {"since", "1999-13-01", ""},
	} {
		column := by[c.column]
		code, ok := column.Code([]byte(c.cell))
		if ok != (c.want != "") {
			t.Errorf("%s: %q has a code: %v", c.column, c.cell, ok)
		}
		b := column.Encode(code)
		if err := column.check(b); err != nil {
			t.Errorf("%s: the code of %q: %v", c.column, c.cell, err)
		}
		if got := column.value(b); got.Null != (c.want == "") || got.Text != c.want {
			t.Errorf("%s: %q came back as %+v, want %q", c.column, c.cell, got, c.want)
		}
	}
	quarter := must(t, `[{column: q, type: date, min: 2024-02-01, max: 2026-12-31, band: quarter}]`)[0]
	code, _ := quarter.Code([]byte("2024-06-30"))
	if got := quarter.value([]byte{code}).Day; !got.Equal(time.Date(2024, 4, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("the second quarter begins on %v", got)
	}
}

func TestText(t *testing.T) {
	c := must(t, `[{column: city, type: text, max_bytes: 8}]`)[0]
	for text, want := range map[string]bool{"Köln": true, "Bad Homburg": false, "": false, "a\x00b": false, "a\nb": false, "\xff": false, "12345678": true} {
		if _, ok := c.Code([]byte(text)); ok != want {
			t.Errorf("%q fits: %v", text, ok)
		}
		if !want {
			continue
		}
		b := c.EncodeText(text)
		if got := c.value(b); len(b) != 9 || c.check(b) != nil || got.Text != text || got.Null {
			t.Errorf("%q came back as %+v", text, got)
		}
	}
	if got := c.value(c.EncodeText("")); !got.Null {
		t.Errorf("no text came back as %+v", got)
	}
	for _, b := range [][]byte{{9, 1, 1, 1, 1, 1, 1, 1, 1}, {1, 'a', 'b', 0, 0, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0, 0, 0, 0}, {2, 0xff, 0xff, 0, 0, 0, 0, 0, 0}} {
		if c.check(b) == nil {
			t.Errorf("%v passes", b)
		}
	}
}

// TestNumbersAgainstRationals compares bands with the plain arithmetic.
func TestNumbersAgainstRationals(t *testing.T) {
	c := must(t, `[{column: score, type: decimal, min: -2.5, max: 10.25, band: 0.75}]`)[0]
	low, high, step := big.NewRat(-5, 2), big.NewRat(41, 4), big.NewRat(3, 4)
	for range 20000 {
		text := strconv.FormatFloat(rand.Float64()*16-4, 'f', rand.IntN(5), 64)
		v, _ := new(big.Rat).SetString(text)
		want := 0
		for at := new(big.Rat).Set(low); at.Cmp(high) <= 0 && v.Cmp(high) <= 0 && at.Cmp(v) <= 0; at.Add(at, step) {
			want++
		}
		if code, _ := c.Code([]byte(text)); int(code) != want {
			t.Fatalf("%s is in band %d, want %d", text, code, want)
		}
	}
}

// FuzzCheck: whatever passes is a label that comes back byte for byte.
func FuzzCheck(f *testing.F) {
	s := must(f, all)
	f.Add(make([]byte, s.Width()))
	f.Add(append([]byte{4, 2, 11, 40, 36, 3, 'a', 'b', 'c'}, make([]byte, 9)...))
	f.Add([]byte{5})
	f.Fuzz(func(t *testing.T, b []byte) {
		if s.Check(b) != nil {
			return
		}
		var back []byte
		for i, v := range s.Values(b) {
			c := s[i]
			switch {
			case c.Type == Text:
				back = append(back, c.EncodeText(v.Text)...)
			case v.Null:
				back = append(back, c.Encode(0)...)
			default:
				code, ok := c.Code([]byte(v.Text))
				if !ok {
					t.Fatalf("%s: %q has no code", c.Name, v.Text)
				}
				back = append(back, c.Encode(code)...)
			}
		}
		if !bytes.Equal(back, b) {
			t.Fatalf("%v came back as %v", b, back)
		}
	})
}
