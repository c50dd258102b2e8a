package mmo

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"

	"mandorla/crypto/gf128"
	"mandorla/crypto/internal/simd"
)

func draw(r *rand.Rand, n int) []gf128.Element {
	out := make([]gf128.Element, n)
	for i := range out {
		out[i] = gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
	}
	return out
}

// TestEveryTier compares every tier with the portable one, at all lengths that
// fill registers differently, in place, and beside what must stay as it is.
func TestEveryTier(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, tier := range simd.Tiers() {
		for n := range 71 {
			var key [16]byte
			draw(r, 1)[0].Put(key[:])
			h, counter := newHash(tier, key), ^uint64(0)-uint64(r.IntN(2*n+1))
			a, b := draw(r, n), draw(r, n)
			for name, op := range map[string]func(t simd.Tier, dst, src []gf128.Element){
				"mmo":             func(t simd.Tier, dst, src []gf128.Element) { h.mmo(t, dst, src) },
				"ccr":             func(t simd.Tier, dst, src []gf128.Element) { h.ccr(t, dst, src) },
				"stream":          func(t simd.Tier, dst, src []gf128.Element) { h.stream(t, dst, counter) },
				"keyed":           func(t simd.Tier, dst, src []gf128.Element) { keyed(t, dst, src, b) },
				"keyed by others": func(t simd.Tier, dst, src []gf128.Element) { keyed(t, dst, b, src) },
			} {
				want, got := append(slices.Clone(b), gf128.One), append(slices.Clone(b), gf128.One)
				op(simd.Portable, want[:n], a)
				op(tier, got[:n], a)
				if !slices.Equal(want, got) {
					t.Fatalf("%v: %s of %d blocks differs", tier, name, n)
				}
				want, got = slices.Clone(a), slices.Clone(a)
				op(simd.Portable, want, want)
				op(tier, got, got)
				if !slices.Equal(want, got) {
					t.Fatalf("%v: %s of %d blocks in place differs", tier, name, n)
				}
			}
		}
	}
}

// TestLengthsMustAgree: assembly never reads behind a slice that is too short.
func TestLengthsMustAgree(t *testing.T) {
	long, short, h := make([]gf128.Element, 5), make([]gf128.Element, 4), New([16]byte{})
	for name, op := range map[string]func(){
		"mmo": func() { h.MMO(long, short) }, "ccr": func() { h.CCR(long, short) },
		"keys": func() { Keyed(long, short, long) }, "values": func() { Keyed(long, long, short) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s takes slices of different lengths", name)
				}
			}()
			op()
		}()
	}
}

func TestNothingIsAllocated(t *testing.T) {
	if tier == simd.Portable {
		t.Skip("package aes allocates for every key")
	}
	a, b, h := make([]gf128.Element, 40), make([]gf128.Element, 40), New([16]byte{})
	if n := testing.AllocsPerRun(100, func() {
		h.MMO(a, b)
		h.CCR(a, b)
		h.Stream(a, 1)
		Keyed(a, b, a)
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

// TestHashIsMute: hashes of two keys print alike, but for addresses.
func TestHashIsMute(t *testing.T) {
	address := regexp.MustCompile("0x[0-9a-f]+|[0-9a-f]{6,}|[0-9]{6,}")
	one, other := New([16]byte{0xab, 0xcd}), New([16]byte{0x12})
	for _, verb := range []string{"%v", "%+v", "%#v", "%d", "%s", "%x"} {
		for i, shown := range []any{one, *one, struct{ inner *Hash }{one}, struct{ inner Hash }{*one}} {
			text := fmt.Sprintf(verb, shown)
			same := fmt.Sprintf(verb, []any{other, *other, struct{ inner *Hash }{other}, struct{ inner Hash }{*other}}[i])
			if address.ReplaceAllString(text, "") != address.ReplaceAllString(same, "") || len(text) > 100 {
				t.Errorf("%s prints the key", verb)
			}
		}
	}
}

func BenchmarkTiers(b *testing.B) {
	const n = 4096
	r := rand.New(rand.NewPCG(3, 4))
	x, y, z, h := draw(r, n), draw(r, n), draw(r, n), New([16]byte{1})
	for _, tier := range append(simd.Tiers(), simd.Portable) {
		for _, op := range []struct {
			name string
			do   func()
		}{
			{"mmo", func() { h.mmo(tier, z, x) }},
			{"ccr", func() { h.ccr(tier, z, x) }},
			{"stream", func() { h.stream(tier, z, 7) }},
			{"keyed", func() { keyed(tier, z, x, y) }},
		} {
			b.Run(fmt.Sprintf("%s/%v", op.name, tier), func(b *testing.B) {
				for b.Loop() {
					op.do()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/block")
			})
		}
	}
}
