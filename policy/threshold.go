package policy

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"mandorla/crypto/noise"
)

// beta is how likely it may be that a count below the least group passes.
var beta = big.NewRat(1, 1_000_000)

// The most groups and entries that a threshold is made for.
const (
	largestGroup = 1 << 62
	mostEntries  = 1 << 16
)

// A Threshold is what a noisy count has to reach to be released: the least
// group k and, on top of it, T, which the noise reaches with probability 10^-6
// (PROTOCOLS.md §4.3).
type Threshold struct{ k, t int64 }

// NewThreshold makes the threshold of counts that are made of so many levels
// and cells, each with the noise of all the laws: one for each side that adds
// any. It does not matter in which order these are. Where the exact T would take
// too long, it is all shifts together, which no noise exceeds.
func NewThreshold(k uint64, laws []noise.Law, levels, cells int) (Threshold, error) {
	if k > largestGroup {
		return Threshold{}, errors.New("policy: a least group above 2^62; lower min_group_size")
	}
	if levels < 1 || cells < 1 || levels > mostEntries/cells || len(laws) > mostEntries {
		return Threshold{}, fmt.Errorf("policy: a count is made of 1 to %d levels and cells", mostEntries)
	}
	laws = slices.Clone(laws)
	shifts := int64(0)
	for _, law := range laws {
		if _, err := noise.NewTDL(law); err != nil {
			return Threshold{}, fmt.Errorf("policy: the noise of a count: %w", err)
		}
		shifts += int64(law.S)
	}
	slices.SortFunc(laws, func(a, b noise.Law) int { return cmp.Or(a.Eps.Cmp(b.Eps), cmp.Compare(a.S, b.S)) })
	t, err := noise.Quantile(slices.Repeat(laws, levels*cells), beta)
	if err != nil { // the laws are sound: there is only too much to do
		return Threshold{int64(k), shifts * int64(levels*cells)}, nil
	}
	return Threshold{int64(k), int64(t)}, nil
}

// T is what comes on top of the least group.
func (t Threshold) T() int64 { return t.t }

// Least is the least noisy count that is released.
func (t Threshold) Least() int64 { return t.k + t.t }

// Decide says of noisy counts which are released.
func (t Threshold) Decide(counts []int64) []bool {
	release := make([]bool, len(counts))
	for i, n := range counts {
		release[i] = t.passes(n)
	}
	return release
}

func (t Threshold) passes(count int64) bool { return count >= t.Least() }
