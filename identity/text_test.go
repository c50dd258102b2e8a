package identity

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// texts are the types that are made of text, with as few columns as they can have.
var texts = []Spec{
	{Type: NamePostcode, Columns: []string{"a", "b", "c"}},
	{Type: NameDOB, Columns: []string{"a", "b", "c"}},
	{Type: Address, Columns: []string{"a"}},
	{Type: Household, Columns: []string{"a", "b"}},
	{Type: Exact, Label: "x", Columns: []string{"a"}},
	{Type: Exact, Label: "x", Columns: []string{"a", "b"}},
	{Type: Email, Columns: []string{"a"}},
	{Type: Phone, Region: "DE", Columns: []string{"a"}},
	{Type: SHA256Hex, Label: "x", Columns: []string{"a"}},
	{Type: SHA256Base64, Label: "x", Columns: []string{"a"}},
}

// cut takes an identifier apart into its parts.
func cut(t testing.TB, n *Normaliser, value []byte) (parts []string) {
	t.Helper()
	if n.Parts() == 1 {
		return []string{string(value)}
	}
	for len(value) > 0 {
		size := int(value[0])<<8 | int(value[1])
		parts = append(parts, string(value[2:2+size]))
		value = value[2+size:]
	}
	if len(parts) != n.Parts() {
		t.Fatalf("%s: %d parts, want %d", n.Name(), len(parts), n.Parts())
	}
	return parts
}

// written is the canonical parts of a row, joined for people.
func written(t testing.TB, n *Normaliser, cells ...string) string {
	t.Helper()
	value := answer(n, cells...)
	if strings.HasPrefix(value, "(") {
		return value
	}
	return strings.Join(cut(t, n, []byte(value)), "|")
}

func TestNames(t *testing.T) {
	for _, c := range []struct {
		first, last, postcode string
		want                  map[string]string
	}{
		{"Jane", "Doe", "80331", everywhere("jane|doe|80331")},
		{" Jane\t", "\u00a0DOE\r\n", "\ufeff80331", everywhere("jane|doe|80331")},
		{"Mary-Ann  Lou", "O'Brien Smith", "SW1A 1AA", map[string]string{
			"uid2-1": "maryann lou|obrien smith|sw1a1aa", "pair-1": "maryann lou|obrien smith|sw1a1aa", "ca-drop-1": "maryann lou|obrien smith|sw1a1aa",
			"google-cm-1": "mary-annlou|obriensmith|sw1a1aa", "plain-1": "mary-ann  lou|o'brien smith|sw1a 1aa"}},
		{"REN\u00c9E", "STRA\u00dfE", "D-80331", map[string]string{
			"uid2-1": "ren\u00e9e|strasse|d80331", "ca-drop-1": "renee|strasse|d80331",
			"google-cm-1": "ren\u00e9e|stra\u00dfe|d80331", "plain-1": "ren\u00e9e|strasse|d-80331"}},
		{"Rene\u0301e", "\u0130pek", "1", map[string]string{"uid2-1": "ren\u00e9e|i\u0307pek|1", "ca-drop-1": "renee|ipek|1", "google-cm-1": "ren\u00e9e|ipek|1"}},
		{"\u0141ukasz", "S\u00f8rensen \u00c6gir", "1", map[string]string{"uid2-1": "\u0142ukasz|s\u00f8rensen \u00e6gir|1", "ca-drop-1": "lukasz|sorensen aegir|1"}},
		{"Jane\u2019s", "Do\u200be", "1", map[string]string{"uid2-1": "janes|doe|1", "google-cm-1": "jane\u2019s|doe|1", "plain-1": "jane\u2019s|do\u200be|1"}},
		{"Ja\u200bne", "Do\u00ade", "1", map[string]string{"google-cm-1": "jane|doe|1"}},
		{"\uff2a\uff41ne", "\ufb01nn", "\uff11", map[string]string{"uid2-1": "jane|finn|1", "ca-drop-1": "jane|finn|1", "plain-1": "jane|finn|1"}},
		{"Andr\u00e9\nMaria", "de\tla Cruz", "1", map[string]string{"uid2-1": "andr\u00e9 maria|de la cruz|1", "google-cm-1": "andr\u00e9maria|delacruz|1", "plain-1": "(not-text)"}},
		{"\u0915\u093f\u0930\u0923", "\u0418\u0439", "1", everywhere("\u0915\u093f\u0930\u0923|\u0438\u0439|1")},
		{"\u5c0f\u96e8", "\u9648", "1", everywhere("\u5c0f\u96e8|\u9648|1")},
		{"e-\u0301", "x", "1", map[string]string{"uid2-1": "\u00e9|x|1", "ca-drop-1": "e|x|1"}},

		{"", "Doe", "1", everywhere("(empty)")},
		{"Jane", " \u00a0", "1", everywhere("(empty)")},
		{"Jane", "Doe", "", everywhere("(empty)")},
		{"-", "Doe", "1", map[string]string{"uid2-1": "(empty)", "google-cm-1": "-|doe|1", "plain-1": "-|doe|1"}},
		{"Jane", "--", "1", map[string]string{"google-cm-1": "(empty)"}},
		{"Ja\x00ne", "Doe", "1", everywhere("(not-text)")},
		{"Jane", "D\xf6e", "1", everywhere("(not-text)")},
		{"Jane", "D\u0085e", "1", everywhere("(not-text)")},
		{"Jane", "D\ufffde", "1", everywhere("(not-text)")},
		{"Jane", strings.Repeat("x", 1<<20), "1", everywhere("(too-long)")},
		{"Jane", strings.Repeat("\ufdfa", 300), "1", map[string]string{"uid2-1": "(too-long)", "plain-1": "(too-long)"}},
	} {
		for profile, want := range c.want {
			if got := written(t, normaliser(t, profile, texts[0]), c.first, c.last, c.postcode); got != want {
				t.Errorf("%s, %.20q %.20q %.20q: %.60q, want %q", profile, c.first, c.last, c.postcode, got, want)
			}
		}
	}
}

func TestDates(t *testing.T) {
	for cell, want := range map[string]string{
		"1999-12-31": "1999-12-31", "19991231": "1999-12-31", "1999/12/31": "1999-12-31", " 1999-12-31\n": "1999-12-31",
		"31.12.1999": "1999-12-31", "2.1.1999": "1999-01-02", "02.01.1999": "1999-01-02",
		"31/12/1999": "1999-12-31", "12/31/1999": "1999-12-31", "31-12-1999": "1999-12-31", "2/2/1999": "1999-02-02", "13/1/1999": "1999-01-13",
		"\uff11999-12-31": "1999-12-31", "2000-02-29": "2000-02-29",

		"01/02/1999": "(not-a-date)", "12/11/1999": "(not-a-date)", "13/13/1999": "(not-a-date)", "0/0/1999": "(not-a-date)",
		"1999-02-29": "(not-a-date)", "19990230": "(not-a-date)", "1999-00-10": "(not-a-date)", "1999-13-01": "(not-a-date)", "1999-01-00": "(not-a-date)",
		"0000-00-00": "(not-a-date)", "0000-01-01": "(not-a-date)", "31.12.99": "(not-a-date)", "1999-1-2": "(not-a-date)", "1999.12.31": "(not-a-date)",
		"0002.1.1999": "(not-a-date)", "1999-12/31": "(not-a-date)", "1999-12-31-": "(not-a-date)", "--": "(not-a-date)", "1999": "(not-a-date)",
		"+999-12-31": "(not-a-date)", "1999-12-3x": "(not-a-date)", "31 Dec 1999": "(not-a-date)", "99999999": "(not-a-date)", "-": "(not-a-date)",
		"": "(empty)", "19\x0099": "(not-text)", "\xff": "(not-text)",
	} {
		for _, profile := range Profiles() {
			n := normaliser(t, profile, texts[1])
			if got := strings.TrimPrefix(written(t, n, "a", "b", cell), "a|b|"); got != want {
				t.Errorf("%s, %q: %q, want %q", profile, cell, got, want)
			}
		}
	}
}

func TestAddresses(t *testing.T) {
	address := Spec{Type: Address, Columns: []string{"street", "town"}}
	household := Spec{Type: Household, Columns: []string{"last", "street", "town"}}
	for profile, want := range map[string]string{
		"uid2-1": "12 main st\u00e4tte|new york", "google-cm-1": "12 main st\u00e4tte|new york", "ca-drop-1": "12 main statte|new york",
		"plain-1": "12, main st\u00e4tte|new   york",
	} {
		if got := written(t, normaliser(t, profile, address), "12, Main ST\u00c4TTE ", " New   York"); got != want {
			t.Errorf("%s: address %q, want %q", profile, got, want)
		}
		last := map[string]string{"uid2-1": "o brien", "google-cm-1": "obrien", "ca-drop-1": "o brien", "plain-1": "o brien"}[profile]
		if got := written(t, normaliser(t, profile, household), "O Brien", "12, Main ST\u00c4TTE ", " New   York"); got != last+"|"+want {
			t.Errorf("%s: household %q, want %q", profile, got, last+"|"+want)
		}
	}
}

func TestExact(t *testing.T) {
	for cell, want := range map[string]string{
		" FF-0012 a ": "ff-0012 a", "stra\u00dfe": "strasse", "\u00c5": "\u00e5", "A\u030a": "\u00e5", "\uff21": "a", "\u03a3\u03c2": "\u03c3\u03c3",
		"a\u200bb": "a\u200bb", "a  b": "a  b", "a\u00a0b": "a b", "\u00b4": "\u0301", "a.": "a.",
		"": "(empty)", "\u00a0\u200b": "(empty)", "\x00": "(empty)", "a\x00b": "(not-text)", "a\nb": "(not-text)", "a\x7fb": "(not-text)",
		"a\u0085b": "(not-text)", "a\ufffdb": "(not-text)", "\xff": "(not-text)", strings.Repeat("a", 1025): "(too-long)",
	} {
		for _, profile := range Profiles() {
			if got := answer(normaliser(t, profile, texts[4]), cell); got != want {
				t.Errorf("%s, %.20q: %.20q, want %.20q", profile, cell, got, want)
			}
		}
	}
	if got := answer(normaliser(t, "uid2-1", texts[5]), " A", "Bc "); got != "\x00\x01a\x00\x02bc" {
		t.Errorf("two columns: %q", got)
	}
}

func TestHashes(t *testing.T) {
	const text = "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"
	sum, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.StdEncoding.EncodeToString(sum)
	for _, c := range []struct{ kind, cell, want string }{
		{SHA256Hex, text, string(sum)}, {SHA256Hex, " " + strings.ToUpper(text) + "\n", string(sum)}, {SHA256Base64, b64, string(sum)},
		{SHA256Hex, "", "(empty)"}, {SHA256Base64, " ", "(empty)"}, {SHA256Hex, b64, "(not-a-hash)"}, {SHA256Base64, text, "(not-a-hash)"},
		{SHA256Hex, text[2:], "(not-a-hash)"}, {SHA256Hex, text + "00", "(not-a-hash)"}, {SHA256Hex, text[:63] + "g", "(not-a-hash)"},
		{SHA256Hex, text[:63] + "\xff", "(not-a-hash)"}, {SHA256Base64, b64[:43], "(not-a-hash)"}, {SHA256Base64, b64[:42] + "==", "(not-a-hash)"},
		{SHA256Base64, strings.Repeat("A", 44), "(not-a-hash)"}, {SHA256Base64, b64[:42] + "R=", "(not-a-hash)"},
		{SHA256Base64, b64[:20] + "\n" + b64[21:], "(not-a-hash)"}, {SHA256Base64, strings.Replace(b64, "/", "_", 1), "(not-a-hash)"},
		{SHA256Hex, strings.Repeat("a", 1<<20), "(too-long)"},
	} {
		for _, profile := range Profiles() {
			if got := answer(normaliser(t, profile, Spec{Type: c.kind, Label: "email", Columns: []string{"a"}}), c.cell); got != c.want {
				t.Errorf("%s, %s, %.20q: %q, want %q", profile, c.kind, c.cell, got, c.want)
			}
		}
	}
}

// The short way for ASCII and the long way for all text are one function.
func TestASCIIIsNoShortCut(t *testing.T) {
	styles := []style{wordsFolded, wordsASCII, joinedFolded, joinedASCII, joinedLower, unspaced}
	cell := rapid.StringOfN(rapid.RuneFrom([]rune("aZ09 \t\n\r-.,'\"_/&()")), 0, 20, -1)
	rapid.Check(t, func(t *rapid.T) {
		text := trim([]byte(cell.Draw(t, "cell")))
		for i, s := range styles {
			short, ok := s.appendASCII(nil, text)
			if long := s.fold(s.words(nil, s.fold(unbroken(text)))); !ok || !bytes.Equal(short, long) {
				t.Fatalf("style %d, %q: %q by the short way, %q by the long", i, text, short, long)
			}
		}
	})
}

// No character comes out otherwise when it is read again, between letters,
// marks and gaps: of those that Unicode takes apart or puts together.
func TestEveryOddCharacter(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]style{"words": wordsFolded, "ascii": wordsASCII, "joined": joinedLower, "unspaced": unspaced, "as it stands": asItStands} {
		for _, r := range oddRunes() {
			for _, cell := range []string{string(r), "a" + string(r) + "\u0301", "-" + string(r) + " " + string(r), "\u03b1-" + string(r) + "\u0345b"} {
				value, reason := s.part().append(nil, []byte(cell))
				if reason != Usable {
					continue
				}
				if again, reason := s.part().append(nil, value); !bytes.Equal(again, value) {
					t.Errorf("%s: %+q gives %+q, and read again %+q (%v)", name, cell, value, again, reason)
				}
			}
		}
	}
}

// oddRunes is all marks and blanks, and every eleventh of the other characters
// that are more than themselves; of the syllables of Hangul, all alike, one.
func oddRunes() (all []rune) {
	for r := rune(' '); r < 0x30000; r++ {
		if r > 0xac00 && r <= 0xdfff {
			continue // the other syllables, and surrogates
		}
		s := string(r)
		odd := r%11 == 0 && (norm.NFKD.String(s) != s || string(foldCase([]byte(s))) != s || string(lowerCase([]byte(s))) != s)
		if odd || unicode.IsMark(r) || blank(r) {
			all = append(all, r)
		}
	}
	return all
}

// seeds are cells with all the dirt there is.
var seeds = []string{"", "Jane", " Ren\u00e9e-Anne ", "O'Brien", "Stra\u00dfe", "\u0130", "e-\u0301", "\u00b4a", "a\u0345", "\u1100-\u1161", "\u01f0", "\u1fb3",
	"\u0390", "\ufdfa", "\u212a", "\ufb01", "a\x00b", "\xff", "a\ufffd", "\u200b\ufeff", "\u0915\u093f", "31/12/1999", "19991231", "80331", "SW1A 1AA",
	"j@x.de", "0171 3920000", "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514", "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="}

func FuzzText(f *testing.F) {
	for i, a := range seeds {
		for p := range profiles {
			f.Add(uint8(p), uint8(i), a, seeds[(i+1)%len(seeds)])
		}
	}
	f.Fuzz(func(t *testing.T, profile, kind uint8, a, b string) {
		name, spec := Profiles()[int(profile)%len(profiles)], texts[int(kind)%len(texts)]
		n := normaliser(t, name, spec)
		cells := []string{a, b, "19991231"}[:n.Parts()]
		value, reason := n.Append(nil, row(cells)...)
		if reason != Usable {
			if len(value) > 0 {
				t.Errorf("%s: %q is refused, and yet %q", n.Name(), cells, value)
			}
			return
		}
		if slices.Contains([]string{SHA256Hex, SHA256Base64, Phone}, spec.Type) {
			return // read again by TestHashes and FuzzPhone, in ways of their own
		}
		parts := cut(t, n, value)
		for _, p := range parts {
			if p == "" || len(p) > maxValue || !utf8.ValidString(p) {
				t.Errorf("%s: %q gives a part %q", n.Name(), cells, p)
			}
		}
		if again, reason := n.Append(nil, row(parts)...); string(again) != string(value) {
			t.Errorf("%s: %q gives %q, and read again %q (%v)", n.Name(), cells, value, again, reason)
		}
	})
}
