package ledger

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestRFC8785 is the examples of RFC 8785 that need no floating point.
func TestRFC8785(t *testing.T) {
	for in, want := range map[string]string{
		// §3.2.2, without the numbers
		`{"string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`: `{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		// §3.2.3: by UTF-16 code units, so the emoji comes before U+FB33
		`{"\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
		  "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"}`: `{"\r":"Carriage Return","1":"One","` + "\u0080" + `":"Control","ö":"Latin Small Letter O With Diaeresis",` +
			`"€":"Euro Sign","😀":"Emoji: Grinning Face","` + "\ufb33" + `":"Hebrew Letter Dalet With Dagesh"}`,
	} {
		got, err := Canonical(json.RawMessage(in))
		if err != nil || string(got) != want {
			t.Errorf("%s instead of %s (%v)", got, want, err)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "null"}, {true, "true"}, {"", `""`}, {0, "0"}, {-1, "-1"}, {uint64(maxExact), "9007199254740991"}, {int64(-maxExact), "-9007199254740991"},
		{[]int{}, "[]"}, {[]any{1, "a", nil, []int{2}}, `[1,"a",null,[2]]`}, {map[string]int{}, "{}"},
		{map[string]any{"b": 1, "a": map[string]int{"z": 2, "y": 3}, "": 4}, `{"":4,"a":{"y":3,"z":2},"b":1}`},
		{"\b\t\n\f\r\"\\/\x00\x1f\x7f<>&\u2028", `"\b\t\n\f\r\"\\/\u0000\u001f` + "\x7f<>&\u2028" + `"`},
		{float64(2), "2"}, {"😀", `"😀"`},
	} {
		got, err := Canonical(c.v)
		if err != nil || string(got) != c.want {
			t.Errorf("%#v: %s (%v)", c.v, got, err)
		}
	}
}

func TestCanonicalRefuses(t *testing.T) {
	for name, v := range map[string]any{
		"a fraction":          1.5,
		"an exponent":         json.RawMessage("1e3"),
		"a fraction of zero":  json.RawMessage("1.0"),
		"minus zero":          json.RawMessage("-0"),
		"too large":           uint64(maxExact + 1),
		"too small":           int64(-maxExact - 1),
		"far too large":       json.RawMessage("123456789012345678901234567890"),
		"not UTF-8":           "caf\xe9",
		"not UTF-8, in a map": map[string]int{"\xff": 1},
		"half a surrogate":    json.RawMessage(`"\ud800"`),
		"U+FFFD":              "\ufffd",
		"a function":          func() {},
		"no JSON":             json.RawMessage(`{"a"}`),
		"two values":          json.RawMessage(`1 2`),
		"inside a list":       []any{1, 1.5},
		"inside an object":    map[string]any{"a": 1.5},
	} {
		if got, err := Canonical(v); !errors.Is(err, ErrCanonical) {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
	if _, err := transform([]byte("1 2")); !errors.Is(err, ErrCanonical) {
		t.Errorf("two values: %v", err)
	}
}

// A sample is what a control message may hold.
type sample struct {
	Count uint64            `json:"count"`
	Names []string          `json:"names"`
	Of    map[string]uint64 `json:"of"`
	Sub   *sample           `json:"sub"`
	Text  string            `json:"text"`
}

const wellSaid = `{"count":3,"names":["a","b"],"of":{"x":1,"y":2},"sub":{"count":0,"names":null,"of":null,"sub":null,"text":"é<"},"text":""}`

func TestDecode(t *testing.T) {
	var s sample
	if err := Decode([]byte(wellSaid), &s); err != nil {
		t.Fatal(err)
	}
	if s.Count != 3 || len(s.Names) != 2 || s.Of["y"] != 2 || s.Sub.Text != "é<" {
		t.Errorf("%+v", s)
	}
}

func TestDecodeRefuses(t *testing.T) {
	swap := func(old, new string) string {
		if !strings.Contains(wellSaid, old) {
			t.Fatalf("no %s", old)
		}
		return strings.Replace(wellSaid, old, new, 1)
	}
	for name, text := range map[string]string{
		"nothing":              "",
		"null":                 "null",
		"a list":               "[]",
		"a blank":              swap(`:3`, `: 3`),
		"a blank before":       " " + wellSaid,
		"a line's end":         wellSaid + "\n",
		"more":                 wellSaid + wellSaid,
		"cut off":              wellSaid[:len(wellSaid)-1],
		"another order":        swap(`"x":1,"y":2`, `"y":2,"x":1`),
		"another outer order":  swap(`"count":3,"names":["a","b"]`, `"names":["a","b"],"count":3`),
		"a name twice":         swap(`"count":3`, `"count":3,"count":3`),
		"a name twice, inside": swap(`"x":1`, `"x":1,"x":1`),
		"an unknown name":      swap(`"count":3`, `"c":1,"count":3`),
		"another case":         swap(`"count":3`, `"Count":3`),
		"a missing name":       swap(`,"text":""}`, `}`),
		"a fraction":           swap(`:3`, `:3.0`),
		"an exponent":          swap(`:3`, `:3e0`),
		"a leading zero":       swap(`:3`, `:03`),
		"a sign":               swap(`:3`, `:-0`),
		"a large number":       swap(`:3`, `:9007199254740992`),
		"a larger number":      swap(`:3`, `:18446744073709551616`),
		"an escape":            swap(`é`, `\u00e9`),
		"an escape of HTML":    swap(`<`, `\u003c`),
		"not UTF-8":            swap(`é`, "\xe9"),
		"half a surrogate":     swap(`é`, `\ud83d`),
		"U+FFFD":               swap(`é`, "\ufffd"),
		"a list for a text":    swap(`"é<"`, `["é<"]`),
		"a comment":            swap(`:3`, `:3/**/`),
		"deep":                 strings.Repeat("[", 100_000),
	} {
		var s sample
		if err := Decode([]byte(text), &s); !errors.Is(err, ErrCanonical) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzDecode wants what is accepted to be canonical by a second route as well,
// and to be written again byte for byte.
func FuzzDecode(f *testing.F) {
	f.Add([]byte(wellSaid))
	f.Add([]byte(`{"a":[1,null,true,"x"]}`))
	f.Add([]byte(`{"a":1,"a":2}`))
	f.Add([]byte(`"\ud83d\ude00"`))
	f.Add([]byte(`-9007199254740991`))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, v := range []any{new(any), new(sample), new(Receipt)} {
			if err := Decode(data, v); err != nil {
				if !errors.Is(err, ErrCanonical) {
					t.Error(err)
				}
				continue
			}
			written, err := Canonical(v)
			again, err2 := transform(data)
			if !bytes.Equal(written, data) || !bytes.Equal(again, data) || errors.Join(err, err2) != nil || !utf8.Valid(data) {
				t.Errorf("%T: %q is written as %q and %q", v, data, written, again)
			}
		}
	})
}
