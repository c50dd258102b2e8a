package gf128

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"mandorla/crypto/internal/simd"
)

func draw(r *rand.Rand, n int) []Element {
	out := make([]Element, n)
	for i := range out {
		out[i] = Element{r.Uint64(), r.Uint64()}
		if r.IntN(4) == 0 {
			out[i] = []Element{{}, One, {^uint64(0), ^uint64(0)}, {0, 1 << 63}, {1 << 63, 0}, {0, ^uint64(0)}}[r.IntN(6)]
		}
	}
	return out
}

// TestEveryTier compares every tier with the portable one, at all lengths that
// fill registers differently, in place, and beside what must stay as it is.
func TestEveryTier(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, tier := range simd.Tiers() {
		for n := range 71 {
			a, b, c, k := draw(r, n), draw(r, n), draw(r, 1+r.IntN(5)), draw(r, 1)[0]
			for name, op := range map[string]func(t simd.Tier, dst, src []Element){
				"products":               func(t simd.Tier, dst, src []Element) { products(t, dst, src, b) },
				"addScaled":              func(t simd.Tier, dst, src []Element) { addScaled(t, dst, src, k) },
				"horner":                 func(t simd.Tier, dst, src []Element) { horner(t, dst, src, c) },
				"horner of no terms":     func(t simd.Tier, dst, src []Element) { horner(t, dst, src, nil) },
				"products of the second": func(t simd.Tier, dst, src []Element) { products(t, dst, b, src) },
			} {
				want, got := append(slices.Clone(b), k), append(slices.Clone(b), k)
				op(simd.Portable, want[:n], a)
				op(tier, got[:n], a)
				if !slices.Equal(want, got) {
					t.Fatalf("%v: %s of %d elements differs", tier, name, n)
				}
				want, got = slices.Clone(a), slices.Clone(a)
				op(simd.Portable, want, want)
				op(tier, got, got)
				if !slices.Equal(want, got) {
					t.Fatalf("%v: %s of %d elements in place differs", tier, name, n)
				}
			}
			if inner(tier, a, b) != inner(simd.Portable, a, b) {
				t.Fatalf("%v: inner of %d elements differs", tier, n)
			}
		}
	}
}

// TestLengthsMustAgree: assembly never reads behind a slice that is too short.
func TestLengthsMustAgree(t *testing.T) {
	long, short := make([]Element, 5), make([]Element, 4)
	for name, op := range map[string]func(){
		"products": func() { products(tier, long, long, short) }, "addScaled": func() { AddScaled(long, short, One) },
		"inner": func() { Inner(long, short) }, "horner": func() { Horner(long, short, long) },
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
	a, b, k := make([]Element, 40), make([]Element, 40), Element{3, 4}
	if n := testing.AllocsPerRun(100, func() {
		AddScaled(a, b, k)
		products(tier, a, a, b)
		Horner(a, b, b[:3])
		a[0] = Inner(a, b).Mul(k)
	}); n != 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestRightRefuses(t *testing.T) {
	var a, b sample
	a[18], b[18] = One, One
	if results(simd.Portable, a, b) == results(simd.Portable, a, sample{}) {
		t.Error("the check at the start does not look at the last element")
	}
}

func BenchmarkTiers(b *testing.B) {
	const n = 4096
	r := rand.New(rand.NewPCG(3, 4))
	x, y, z := draw(r, n), draw(r, n), draw(r, n)
	for _, tier := range append(simd.Tiers(), simd.Portable) {
		for _, op := range []struct {
			name string
			do   func()
		}{
			{"products", func() { products(tier, z, x, y) }},
			{"addScaled", func() { addScaled(tier, z, x, y[0]) }},
			{"inner", func() { z[0] = inner(tier, x, y) }},
			{"horner3", func() { horner(tier, z, x, y[:3]) }},
		} {
			b.Run(fmt.Sprintf("%s/%v", op.name, tier), func(b *testing.B) {
				for b.Loop() {
					op.do()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/element")
			})
		}
	}
}
