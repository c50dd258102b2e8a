package ot

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkBase is what 128 base OTs cost either side.
func BenchmarkBase(b *testing.B) {
	b.Run("points", func(b *testing.B) {
		for b.Loop() {
			NewChooser(testSID, testDelta)
		}
	})
	points := NewChooser(testSID, testDelta).Points()
	b.Run("offer", func(b *testing.B) {
		for b.Loop() {
			if _, _, err := Offer(testSID, points); err != nil {
				b.Fatal(err)
			}
		}
	})
	c := NewChooser(testSID, testDelta)
	reply, _, err := Offer(testSID, c.Points())
	if err != nil {
		b.Fatal(err)
	}
	b.Run("seeds", func(b *testing.B) {
		for b.Loop() {
			again := &Chooser{sid: c.sid, delta: c.delta, points: c.points, scalars: append([]byte(nil), c.scalars...)}
			if _, err := again.Seeds(reply); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkExtend is what extensions cost either side: the first, with its trees,
// and those after it.
func BenchmarkExtend(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 1))
	for _, n := range []int{2560, 1_000_000} {
		x := randomChoices(r, n)
		b.Run(fmt.Sprintf("receiver/%d", n), func(b *testing.B) {
			_, v := paired(r, testDelta)
			b.ReportAllocs()
			for b.Loop() {
				v.Extend(x, n)
			}
		})
		b.Run(fmt.Sprintf("sender/%d", n), func(b *testing.B) {
			s, v := paired(r, testDelta)
			extended(b, r, s, v, testDelta, 1)
			msg, _ := v.Extend(x, n)
			b.ReportAllocs()
			for b.Loop() {
				s.extensions = 1
				if _, err := s.Extend(msg, n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("trees/receiver", func(b *testing.B) {
		for b.Loop() {
			_, v := paired(r, testDelta)
			v.Wipe()
		}
	})
	b.Run("trees/sender", func(b *testing.B) {
		s, v := paired(r, testDelta)
		msg, _ := v.Extend(nil, 0)
		for b.Loop() {
			if _, err := s.copied().Extend(msg, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}
