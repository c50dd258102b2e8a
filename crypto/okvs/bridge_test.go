package okvs

import (
	"errors"
	"math/rand/v2"
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
