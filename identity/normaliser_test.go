package identity

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func normaliser(t testing.TB, profile string, s Spec) *Normaliser {
	t.Helper()
	p, err := Lookup(profile)
	if err != nil {
		t.Fatal(err)
	}
	n, err := p.Normaliser(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// answer is the canonical value, or the reason in brackets.
func answer(n *Normaliser, cells ...string) string {
	value, reason := n.Append(nil, row(cells)...)
	if reason != Usable {
		return "(" + reason.String() + ")"
	}
	return string(value)
}

// row is the cells of a row.
func row(cells []string) [][]byte {
	out := make([][]byte, len(cells))
	for i, c := range cells {
		out[i] = []byte(c)
	}
	return out
}

func TestSpecs(t *testing.T) {
	cols := func(n int) []string { return make([]string, n) }
	for _, c := range []struct {
		spec Spec
		name string // empty: refused
	}{
		{Spec{Type: Email, Columns: cols(1)}, "uid2-1/email"},
		{Spec{Type: Email, Columns: cols(0)}, ""},
		{Spec{Type: Email, Columns: cols(2)}, ""},
		{Spec{Type: Phone, Region: "DE", Columns: cols(1)}, "uid2-1/phone"},
		{Spec{Type: Phone, Region: "DE", Columns: cols(2)}, ""},
		{Spec{Type: Phone, Columns: cols(1)}, ""},
		{Spec{Type: Phone, Region: "de", Columns: cols(1)}, ""},
		{Spec{Type: Phone, Region: "XX", Columns: cols(1)}, ""},
		{Spec{Type: Phone, Region: "001", Columns: cols(1)}, ""},
		{Spec{Type: NamePostcode, Columns: cols(3)}, "uid2-1/name_postcode"},
		{Spec{Type: NamePostcode, Columns: cols(2)}, ""},
		{Spec{Type: NameDOB, Columns: cols(3)}, "uid2-1/name_dob"},
		{Spec{Type: NameDOB, Columns: cols(4)}, ""},
		{Spec{Type: Address, Columns: cols(1)}, "uid2-1/address"},
		{Spec{Type: Address, Columns: cols(8)}, "uid2-1/address"},
		{Spec{Type: Address, Columns: cols(0)}, ""},
		{Spec{Type: Address, Columns: cols(9)}, ""},
		{Spec{Type: Household, Columns: cols(2)}, "uid2-1/household"},
		{Spec{Type: Household, Columns: cols(1)}, ""},
		{Spec{Type: Household, Columns: cols(9)}, ""},
		{Spec{Type: Exact, Label: "ssn", Columns: cols(1)}, "uid2-1/exact:ssn"},
		{Spec{Type: Exact, Label: "ssn", Columns: cols(8)}, "uid2-1/exact:ssn"},
		{Spec{Type: Exact, Label: "ssn", Columns: cols(0)}, ""},
		{Spec{Type: Exact, Label: "ssn", Columns: cols(9)}, ""},
		{Spec{Type: Exact, Columns: cols(1)}, ""},
		{Spec{Type: Exact, Label: "a b", Columns: cols(1)}, ""},
		{Spec{Type: Exact, Label: "a:b", Columns: cols(1)}, ""},
		{Spec{Type: Exact, Label: "a/b", Columns: cols(1)}, ""},
		{Spec{Type: Exact, Label: "a\x00b", Columns: cols(1)}, ""},
		{Spec{Type: Exact, Label: "\u00e4", Columns: cols(1)}, ""},
		{Spec{Type: Exact, Label: strings.Repeat("a", 64), Columns: cols(1)}, "uid2-1/exact:" + strings.Repeat("a", 64)},
		{Spec{Type: Exact, Label: strings.Repeat("a", 65), Columns: cols(1)}, ""},
		{Spec{Type: SHA256Hex, Label: "email", Columns: cols(1)}, "uid2-1/sha256:email"},
		{Spec{Type: SHA256Base64, Label: "email", Columns: cols(1)}, "uid2-1/sha256:email"},
		{Spec{Type: SHA256Hex, Columns: cols(1)}, ""},
		{Spec{Type: SHA256Hex, Label: "email", Columns: cols(2)}, ""},
		{Spec{Type: "E-Mail", Columns: cols(1)}, ""},
		{Spec{}, ""},
	} {
		p, err := Lookup("uid2-1")
		if err != nil {
			t.Fatal(err)
		}
		n, err := p.Normaliser(c.spec)
		switch {
		case c.name == "" && !errors.Is(err, ErrProfile):
			t.Errorf("%+v: %v, want ErrProfile", c.spec, err)
		case c.name != "" && err != nil:
			t.Errorf("%+v: %v", c.spec, err)
		case c.name != "" && (n.Name() != c.name || n.Parts() != len(c.spec.Columns)):
			t.Errorf("%+v: %q of %d parts", c.spec, n.Name(), n.Parts())
		}
	}
}

func TestLookup(t *testing.T) {
	want := []string{"uid2-1", "pair-1", "google-cm-1", "ca-drop-1", "plain-1"}
	if got := Profiles(); !slices.Equal(got, want) {
		t.Errorf("profiles %q, want %q", got, want)
	}
	for _, name := range want {
		if p, err := Lookup(name); err != nil || p.Name() != name {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "uid2", "UID2-1", "uid2-2"} {
		if _, err := Lookup(name); !errors.Is(err, ErrProfile) {
			t.Errorf("%q: %v, want ErrProfile", name, err)
		}
	}
}

// Who loses a value that several rows hold (PROTOCOLS.md §8.7).
func TestShared(t *testing.T) {
	for _, s := range texts {
		lowEntropy := s.Type != Email && s.Type != Household && !strings.HasPrefix(s.Type, "sha256") && (s.Type != Exact || len(s.Columns) > 1)
		if got := normaliser(t, "pair-1", s).Shared(); got != lowEntropy {
			t.Errorf("%s of %d columns: shared %v", s.Type, len(s.Columns), got)
		}
	}
}

func TestOddRows(t *testing.T) {
	n := normaliser(t, "pair-1", texts[0])
	for _, cells := range [][]string{nil, {"a"}, {"a", "b"}, {"a", "b", "c", "d"}} {
		if got := answer(n, cells...); got != "(empty)" {
			t.Errorf("%d cells for three columns: %q", len(cells), got)
		}
	}
}

// Two rows have the same canonical bytes only if all their parts are the same,
// however many parts there are.
func TestPartsNeverRunTogether(t *testing.T) {
	exact := func(columns int) *Normaliser {
		return normaliser(t, "plain-1", Spec{Type: Exact, Label: "x", Columns: make([]string, columns)})
	}
	all := []*Normaliser{exact(1), exact(2), exact(3), exact(8)}
	cell := rapid.StringMatching(`[ab\x00\x01|]{1,5}`)
	rapid.Check(t, func(t *rapid.T) {
		one, two := rapid.SampledFrom(all).Draw(t, "one"), rapid.SampledFrom(all).Draw(t, "two")
		a := rapid.SliceOfN(cell, one.Parts(), one.Parts()).Draw(t, "a")
		b := rapid.SliceOfN(cell, two.Parts(), two.Parts()).Draw(t, "b")
		v, reason := one.Append(nil, row(a)...)
		w, again := two.Append(nil, row(b)...)
		if reason != Usable || again != Usable {
			return
		}
		for i := range a {
			a[i] = string(trim([]byte(a[i])))
		}
		for i := range b {
			b[i] = string(trim([]byte(b[i])))
		}
		if bytes.Equal(v, w) != slices.Equal(a, b) {
			t.Fatalf("%q and %q: %q and %q", a, b, v, w)
		}
	})
	if a, b := answer(all[1], "ab", "c"), answer(all[1], "a", "bc"); a == b {
		t.Errorf("ab, c and a, bc are both %q", a)
	}
}

// No two types or profiles have a name in common, which stands before every
// value in the digest; and no name can be the beginning of another's input.
func TestNamesAreDistinct(t *testing.T) {
	seen := map[string]string{}
	for _, profile := range Profiles() {
		for _, s := range append(slices.Clone(texts), Spec{Type: Exact, Label: "email", Columns: []string{"a"}}, Spec{Type: SHA256Hex, Label: "email", Columns: []string{"a"}}) {
			name := normaliser(t, profile, s).Name()
			kind := profile + strings.TrimSuffix(strings.TrimSuffix(s.Type, "_hex"), "_base64") + s.Label
			if other, ok := seen[name]; ok && other != kind {
				t.Errorf("%s is the name of %s and of %s", name, kind, other)
			}
			if strings.ContainsRune(name, 0) || len(name) > 255 {
				t.Errorf("%q cannot stand in front", name)
			}
			seen[name] = kind
		}
	}
}

func TestReasonsHaveWords(t *testing.T) {
	seen := map[string]bool{}
	for r := range reasons {
		if w := r.String(); w == "" || seen[w] {
			t.Errorf("reason %d: %q", r, w)
		} else {
			seen[w] = true
		}
	}
}

func BenchmarkText(b *testing.B) {
	for _, c := range []struct {
		name  string
		spec  Spec
		cells []string
	}{
		{"exact", texts[4], []string{"FF-00012345678"}},
		{"name_postcode", texts[0], []string{"Mary-Ann", "O'Brien Smith", "SW1A 1AA"}},
		{"name_postcode foreign", texts[0], []string{"Ren\u00e9e", "Stra\u00dfe", "80331"}},
		{"name_dob", texts[1], []string{"Jane", "Doe", "31/12/1999"}},
		{"sha256_hex", texts[8], []string{"b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			n := normaliser(b, "ca-drop-1", c.spec)
			cells, out := row(c.cells), []byte(nil)
			for b.Loop() {
				out, _ = n.Append(out[:0], cells...)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
