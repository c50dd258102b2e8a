package ristretto

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"github.com/cloudflare/circl/group"
)

// circlShift adds base times a scalar each, by circl.
func circlShift(t testing.TB, base, src, scalars []byte) (all []byte) {
	t.Helper()
	for i := 0; i < len(src); i += Size {
		b, p, s := group.Ristretto255.NewElement(), group.Ristretto255.NewElement(), group.Ristretto255.NewScalar()
		if err := errors.Join(b.UnmarshalBinary(base), p.UnmarshalBinary(src[i:i+Size]), s.UnmarshalBinary(scalars[i:i+Size])); err != nil {
			t.Fatal(err)
		}
		all = append(all, encoded(t, p.Add(p, b.Mul(b, s)))...)
	}
	return all
}

// TestBases shifts chunks and their tails, and adds multiples to sums, of one base
// that several goroutines use.
func TestBases(t *testing.T) {
	const most = 520
	point := randomPoints(1)
	src, scalars := randomPoints(most), randomScalars(t, most)
	copy(src, make([]byte, Size))
	want := circlShift(t, point, src, scalars)
	base, err := NewBase([Size]byte(point))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for _, n := range []int{0, 1, 5, chunk - 1, chunk, chunk + 1, most} {
		wg.Go(func() {
			got := bytes.Clone(src[:n*Size])
			if err := base.Shift(got, got, scalars[:n*Size]); err != nil || !bytes.Equal(got, want[:n*Size]) {
				t.Errorf("%d shifted points differ from circl's (%v)", n, err)
			}
		})
	}
	wg.Wait()
	sums, places, got := NewSums(most), make([]int, most), make([]byte, most*Size)
	for i := range places {
		places[i] = i
	}
	if err := errors.Join(sums.Add(places, src), sums.AddMultiples(places, base, scalars), sums.Encode(got)); err != nil || !bytes.Equal(got, want) {
		t.Errorf("the sums differ from circl's (%v)", err)
	}
	if err := Generator().Shift(got, src, scalars); err != nil || !bytes.Equal(got[:9*Size], circlShift(t, generator(t), src[:9*Size], scalars)) {
		t.Errorf("points shifted by g differ from circl's (%v)", err)
	}
}

func generator(t testing.TB) []byte { return encoded(t, group.Ristretto255.Generator()) }

func TestBasesRefuse(t *testing.T) {
	for _, bad := range [][Size]byte{{}, {1}} {
		if _, err := NewBase(bad); !refusedAt(err, 0) {
			t.Errorf("a base of %x: %v", bad, err)
		}
	}
	base, sums, p := Generator(), NewSums(2), randomPoints(2)
	order := unhex(t, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	for name, err := range map[string]error{
		"few scalars":  base.Shift(p, p, make([]byte, Size)),
		"half a point": base.Shift(p[:33], p[:33], make([]byte, 33)),
		"dst":          base.Shift(p[:Size], p, make([]byte, 2*Size)),
		"sums":         sums.AddMultiples([]int{0, 1}, base, make([]byte, Size)),
	} {
		if !errors.Is(err, errLength) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := base.Shift(p[:Size], p[:Size], order); !errors.Is(err, errScalar) {
		t.Errorf("Shift by the order: %v", err)
	}
	if err := sums.AddMultiples([]int{0}, base, order); !errors.Is(err, errScalar) {
		t.Errorf("the order's multiple: %v", err)
	}
	many := randomPoints(600)
	many[577*Size], many[400*Size] = many[577*Size]|1, many[400*Size]|1
	if err := base.Shift(many, many, make([]byte, len(many))); !refusedAt(err, 400) {
		t.Errorf("Shift of no point: %v", err)
	}
}

func BenchmarkShift(b *testing.B) {
	src, scalars := randomPoints(rows), randomScalars(b, rows)
	onTiers(b, func(b *testing.B) {
		base, err := NewBase([Size]byte(src))
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if err := base.Shift(src, src, scalars); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("circl", func(b *testing.B) {
		perItem(b)
		for b.Loop() {
			circlShift(b, src[:Size], src, scalars)
		}
	})
}

func BenchmarkNewBase(b *testing.B) {
	point := [Size]byte(randomPoints(1))
	for _, e := range tiers {
		b.Run(e.Name(), func(b *testing.B) {
			use(b, e)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := NewBase(point); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
