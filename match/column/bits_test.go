package column

import (
	"math/rand/v2"
	"testing"
)

// TestWalk compares with looking each number up, of sets that are empty, dense,
// or far apart, with numbers passed over.
func TestWalk(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, apart := range []uint64{1, 2, 7, 1000, 1 << 33} {
		for n := range 40 {
			b, last := new(Bits), uint64(0)
			for range n {
				b.Set(last)
				last += 1 + r.Uint64N(apart)
			}
			w := b.Walk()
			for i := uint64(0); i < last+3; i += 1 + r.Uint64N(max(1, apart/2)) {
				if got := w.Get(i); got != b.Get(i) || got != w.Get(i) {
					t.Fatalf("%d numbers, %d apart: %d is said to be there: %t", n, apart, i, got)
				}
			}
		}
	}
}
