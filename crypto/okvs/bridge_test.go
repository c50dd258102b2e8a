package okvs

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"mandorla/crypto/gf128"
)

func random(r *rand.Rand, n int) []gf128.Element {
	out := make([]gf128.Element, n)
	for i := range out {
		out[i] = gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
	}
	return out
}

// TestGaps encodes bins of too few sparse columns, so that most have a gap: they
// decode as long as the dense columns suffice, and are refused otherwise.
func TestGaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, p := range []Params{{1, 60, 60, 17}, {1, 60, 66, 3}, {1, 200, 220, 17}, {1, 9, 3, 9}, {1, 9, 3, 8}} {
		e, bin, bridged, refused := NewEncoder(p), make([]gf128.Element, p.BinSize()), 0, 0
		for range 100 {
			h, values := random(r, p.capacity), random(r, p.capacity)
			err := e.Encode(bin, h, values)
			if len(e.peel.gap) > p.dense {
				if refused++; !errors.Is(err, ErrEncode) {
					t.Fatalf("%v: a gap of %d: %v", p, len(e.peel.gap), err)
				}
				continue
			}
			if err != nil {
				t.Fatalf("%v: a gap of %d: %v", p, len(e.peel.gap), err)
			}
			if len(e.peel.gap) > 0 {
				bridged++
			}
			got := make([]gf128.Element, p.capacity)
			p.Decode(got, bin, h)
			for i := range got {
				if got[i] != values[i] {
					t.Fatalf("%v: a gap of %d: item %d decodes to another value", p, len(e.peel.gap), i)
				}
			}
		}
		if bridged+refused < 20 {
			t.Errorf("%v: %d gaps bridged and %d refused of 100: too few to tell", p, bridged, refused)
		}
	}
}

// TestSolveFindsNone: equations that say the same are refused.
func TestSolveFindsNone(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	one := equation{random(r, 3), random(r, 1)[0]}
	other := equation{append([]gf128.Element(nil), one.factors...), one.value}
	if solve(make([]gf128.Element, 3), []equation{one, other}) {
		t.Error("two equal equations have a solution for any value")
	}
	columns := make([]gf128.Element, 3)
	late := equation{[]gf128.Element{{}, {}, {Lo: 1}}, gf128.One}
	if !solve(columns, []equation{late}) || columns[2] != gf128.One {
		t.Error("an equation in the last column alone is not solved")
	}
}

// hashed is a key whose columns are these, in rising order, of n.
func hashed(c0, c1, c2, n int) gf128.Element {
	word := func(c, n int) uint64 { return (uint64(c)<<32 + uint64(n) - 1) / uint64(n) }
	return gf128.Element{Lo: word(c0, n) | word(c1-1, n-1)<<32, Hi: word(c2-2, n-2)}
}

// TestVictims: of a row that shares its columns with two others each and three
// pairs of equal rows, one row of every pair goes to the gap and no more.
func TestVictims(t *testing.T) {
	rows := [][3]int{{0, 1, 2}, {0, 3, 4}, {0, 3, 4}, {1, 5, 6}, {1, 5, 6}, {2, 7, 8}, {2, 7, 8}}
	var h []gf128.Element
	for i, c := range rows {
		h = append(h, hashed(c[0], c[1], c[2], 9))
		h[i].Hi |= uint64(i) << 32 // not equal
		if c0, c1, c2 := row(h[i], 9); [3]int{c0, c1, c2} != c {
			t.Fatalf("columns %d, %d, %d; want %v", c0, c1, c2, c)
		}
	}
	peel := newPeeler(Params{1, 7, 9, 7})
	if !peel.run(h, 7) || len(peel.gap) != 3 {
		t.Errorf("a gap of %d, want 3", len(peel.gap))
	}
	p := Params{1, 7, 9, 3}
	values, bin, got := random(rand.New(rand.NewPCG(5, 6)), 7), make([]gf128.Element, 12), make([]gf128.Element, 7)
	if err := NewEncoder(p).Encode(bin, h, values); err != nil {
		t.Fatal(err)
	}
	if p.Decode(got, bin, h); !slices.Equal(got, values) {
		t.Error("the items decode to other values")
	}
}
