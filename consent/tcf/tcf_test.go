package tcf

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// A plain string is what a test writes and wants to read again.
type plain struct {
	created, updated         int64 // tenths of a second
	policy                   int
	consents, interests      []int
	vendors, vendorInterests []int
	ranged                   bool
	restrictions             []restriction
}

type restriction struct {
	purpose, kind int
	vendors       []int
}

type writer struct{ strings.Builder }

func (w *writer) uint(v int64, n int) { fmt.Fprintf(w, "%0*b", n, v) }

func (w *writer) set(members []int, n int) {
	for i := 1; i <= n; i++ {
		w.uint(map[bool]int64{true: 1}[slices.Contains(members, i)], 1)
	}
}

// ranges writes a set as ranges, two neighbours together.
func (w *writer) ranges(ids []int) {
	var items [][2]int
	for _, id := range ids {
		if n := len(items); n > 0 && items[n-1][1] == id-1 {
			items[n-1][1] = id
			continue
		}
		items = append(items, [2]int{id, id})
	}
	w.uint(int64(len(items)), 12)
	for _, i := range items {
		if i[0] == i[1] {
			w.uint(0, 1)
			w.uint(int64(i[0]), 16)
			continue
		}
		w.uint(1, 1)
		w.uint(int64(i[0]), 16)
		w.uint(int64(i[1]), 16)
	}
}

func (w *writer) vendors(ids []int, ranged bool) {
	last := 0
	if len(ids) > 0 {
		last = slices.Max(ids)
	}
	w.uint(int64(last), 16)
	if ranged {
		w.uint(1, 1)
		w.ranges(ids)
		return
	}
	w.uint(0, 1)
	w.set(ids, last)
}

func (w *writer) text() string {
	bits := w.String()
	bits += strings.Repeat("0", (48-len(bits)%48)%48)
	b := make([]byte, len(bits)/8)
	for i, c := range bits {
		b[i/8] |= byte(c-'0') << (7 - i%8)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func (p plain) write() string {
	w := &writer{}
	w.uint(2, 6)
	w.uint(p.created, 36)
	w.uint(p.updated, 36)
	w.uint(300, 12)
	w.uint(7, 12)
	w.uint(5, 6)
	w.uint('D'-'A', 6)
	w.uint('E'-'A', 6)
	w.uint(126, 12)
	w.uint(int64(p.policy), 6)
	w.uint(1, 1)
	w.uint(0, 1)
	w.set([]int{1}, 12)
	w.set(p.consents, 24)
	w.set(p.interests, 24)
	w.uint(0, 1)
	w.uint(0, 6)
	w.uint('T'-'A', 6)
	w.vendors(p.vendors, p.ranged)
	w.vendors(p.vendorInterests, p.ranged)
	w.uint(int64(len(p.restrictions)), 12)
	for _, r := range p.restrictions {
		w.uint(int64(r.purpose), 6)
		w.uint(int64(r.kind), 2)
		w.ranges(r.vendors)
	}
	return w.text()
}

func some(rnd *rand.Rand, most int) []int {
	var out []int
	for id := 1; id <= most; id++ {
		if rnd.IntN(3) == 0 {
			out = append(out, id)
		}
	}
	return out
}

func randomPlain(rnd *rand.Rand) plain {
	p := plain{created: rnd.Int64N(1 << 36), updated: rnd.Int64N(1 << 36), policy: rnd.IntN(64), consents: some(rnd, 24), interests: some(rnd, 24),
		vendors: some(rnd, rnd.IntN(200)), vendorInterests: some(rnd, rnd.IntN(200)), ranged: rnd.IntN(2) == 0}
	for range rnd.IntN(4) {
		p.restrictions = append(p.restrictions, restriction{1 + rnd.IntN(10), rnd.IntN(4), some(rnd, 30)})
	}
	return p
}

func TestParse(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		p := randomPlain(rnd)
		text := p.write()
		s, err := Parse([]byte(text))
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if s.Created.UnixMilli() != 100*p.created || s.Updated.UnixMilli() != 100*p.updated || s.Policy != p.policy || s.CMP != 300 || s.CMPVersion != 7 ||
			s.Screen != 5 || string(s.Language[:]) != "DE" || s.VendorList != 126 || !s.ServiceSpecific || s.NonStandard || string(s.Country[:]) != "AT" ||
			s.PurposeOne || s.Restrictions != len(p.restrictions) || s.Segments != 0 || !s.SpecialFeatures.Has(1) || s.SpecialFeatures.Has(2) {
			t.Fatalf("%s: %+v", text, s)
		}
		for n := -1; n < 300; n++ {
			if s.Consents.Has(n) != slices.Contains(p.consents, n) || s.Interests.Has(n) != slices.Contains(p.interests, n) ||
				s.Vendors.Has(n) != slices.Contains(p.vendors, n) || s.VendorInterests.Has(n) != slices.Contains(p.vendorInterests, n) {
				t.Fatalf("%s: purpose or vendor %d", text, n)
			}
		}
		for purpose := 1; purpose <= 10; purpose++ {
			for vendor := 1; vendor <= 31; vendor++ {
				if got, want := s.Restriction(purpose, vendor), p.restriction(purpose, vendor); got != want {
					t.Fatalf("%s: purpose %d, vendor %d: %v, want %v", text, purpose, vendor, got, want)
				}
			}
		}
	}
}

// restriction is what a publisher says, the plain way.
func (p plain) restriction(purpose, vendor int) Restriction {
	said := map[int]bool{}
	for _, r := range p.restrictions {
		if r.purpose == purpose && slices.Contains(r.vendors, vendor) {
			said[r.kind] = true
		}
	}
	switch {
	case len(said) == 0:
		return Unrestricted
	case len(said) == 1 && said[1]:
		return RequireConsent
	case len(said) == 1 && said[2]:
		return RequireInterest
	}
	return NotAllowed
}

func TestVersions(t *testing.T) {
	text := plain{vendors: []int{3}}.write()
	for c, want := range map[string]error{"A": ErrVersion, "B": ErrVersion, "D": ErrVersion, "_": ErrVersion, "C": nil, "=": ErrLetter, "": ErrTruncated} {
		if _, err := Parse([]byte(c + text[1:])); !errors.Is(err, want) && (c != "" || err == nil) {
			t.Errorf("%s…: %v, want %v", c, err, want)
		}
	}
	if _, err := Parse([]byte(strings.Repeat("C", maxLength+1))); err != ErrTooLong {
		t.Errorf("a long string: %v", err)
	}
	if _, err := Parse(nil); err != ErrVersion {
		t.Errorf("nothing: %v", err)
	}
}

// A string cut short anywhere does not decode, nor one with more behind it.
func TestCut(t *testing.T) {
	for _, ranged := range []bool{false, true} {
		text := strings.TrimRight(plain{created: 1, updated: 2, vendors: []int{1, 2, 9}, vendorInterests: []int{4}, ranged: ranged, restrictions: []restriction{{3, 1, []int{63}}}}.write(), "A")
		if s, err := Parse([]byte(text)); err != nil || s.Restriction(3, 63) != RequireConsent {
			t.Fatalf("%s: %v", text, err)
		}
		for n := range len(text) {
			if _, err := Parse([]byte(text[:n])); err == nil {
				t.Errorf("%s is read of %s", text[:n], text)
			}
		}
		for tail, want := range map[string]error{"A": nil, "B": ErrTrailing, "AAAAAAAAAAB": ErrTrailing, "=": ErrLetter, ".": ErrTruncated, " ": ErrLetter} {
			if _, err := Parse([]byte(text + tail)); err != want {
				t.Errorf("%q behind is %v, want %v", tail, err, want)
			}
		}
	}
}

func TestRanges(t *testing.T) {
	build := func(last int, items ...[2]int) string {
		w := &writer{}
		w.WriteString(strings.Repeat("0", 0))
		whole := plain{}.write()
		head := &writer{}
		for _, c := range whole {
			head.uint(int64(strings.IndexRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", c)), 6)
		}
		w.WriteString(head.String()[:213]) // up to the vendors
		w.uint(int64(last), 16)
		w.uint(1, 1)
		w.uint(int64(len(items)), 12)
		for _, i := range items {
			w.uint(1, 1)
			w.uint(int64(i[0]), 16)
			w.uint(int64(i[1]), 16)
		}
		w.uint(0, 17+12)
		return w.text()
	}
	for _, c := range []struct {
		text string
		want error
	}{
		{build(9, [2]int{1, 9}), nil},
		{build(9, [2]int{5, 9}, [2]int{1, 5}), nil}, // in any order, and overlapping
		{build(9, [2]int{9, 9}), nil},
		{build(9, [2]int{1, 10}), ErrRange},
		{build(9, [2]int{5, 4}), ErrRange},
		{build(9, [2]int{0, 4}), ErrVendor},
		{build(0), nil},
	} {
		if s, err := Parse([]byte(c.text)); err != c.want || err == nil && s.Vendors.Has(10) {
			t.Errorf("%s: %v, want %v", c.text, err, c.want)
		}
	}
}

func TestSegments(t *testing.T) {
	core := plain{}.write()
	vendors := func(kind int64, ids []int, ranged bool) string {
		w := &writer{}
		w.uint(kind, 3)
		w.vendors(ids, ranged)
		return w.text()
	}
	publisher := &writer{}
	publisher.uint(3, 3)
	publisher.uint(0, 48)
	publisher.uint(2, 6)
	publisher.uint(0b1010, 4)
	for text, want := range map[string]uint8{
		"":                                   0,
		"." + vendors(1, []int{2, 9}, false): 1 << 1,
		"." + vendors(2, []int{2, 9}, true):  1 << 2,
		"." + publisher.text():               1 << 3,
		"." + publisher.text() + "." + vendors(2, nil, false) + "." + vendors(1, nil, true): 1<<1 | 1<<2 | 1<<3,
	} {
		if s, err := Parse([]byte(core + text)); err != nil || s.Segments != want {
			t.Errorf("%s: %b, %v, want %b", text, s.Segments, err, want)
		}
	}
	beyond := &writer{}
	beyond.uint(1, 3)
	beyond.uint(3, 16)
	beyond.uint(1, 1)
	beyond.ranges([]int{4})
	for text, want := range map[string]error{
		"." + vendors(0, nil, false):                               ErrSegment,
		"." + vendors(4, nil, false):                               ErrSegment,
		"." + vendors(7, nil, false):                               ErrSegment,
		"." + vendors(1, nil, false) + "." + vendors(1, nil, true): ErrSegment,
		"." + publisher.text()[:9]:                                 ErrTruncated,
		"." + vendors(1, []int{900}, false)[:20]:                   ErrTruncated,
		"." + beyond.text():                                        ErrRange,
		".I=":                                                      ErrLetter,
		"." + vendors(1, nil, false) + "B":                         ErrTrailing,
		"..":                                                       ErrTruncated,
	} {
		if s, err := Parse([]byte(core + text)); err != want || s.Segments != 0 {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 20 {
		f.Add([]byte(randomPlain(rnd).write()), 3, 10)
	}
	for _, s := range []string{"", "C", "BOOG3gbOOG3gbFZABBAAABAAAAAAEA", "COwAdDhOwAdDhN4ABAENAPCgAAQAAv___wAAAFP_AAp_4AI6ACACAA", "CPXxRfAPXxRfAAfKABENB-CgAAAAAAAAAAYgAAAAAAAA.IDKQA4AAgAKAGQAygAAA"} {
		f.Add([]byte(s), 1, 2)
	}
	f.Fuzz(func(t *testing.T, text []byte, purpose, vendor int) {
		s, err := Parse(text)
		if err != nil {
			if s.Consents != 0 || s.Restrictions != 0 || s.Created != (time.Time{}) {
				t.Fatal("an error with a string")
			}
			return
		}
		if text[0] != 'C' {
			t.Fatalf("%q is of version 2", text)
		}
		s.Vendors.Has(vendor)
		s.VendorInterests.Has(vendor)
		if r := s.Restriction(purpose, vendor); r < Unrestricted || r > RequireInterest || s.Restrictions == 0 && r != Unrestricted {
			t.Fatalf("restriction %d of %d", r, s.Restrictions)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	rnd := rand.New(rand.NewPCG(7, 8))
	texts := make([][]byte, 1<<12)
	for i := range texts {
		texts[i] = []byte(randomPlain(rnd).write())
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		if _, err := Parse(texts[n%len(texts)]); err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "strings/s")
}
