package optout

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// lower is a canonical form for tests: trimmed, in lower case, not empty.
func lower(dst []byte, cells ...[]byte) ([]byte, bool) {
	for _, c := range cells {
		c = bytes.ToLower(bytes.TrimSpace(c))
		if len(c) == 0 || bytes.ContainsRune(c, '!') {
			return dst, false
		}
		dst = append(append(dst, c...), 0)
	}
	return dst, true
}

func sum(value string) [32]byte { return sha256.Sum256([]byte(value)) }

func TestPlain(t *testing.T) {
	l := New(10)
	if err := l.Plain(strings.NewReader("\ufeffJane@Example.com\r\n\n  \njoe@example.com\n!\njane@example.com"), 1, lower); err != nil {
		t.Fatal(err)
	}
	if err := l.Plain(strings.NewReader("ann@example.com\n"), 1, lower); err != nil {
		t.Fatal(err)
	}
	l.Seal()
	for value, want := range map[string]bool{"jane@example.com\x00": true, "joe@example.com\x00": true, "ann@example.com\x00": true, "jane@example.com": false, "": false, "!": false} {
		if l.Has([]byte(value)) != want {
			t.Errorf("%q: %v", value, !want)
		}
	}
	if l.Len() != 3 || l.Unusable() != 1 {
		t.Errorf("%d entries, %d unusable", l.Len(), l.Unusable())
	}
}

func TestParts(t *testing.T) {
	l := New(10)
	if err := l.Plain(strings.NewReader("Ann\tLee\nAnn\nAnn\tLee\t1\n\tLee\nAnn \t Roe"), 2, lower); err != nil {
		t.Fatal(err)
	}
	l.Seal()
	if !l.Has([]byte("ann\x00lee\x00")) || !l.Has([]byte("ann\x00roe\x00")) || l.Len() != 2 || l.Unusable() != 3 {
		t.Errorf("%d entries, %d unusable", l.Len(), l.Unusable())
	}
}

func TestDigests(t *testing.T) {
	a, b, c := sum("a"), sum("b"), sum("c")
	text := strings.Join([]string{"email_sha256", hex.EncodeToString(a[:]), strings.ToUpper(hex.EncodeToString(b[:])) + "\r", " " + base64.StdEncoding.EncodeToString(c[:]),
		hex.EncodeToString(a[:])[:63], hex.EncodeToString(a[:])[:63] + "x", base64.StdEncoding.EncodeToString(c[:])[:43] + "!"}, "\n")
	l := New(10)
	if err := l.Digests(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	l.Seal()
	if !l.Has([]byte("a")) || !l.Has([]byte("b")) || !l.Has([]byte("c")) || l.Has([]byte("d")) || l.Len() != 3 || l.Unusable() != 4 {
		t.Errorf("%d entries, %d unusable", l.Len(), l.Unusable())
	}
}

func TestLimits(t *testing.T) {
	l := New(2)
	if err := l.Plain(strings.NewReader("a\nb\nc\n"), 1, lower); !errors.Is(err, ErrTooMany) || !strings.Contains(err.Error(), "line 3") {
		t.Error(err)
	}
	if err := New(9).Plain(strings.NewReader("a\n"+strings.Repeat("b", longestLine+1)), 1, lower); err == nil || strings.Contains(err.Error(), "bb") {
		t.Error(err)
	}
	fault := errors.New("the disk is gone")
	if err := New(9).Plain(io.MultiReader(strings.NewReader("a\n"), failing{fault}), 1, lower); !errors.Is(err, fault) {
		t.Error(err)
	}
	empty := New(9)
	if empty.Has([]byte("a")) {
		t.Error("a list that was never sealed holds something")
	}
	if empty.Seal(); empty.Has([]byte("a")) || empty.Len() != 0 {
		t.Error("an empty list holds something")
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// The table finds what a map does, at every size around its steps.
func TestAgainstMap(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, 5000} {
		in, text := map[string]bool{}, &strings.Builder{}
		for range n {
			value := fmt.Sprint("person", rnd.IntN(2*n))
			in[value+"\x00"] = true
			fmt.Fprintln(text, value)
		}
		l := New(n)
		if err := l.Plain(strings.NewReader(text.String()), 1, lower); err != nil {
			t.Fatal(err)
		}
		if l.Seal(); l.Len() != len(in) {
			t.Errorf("%d entries, want %d", l.Len(), len(in))
		}
		for i := range 2 * n {
			if value := fmt.Sprint("person", i, "\x00"); l.Has([]byte(value)) != in[value] {
				t.Fatalf("of %d, %q: %v", n, value, !in[value])
			}
		}
	}
}

// A head is where keys of the same first bits stand, also where there are none.
func TestHeads(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{1, 5, 8, 100, 3000} {
		highs := make([]uint64, n)
		for i := range highs {
			highs[i] = rnd.Uint64() >> rnd.IntN(30) // crowded at the low end
		}
		slices.Sort(highs)
		h := newHeads(n, func(i int) uint64 { return highs[i] })
		for range 2000 {
			high := rnd.Uint64() >> rnd.IntN(30)
			from, to := h.around(high)
			if from > to || to > n {
				t.Fatalf("%d to %d of %d", from, to, n)
			}
			for i, k := range highs {
				if inside := from <= i && i < to; inside != (k>>h.shift == high>>h.shift) {
					t.Fatalf("of %d, key %d: inside %v", n, i, inside)
				}
			}
		}
	}
}

func id(n int) string { return fmt.Sprintf("Ab3%09d", n) }

func hash(value string) string {
	s := sum(value)
	return base64.StdEncoding.EncodeToString(s[:])
}

func TestDrop(t *testing.T) {
	d := NewDrop(100)
	for name, text := range map[string]string{
		"lists/20260801_1234_Email.csv":   "\"ID\",\"Hash\"\r\n\"" + id(1) + "\",\"" + hash("a@x") + "\"" + "" + "\r\n" + id(2) + "," + hash("b@x") + "\r\n" + id(3) + "," + hash("a@x") + "\r\n",
		"20260910_1234_Email_2.csv":       "\ufeffId,hash\n" + id(4) + "," + hash("c@x") + "\n" + id(5) + "," + hash("gone@x") + "\n" + id(6) + "," + hash("nobody@x") + "\n" + id(2) + "," + hash("b@x") + "\n",
		"20260910_1234_Removed.csv":       "ID,Hash,ListType\n" + id(5) + "," + hash("gone@x") + ",Email\n" + id(99) + "," + hash("x") + ",Email\n",
		"20260910_1234_Phone_nothing.csv": "ID,Hash\n",
	} {
		if err := d.Read(strings.NewReader(text), name); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	d.Seal()
	if d.Len() != 5 {
		t.Errorf("%d requests, want 5", d.Len())
	}
	for _, value := range []string{"a@x", "b@x", "b@x", "c@x", "d@x", "gone@x"} {
		if want := value != "d@x" && value != "gone@x"; d.Match([]byte(value)) != want {
			t.Errorf("%s: %v", value, !want)
		}
	}
	for one, want := range map[Status]map[int]byte{
		Deleted:  {1: '3', 3: '3', 2: '4', 4: '3', 6: '5'},
		Exempted: {1: '2', 3: '2', 2: '2', 4: '2', 6: '5'},
		OptedOut: {1: '4', 3: '4', 2: '4', 4: '4', 6: '5'},
	} {
		var out bytes.Buffer
		if err := d.WriteStatus(&out, one); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
		if len(lines) != 6 || lines[0] != "Id,Status" {
			t.Errorf("%q", lines)
		}
		for n, status := range want {
			if !strings.Contains(out.String(), id(n)+","+string(status)+"\n") {
				t.Errorf("%s is not %c:\n%s", id(n), status, out.String())
			}
		}
	}
	for _, wrong := range []Status{0, 1, NotFound, 6} {
		if d.WriteStatus(io.Discard, wrong) == nil {
			t.Errorf("a request that was found has status %d", wrong)
		}
	}
}

func TestStale(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n) }
	with := func(names ...string) *Drop {
		d := NewDrop(9)
		for _, name := range names {
			if err := d.Read(strings.NewReader("ID,Hash\n"), name); err != nil {
				t.Fatal(err)
			}
		}
		return d
	}
	const name = "/var/20260801_1_Email.csv"
	for _, c := range []struct {
		d    *Drop
		now  time.Time
		want bool
	}{
		{with(name), day(0), false}, {with(name), day(45), false}, {with(name), day(45).Add(time.Second), true}, {with(name), day(-1), true},
		{with(name, "20260901_1_Email.csv"), day(76), false}, {with(name, "20260901_1_Email.csv"), day(77), true},
		{with("20260901_1_Email.csv", name), day(76), false}, {with("Email.csv"), day(0), true}, {with(name, "Email.csv"), day(0), true}, {with("20260801.csv"), day(0), true}, {with("20261301_1_Email.csv"), day(0), true}, {with(), day(0), true},
	} {
		if got := c.d.Stale(c.now); got != c.want {
			t.Errorf("newest %v at %v: %v", c.d.Newest(), c.now, got)
		}
	}
}

func TestDropRefuses(t *testing.T) {
	good := id(1) + "," + hash("a") + "\n"
	for text, line := range map[string]string{
		"":                                     "heading",
		"Hash,ID\n" + good:                     "columns",
		good:                                   "columns",
		"ID,Hash\n" + good + "x\n":             "line 3",
		"ID,Hash\n" + good + "x,y,z\n":         "line 3",
		"ID,Hash\nshort," + hash("a"):          "line 2",
		"ID,Hash\n" + id(1) + "1," + hash("a"): "line 2",
		"ID,Hash\nAb3-00000001," + hash("a"):   "line 2",
		"ID,Hash\n" + id(1) + ",abc":           "line 2",
		"ID,Hash\n" + id(1) + ",\"abc":         "line 2",
		"ID,Hash,ListType\nshort,x,Email\n":    "line 2",
	} {
		err := NewDrop(9).Read(strings.NewReader(text), "20260801_1_Email.csv")
		if !errors.Is(err, ErrFormat) && !errors.Is(err, bufio.ErrTooLong) || !strings.Contains(err.Error(), line) || strings.Contains(err.Error(), "abc") || strings.Contains(err.Error(), "short") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if err := NewDrop(1).Read(strings.NewReader("ID,Hash\n"+good+good), "x"); !errors.Is(err, ErrTooMany) {
		t.Error(err)
	}
	fault := errors.New("the disk is gone")
	if err := NewDrop(9).Read(io.MultiReader(strings.NewReader("ID,Hash\n"+good), failing{fault}), "x"); !errors.Is(err, fault) {
		t.Error(err)
	}
}

// The answers for phones are those that guides to DROP publish.
func TestDropForms(t *testing.T) {
	for cell, want := range map[string]string{" Alice@Co.COM ": "alice@co.com", "a.lice+tag@co.com": "a.lice+tag@co.com", "al ice@co.com": "alice@co.com", "ÄRGER@x.de": "ärger@x.de", "nobody": "", "": ""} {
		if got, ok := DropEmail([]byte("-"), []byte(cell)); ok != (want != "") || ok && string(got) != "-"+want {
			t.Errorf("%q is %q", cell, got)
		}
	}
	for cell, want := range map[string]string{"+1(415)555-9317": "vGM7y5n+hBXRSEAklhHDPCbysyNgYTmXdMcagGUOY8E=", "+84(90)123 4567": "ptzVkgbv9DonwvPCHmXmJ2SEOaolSh37z3ZzY/Gmm+U="} {
		got, ok := DropPhone(nil, []byte(cell))
		if s := sha256.Sum256(got); !ok || base64.StdEncoding.EncodeToString(s[:]) != want {
			t.Errorf("%q is %q", cell, got)
		}
	}
	for cell, want := range map[string]string{"123": "123", "": "", "abc": "", "00491234567890123": "4567890123"} {
		if got, ok := DropPhone(nil, []byte(cell)); ok != (want != "") || string(got) != want {
			t.Errorf("%q is %q", cell, got)
		}
	}
	for _, f := range []Canonical{DropEmail, DropPhone} {
		if _, ok := f(nil, []byte("a@b"), []byte("1")); ok {
			t.Error("two cells are one identifier")
		}
	}
}

func FuzzDrop(f *testing.F) {
	f.Add([]byte("ID,Hash\n"+id(1)+","+hash("a")+"\n"), "20260801_1_Email.csv")
	f.Add([]byte("ID,Hash,ListType\n"+id(1)+","+hash("a")+",Email\n"), "x")
	f.Add([]byte("\ufeffid,HASH\r\n\""+id(1)+"\","+hash("a")), "99999999_")
	f.Fuzz(func(t *testing.T, text []byte, name string) {
		d := NewDrop(1000)
		if err := d.Read(bytes.NewReader(text), name); err != nil {
			return
		}
		d.Seal()
		d.Match([]byte("a"))
		if err := d.WriteStatus(io.Discard, Deleted); err != nil {
			t.Error(err)
		}
	})
}

func FuzzLists(f *testing.F) {
	a := sum("a")
	f.Add([]byte("a\nb\tc\n"), 1, "a")
	f.Add([]byte(hex.EncodeToString(a[:])+"\n\n"+base64.StdEncoding.EncodeToString(a[:])), 2, "a")
	f.Fuzz(func(t *testing.T, text []byte, parts int, value string) {
		plain, digests := New(1000), New(1000)
		if plain.Plain(bytes.NewReader(text), 1+parts&7, lower) == nil {
			plain.Seal()
			plain.Has([]byte(value))
		}
		if digests.Digests(bytes.NewReader(text)) == nil {
			digests.Seal()
			digests.Has([]byte(value))
		}
	})
}

func BenchmarkHas(b *testing.B) {
	const n = 1 << 20
	l := New(n)
	for i := range n {
		l.keys = append(l.keys, digest(fmt.Append(nil, "person", i)))
	}
	l.Seal()
	values := make([][]byte, 1<<12)
	for i := range values {
		values[i] = fmt.Append(nil, "person", i*511)
	}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		l.Has(values[i%len(values)])
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
