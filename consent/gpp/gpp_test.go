package gpp

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// a writer writes bits as text of 0 and 1, the plain way.
type writer struct{ strings.Builder }

func (w *writer) uint(v, n int) *writer {
	fmt.Fprintf(w, "%0*b", n, v)
	return w
}

func (w *writer) fibonacci(n int) *writer {
	f := []int{1, 2}
	for f[len(f)-1] <= n {
		f = append(f, f[len(f)-1]+f[len(f)-2])
	}
	out := ""
	for i := len(f) - 1; i >= 0; i-- {
		switch {
		case f[i] <= n:
			out, n = "1"+out, n-f[i]
		case out != "":
			out = "0" + out
		}
	}
	w.WriteString(out + "1")
	return w
}

// text is the bits in base64url, with zeros at the end.
func (w *writer) text() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	bits, out := w.String(), ""
	bits += strings.Repeat("0", (6-len(bits)%6)%6)
	for ; bits != ""; bits = bits[6:] {
		v := 0
		for _, c := range bits[:6] {
			v = v<<1 | int(c-'0')
		}
		out += alphabet[v : v+1]
	}
	return out
}

// header lists sections, each singly.
func header(ids ...int) string {
	w := new(writer).uint(3, 6).uint(1, 6).uint(len(ids), 12)
	last := 0
	for _, id := range ids {
		w.uint(0, 1).fibonacci(id - last)
		last = id
	}
	return w.text()
}

// body writes a section of a table's version, each field by the name of it.
func body(t *table, version int, value func(f field) int, sub string) string {
	w, out := new(writer), ""
	if t.form == headered {
		h := new(writer).uint(t.id, 6).uint(version, 6)
		if sub == "" {
			h.uint(0, 12)
		} else {
			h.uint(1, 12).uint(0, 1).fibonacci(1)
		}
		out = h.text() + "."
	}
	for _, f := range readFields(t.versions[min(version, len(t.versions))-1]) {
		for range f.n {
			if f.name == "Version" {
				w.uint(version, f.bits)
				continue
			}
			w.uint(value(f), f.bits)
		}
	}
	if out += w.text(); sub != "" {
		out += "." + sub
	}
	return out
}

// bitsOf are the lengths of the cores as the specifications add up, apart from
// the table: version 1, and 2 of the national section.
var bitsOf = map[int][]int{7: {60, 70}, 8: {46}, 9: {40}, 10: {38}, 11: {42}, 12: {44}, 13: {46}, 14: {46}, 15: {52}, 16: {42}, 17: {52},
	18: {42}, 19: {42}, 20: {46}, 21: {54}, 22: {42}, 23: {42}, 24: {22}, 25: {24}, 26: {24}, 27: {24}}

func TestTables(t *testing.T) {
	for i, tab := range tables {
		if tab.id != i+1 || tab.name == "" || tab.page == "" {
			t.Errorf("row %d: %+v", i, tab)
		}
		if (tab.form == opaque) != (len(tab.versions) == 0) {
			t.Errorf("%s: %d versions", tab.name, len(tab.versions))
		}
		for v, l := range layouts[i].core {
			if l.bits != bitsOf[tab.id][v] || l.sale == absent || l.targeted == absent && tab.id != 8 || (l.sharing != absent) != (tab.id == 7 || tab.id == 8) {
				t.Errorf("%s, version %d: %+v, want %d bits", tab.name, v+1, l, bitsOf[tab.id][v])
			}
		}
		if (layouts[i].sub.gpc != absent) != (tab.sub == gpc) {
			t.Errorf("%s: the sub-section is %+v", tab.name, layouts[i].sub)
		}
	}
	if Place(0) != "" || Place(Last+1) != "" || Place(8) != "US-CA" || Place(3) != "" {
		t.Error("unknown sections have a place")
	}
}

// Every field that decides is read from its own place, in every section and
// version, with all others at every value.
func TestFields(t *testing.T) {
	type want = func(US) Choice
	deciding := map[string]want{
		"SaleOptOut":                func(u US) Choice { return u.Sale },
		"SharingOptOut":             func(u US) Choice { return u.Sharing },
		"TargetedAdvertisingOptOut": func(u US) Choice { return u.Targeted },
	}
	for i := range tables {
		tab := &tables[i]
		for v := range tab.versions {
			for name, read := range deciding {
				has := strings.Contains(tab.versions[v], " "+name+":")
				for value := range 4 {
					for others := range 4 {
						text := body(tab, v+1, func(f field) int {
							if f.name == name {
								return value
							}
							return others % (1 << f.bits)
						}, "")
						u, err := Section{tab.id, []byte(text)}.US()
						if err != nil || !u.Known || u.Version != v+1 || u.GPC {
							t.Fatalf("%s: %+v, %v", text, u, err)
						}
						if got := read(u); has && got != Choice(value) || !has && got != NotApplicable {
							t.Errorf("%s version %d, %s: %d, want %d", tab.name, v+1, name, got, value)
						}
					}
				}
			}
		}
	}
}

func zero(field) int { return 0 }

func TestVersions(t *testing.T) {
	for i := range tables {
		tab := &tables[i]
		if tab.form == opaque {
			if _, err := (Section{tab.id, []byte("BAAAAAAAAAA")}).US(); err != ErrUnknown {
				t.Errorf("%s is decoded: %v", tab.name, err)
			}
			continue
		}
		for _, version := range []int{0, len(tab.versions) + 1, 63} {
			text := body(tab, 1, zero, "")
			at := map[form]int{legacy: 0, headered: 1}[tab.form]
			text = text[:at] + new(writer).uint(version, 6).text() + text[at+1:]
			u, err := Section{tab.id, []byte(text)}.US()
			if u.Known || u.Version != version || err != nil && version != len(tab.versions)+1 {
				t.Errorf("%s, version %d: %+v, %v", tab.name, version, u, err)
			}
		}
	}
	if _, err := (Section{Last + 1, []byte("BAAAAAAAAAA")}).US(); err != ErrUnknown {
		t.Errorf("section %d: %v", Last+1, err)
	}
}

func TestSubSections(t *testing.T) {
	yes, no := new(writer).uint(1, 2).uint(1, 1).text(), new(writer).uint(1, 2).uint(0, 1).text()
	for i := range tables {
		tab := &tables[i]
		if tab.form == opaque {
			continue
		}
		good := map[string]bool{yes: true, no: false}
		if tab.sub == "" {
			good = nil
		}
		if tab.sub == sensitive8 {
			good = map[string]bool{"AAA": false, "kkg": false, "AAAA": false}
		}
		for sub, gpc := range good {
			if u, err := (Section{tab.id, []byte(body(tab, 1, zero, sub))}).US(); err != nil || u.GPC != gpc || u.OptedOut() != gpc {
				t.Errorf("%s, sub-section %s: %+v, %v", tab.name, sub, u, err)
			}
		}
		for _, sub := range []string{"A", "g", "4", "YA.QA", "YB", "Y=", "~", "YAAAAAAB", ".YA", "_"} {
			if u, err := (Section{tab.id, []byte(body(tab, 1, zero, sub))}).US(); err != ErrMalformed {
				t.Errorf("%s, sub-section %s: %+v, %v", tab.name, sub, u, err)
			}
		}
		if tab.form == headered { // what the header lists is there, and nothing else
			unlisted, listed := body(tab, 1, zero, "")+"."+no, body(tab, 1, zero, no)
			another := new(writer).uint(tab.id, 6).uint(1, 6).uint(1, 12).uint(0, 1).fibonacci(2).text() + listed[strings.IndexByte(listed, '.'):]
			elsewhere := new(writer).uint(tab.id-1, 6).text() + listed[1:]
			for _, text := range []string{unlisted, listed[:strings.LastIndexByte(listed, '.')], another, another[:strings.LastIndexByte(another, '.')], elsewhere} {
				if u, err := (Section{tab.id, []byte(text)}).US(); err != ErrMalformed {
					t.Errorf("%s: %s is %+v, %v", tab.name, text, u, err)
				}
			}
		}
		if _, err := (Section{tab.id, []byte(body(tab, 1, zero, "") + ".")}).US(); err != ErrMalformed {
			t.Errorf("%s: an empty sub-section is %v", tab.name, err)
		}
	}
}

// A section cut short anywhere, or with anything behind it, does not decode.
func TestCut(t *testing.T) {
	for i := range tables {
		tab := &tables[i]
		for v := range tab.versions {
			whole := body(tab, v+1, zero, "")
			for n := range len(whole) {
				if n > 0 && (v == 1 || len(whole) == n+1 && bitsOf[tab.id][v]%6 == 0) {
					continue // a cut of the second version may be a whole first one
				}
				if u, err := (Section{tab.id, []byte(whole[:n])}).US(); err != ErrMalformed {
					t.Errorf("%s: %q of %q is %+v, %v", tab.name, whole[:n], whole, u, err)
				}
			}
			for tail, want := range map[string]error{"A": nil, "AAAAAA": nil, "B": ErrMalformed, "AAAAAg": ErrMalformed, "=": ErrMalformed, " ": ErrMalformed} {
				if _, err := (Section{tab.id, []byte(whole + tail)}).US(); err != want {
					t.Errorf("%s: %s with %q behind is %v", tab.name, whole, tail, err)
				}
			}
		}
	}
}

func TestHeaders(t *testing.T) {
	for text, want := range map[string][]int{ // the specification's examples, then others
		"DBABM~x": {2}, "DBABMA~x": {2}, "DBACNY~x~y": {2, 6}, "DBABjw~x~y": {5, 6}, "DBAA": nil,
		header(27) + "~": {27}, header(1, 2, 40) + "~~~": {1, 2, 40}, header(65535) + "~x": {65535},
	} {
		s, err := Parse([]byte(text))
		var got []int
		for i := range s.Len() {
			got = append(got, s.Section(i).ID)
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
	}
	group := new(writer).uint(3, 6).uint(1, 6).uint(2, 12).uint(0, 1).fibonacci(3).uint(1, 1).fibonacci(2).fibonacci(3).text()
	if s, err := Parse([]byte(group + "~a~b~c~d~e")); err != nil || s.Len() != 5 || s.Section(4).ID != 8 || string(s.Section(4).Body) != "e" {
		t.Errorf("the range of the specification's example: %+v, %v", s, err)
	}
	huge := new(writer).uint(3, 6).uint(1, 6).uint(4095, 12)
	for range 4095 {
		huge.uint(1, 1).fibonacci(65535).fibonacci(65535)
	}
	for text, want := range map[string]error{
		"": ErrHeader, "~": ErrHeader, "D": ErrVersion, "C": ErrHeader, "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA": ErrHeader,
		"DA": ErrVersion, "DCABMA~x": ErrVersion, "DB": ErrHeader, "DBAB": ErrHeader, "DBABA": ErrHeader, "DB=BMA~x": ErrHeader, "DBABMAB~x": ErrHeader,
		"DBABM": ErrSections, "DBABMA~x~y": ErrSections, "DBACNY~x": ErrSections, "DBAA~": ErrSections, "DBGBM~x": ErrHeader,
		huge.text(): ErrUnknown, strings.Repeat("D", maxLength+1): ErrTooLong,
	} {
		if s, err := Parse([]byte(text)); !errors.Is(err, want) || s.Len() != 0 {
			t.Errorf("%.40s: %v, want %v", text, err, want)
		}
	}
}

func TestUSPrivacy(t *testing.T) {
	for text, want := range map[string]Choice{"1YYN": OptedOut, "1-Y-": OptedOut, "1NYY": OptedOut, "1YNN": NotOptedOut, "1NNN": NotOptedOut, "1---": NotApplicable, "1YN-": NotOptedOut} {
		if got, err := USPrivacy([]byte(text)); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]error{"": ErrMalformed, "1": ErrMalformed, "1YN": ErrMalformed, "1YNNN": ErrMalformed, "1ynn": ErrMalformed, "1Y?N": ErrMalformed,
		"2YNN": ErrVersion, "YYNN": ErrVersion, "1Y1N": ErrMalformed, "1YNY\x00": ErrMalformed} {
		if got, err := USPrivacy([]byte(text)); got != NotApplicable || err != want {
			t.Errorf("%q: %v, %v, want %v", text, got, err, want)
		}
	}
}

// random makes a well-formed string of some sections of the United States.
func random(rnd *rand.Rand) string {
	var ids []int
	for id := 7; id <= Last; id++ {
		if rnd.IntN(12) == 0 {
			ids = append(ids, id)
		}
	}
	text := header(ids...)
	for _, id := range ids {
		tab, sub := tableOf(id), ""
		if tab.sub == gpc && rnd.IntN(2) == 0 {
			sub = new(writer).uint(1, 2).uint(rnd.IntN(2), 1).text()
		}
		text += "~" + body(tab, 1+rnd.IntN(len(tab.versions)), func(f field) int { return rnd.IntN(min(3, 1<<f.bits)) }, sub)
	}
	return text
}

func TestRandom(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		text := random(rnd)
		s, err := Parse([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		for i := range s.Len() {
			if u, err := s.Section(i).US(); err != nil || !u.Known || !u.Defined() {
				t.Errorf("%s, section %d: %+v, %v", text, s.Section(i).ID, u, err)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		f.Add([]byte(random(rnd)))
	}
	for _, s := range []string{"", "DBABMA~CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA", "DBACNYA~x~1YNN", "DBABYA~test_minimum", "DBGBM~x", "DBABh4A~BlgWEYCY.QA~BSFgmiU"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text)
		if err != nil && s.Len() != 0 {
			t.Fatal("an error with sections")
		}
		parts := []string{}
		last := 0
		for i := range s.Len() {
			section := s.Section(i)
			if section.ID <= last {
				t.Fatalf("section %d after %d", section.ID, last)
			}
			last = section.ID
			parts = append(parts, "~"+string(section.Body))
			section.US()
			USPrivacy(section.Body)
		}
		if header, _, _ := strings.Cut(string(text), "~"); err == nil && header+strings.Join(parts, "") != string(text) {
			t.Fatalf("%q is not its parts", text)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	rnd := rand.New(rand.NewPCG(7, 8))
	texts := make([][]byte, 1<<14)
	for i := range texts {
		texts[i] = []byte(random(rnd))
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		s, err := Parse(texts[n%len(texts)])
		if err != nil {
			b.Fatal(err)
		}
		for i := range s.Len() {
			if _, err := s.Section(i).US(); err != nil {
				b.Fatal(err)
			}
		}
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "strings/s")
}
