package okvs_test

import (
	"errors"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/gf128"
	"mandorla/crypto/mmo"
	"mandorla/crypto/okvs"
)

// A set is hashed keys and their values, by bin.
type set struct {
	p         okvs.Params
	h, values [][]gf128.Element
}

func elements(r *rand.Rand, n int) []gf128.Element {
	out := make([]gf128.Element, n)
	for i := range out {
		out[i] = gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
	}
	return out
}

// draw makes a random set.
func draw(t testing.TB, r *rand.Rand, items int) set {
	t.Helper()
	p, err := okvs.For(uint64(items))
	if err != nil {
		t.Fatal(err)
	}
	return place(p, r, elements(r, items))
}

// place gives keys random values and sorts them by bin.
func place(p okvs.Params, r *rand.Rand, keys []gf128.Element) set {
	h, bins := make([]gf128.Element, len(keys)), make([]uint32, len(keys))
	p.Place(mmo.New([16]byte{1, 2, 3}), h, bins, keys)
	s := set{p, make([][]gf128.Element, p.Bins()), make([][]gf128.Element, p.Bins())}
	for i, b := range bins {
		s.h[b] = append(s.h[b], h[i])
		s.values[b] = append(s.values[b], elements(r, 1)[0])
	}
	return s
}

// encode encodes all bins.
func (s set) encode(t testing.TB) [][]gf128.Element {
	t.Helper()
	e := okvs.NewEncoder(s.p)
	var store [][]gf128.Element
	for b := range s.h {
		bin := make([]gf128.Element, s.p.BinSize())
		if err := e.Encode(bin, s.h[b], s.values[b]); err != nil {
			t.Fatalf("bin %d of %d, %d items: %v", b, s.p.Bins(), len(s.h[b]), err)
		}
		store = append(store, bin)
	}
	return store
}

// check decodes every key and compares.
func (s set) check(t testing.TB, store [][]gf128.Element) {
	t.Helper()
	for b, h := range s.h {
		got := make([]gf128.Element, len(h))
		s.p.Decode(got, store[b], h)
		for i := range got {
			if got[i] != s.values[b][i] {
				t.Fatalf("bin %d of %d: item %d of %d decodes to another value", b, s.p.Bins(), i, len(h))
			}
		}
	}
}

func TestEverySize(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	sizes := []int{255, 256, 257, 1023, 1024, 1025, 2047, 2048, 2049, 1<<15 - 1, 1 << 15, 1<<15 + 1, 1<<16 + 1}
	for n := range 71 {
		sizes = append(sizes, n, n, n)
	}
	for range 3 {
		sizes = append(sizes, r.IntN(30_000), r.IntN(300_000))
	}
	for _, n := range sizes {
		s := draw(t, r, n)
		s.check(t, s.encode(t))
	}
}

// TestLinear: the store of a sum of values decodes to the sum, and so does the
// sum of a store and any vector.
func TestLinear(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for _, n := range []int{1, 2, 50, 700, 5000} {
		s := draw(t, r, n)
		h := s.h[0]
		bin, mask := s.encode(t)[0], elements(r, s.p.BinSize())
		k := elements(r, 1)[0]
		one, other, both := make([]gf128.Element, n), make([]gf128.Element, n), make([]gf128.Element, n)
		s.p.Decode(one, bin, h)
		s.p.Decode(other, mask, h)
		gf128.AddScaled(bin, mask, k)
		s.p.Decode(both, bin, h)
		for i := range both {
			if both[i] != one[i].Add(other[i].Mul(k)) {
				t.Fatalf("%d items: decoding is not linear in item %d", n, i)
			}
		}
	}
}

// TestOtherKeys: a key outside the set decodes to something else.
func TestOtherKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	s := draw(t, r, 1000)
	store := s.encode(t)
	seen := map[gf128.Element]bool{}
	for _, v := range s.values[0] {
		seen[v] = true
	}
	others := make([]gf128.Element, 5000)
	h := elements(r, len(others))
	mask := elements(r, s.p.BinSize())
	gf128.AddTo(store[0], mask) // the store as it is sent
	s.p.Decode(others, store[0], h)
	for i, v := range others {
		if seen[v] {
			t.Fatalf("key %d of others has a value of the set or of another", i)
		}
		seen[v] = true
	}
}

func TestDuplicates(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for _, n := range []int{2, 3, 5, 60, 300, 5000} {
		s := draw(t, r, n)
		for range 5 {
			h := append([]gf128.Element(nil), s.h[0]...)
			for range 1 + r.IntN(3) {
				i := r.IntN(n)
				h[i] = h[(i+1+r.IntN(n-1))%n]
			}
			if err := okvs.NewEncoder(s.p).Encode(make([]gf128.Element, s.p.BinSize()), h, s.values[0]); !errors.Is(err, okvs.ErrDuplicate) {
				t.Fatalf("%d items: %v, want ErrDuplicate", n, err)
			}
		}
		for i := range s.h[0] { // more than any number of dense columns
			s.h[0][i] = s.h[0][0]
		}
		if err := okvs.NewEncoder(s.p).Encode(make([]gf128.Element, s.p.BinSize()), s.h[0], s.values[0]); !errors.Is(err, okvs.ErrDuplicate) {
			t.Fatalf("%d times one item: %v, want ErrDuplicate", n, err)
		}
	}
}

func TestCapacity(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for _, n := range []int{0, 1, 100, 40_000} {
		p, err := okvs.For(uint64(n))
		if err != nil {
			t.Fatal(err)
		}
		e, bin := okvs.NewEncoder(p), make([]gf128.Element, p.BinSize())
		full := elements(r, p.BinItems()+1)
		if err := e.Encode(bin, full, full); !errors.Is(err, okvs.ErrFull) {
			t.Errorf("%d items, one more than a bin holds: %v", n, err)
		}
		full = full[1:]
		if err := e.Encode(bin, full, full); err != nil {
			t.Errorf("%d items, a full bin: %v", n, err)
		}
		set{p, [][]gf128.Element{full}, [][]gf128.Element{full}}.check(t, [][]gf128.Element{bin})
	}
}

// TestEncoderIsReusable: what came before, failures too, leaves no trace.
func TestEncoderIsReusable(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	s := draw(t, r, 5000)
	want := s.encode(t)[0]
	e := okvs.NewEncoder(s.p)
	got := elements(r, s.p.BinSize())
	for range 2 {
		same := make([]gf128.Element, 5000)
		if err := e.Encode(got, same, same); !errors.Is(err, okvs.ErrDuplicate) {
			t.Fatal(err)
		}
		if err := e.Encode(got, s.h[0], s.values[0]); err != nil {
			t.Fatal(err)
		}
		for i := range got {
			if got[i] != want[i] {
				t.Fatalf("element %d differs from a new encoder's", i)
			}
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	s := draw(b, rand.New(rand.NewPCG(7, 7)), 1<<20)
	e, bin := okvs.NewEncoder(s.p), make([]gf128.Element, s.p.BinSize())
	b.ReportAllocs()
	items := 0
	for i := 0; b.Loop(); i++ {
		k := i % len(s.h)
		if err := e.Encode(bin, s.h[k], s.values[k]); err != nil {
			b.Fatal(err)
		}
		items += len(s.h[k])
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(items), "ns/item")
}

func BenchmarkDecode(b *testing.B) {
	s := draw(b, rand.New(rand.NewPCG(8, 8)), 1<<20)
	bin := elements(rand.New(rand.NewPCG(9, 9)), s.p.BinSize())
	dst := make([]gf128.Element, s.p.BinItems())
	b.ReportAllocs()
	items := 0
	for i := 0; b.Loop(); i++ {
		h := s.h[i%len(s.h)]
		s.p.Decode(dst[:len(h)], bin, h)
		items += len(h)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(items), "ns/item")
}

func BenchmarkPlace(b *testing.B) {
	r := rand.New(rand.NewPCG(10, 10))
	p, _ := okvs.For(1 << 20)
	keys, bins, seed := elements(r, 1<<12), make([]uint32, 1<<12), mmo.New([16]byte{1})
	h := make([]gf128.Element, len(keys))
	for b.Loop() {
		p.Place(seed, h, bins, keys)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(keys)), "ns/item")
}
