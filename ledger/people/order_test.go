package people

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestOrder compares with a plain sort: digests as they are, few different ones,
// and such as are alike in their first half or in any of its bytes.
func TestOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for name, draw := range map[string]func() Digest{
		"random":     func() Digest { return Digest{r.Uint64(), r.Uint64()} },
		"few":        func() Digest { return Digest{r.Uint64N(5), r.Uint64N(3)} },
		"one half":   func() Digest { return Digest{1 << 63, r.Uint64()} },
		"some bytes": func() Digest { return Digest{r.Uint64() & 0xff00ff0000ffff00, 0} },
		"the same":   func() Digest { return Digest{9, 9} },
	} {
		for _, n := range []int{0, 1, 2, few, few + 1, 300, 5000} {
			got := make([]Digest, n)
			for i := range got {
				got[i] = draw()
			}
			want := slices.Clone(got)
			slices.SortFunc(want, Digest.compare)
			order(got, 0)
			if !slices.Equal(got, want) {
				t.Errorf("%s: %d digests are out of order", name, n)
			}
		}
	}
}
