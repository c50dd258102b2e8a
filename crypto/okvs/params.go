package okvs

import (
	"errors"
	"fmt"
	"math/bits"
)

// MaxItems is the most items of a set.
const MaxItems = 1 << 30

const (
	binAverage = 1 << 15 // items of a bin, at most, before chance
	security   = 40      // the bits of a set's failure
)

// ErrItems says that a set is too large.
var ErrItems = errors.New("okvs: too many items")

// Params are the sizes of a store. Both parties derive them from the number of
// items, so that they are the same on every machine.
type Params struct {
	bins     int
	capacity int // items of a bin
	sparse   int // columns of a bin, of which an item takes three
	dense    int // columns of a bin that every item takes
}

// For gives the sizes of a store of so many items.
func For(items uint64) (Params, error) {
	if items > MaxItems {
		return Params{}, fmt.Errorf("%w: %d, at most %d", ErrItems, items, MaxItems)
	}
	bins := max(1, int((items+binAverage-1)/binAverage))
	return spread(items, bins), nil
}

// spread gives the sizes of a store of so many bins. Half of the chance to fail
// is for a bin with more items than it holds, half for one that cannot be solved.
func spread(items uint64, bins int) Params {
	capacity := max(1, Load(items, bins))
	lambda := security + 1 + bits.Len(uint(bins-1))
	sparse, dense := columns(capacity, lambda)
	return Params{bins, capacity, sparse, dense}
}

// Load is how many of a set's items fall into one of so many bins at the most:
// the chance that any bin holds more is below 2^-41.
func Load(items uint64, bins int) int {
	if bins <= 1 {
		return int(items)
	}
	return most(items, uint64(bins), exp2(-security-1))
}

// Bins is the number of bins.
func (p Params) Bins() int { return p.bins }

// BinItems is how many items a bin holds.
func (p Params) BinItems() int { return p.capacity }

// BinSize is the elements of a bin.
func (p Params) BinSize() int { return p.sparse + p.dense }

// Size is the elements of the store.
func (p Params) Size() int { return p.bins * p.BinSize() }

// columns gives the sparse and the dense columns of a bin, for a chance to fail
// of 2^-lambda.
//
// What fails are sets of items none of which has a column to itself, if more of
// them must be solved by the dense columns than there are. In a large bin that is
// a giant set, kept away by the factor of fitted, or many small ones: above all
// pairs with the same three columns, but not only they. In a small bin there are
// more kinds, and space is cheap. TestColumns sums up the chances of all kinds,
// which is what the numbers below are from.
func columns(items, lambda int) (sparse, dense int) {
	switch {
	case items <= 64:
		return 3 * items, min(items-1, 17)
	case items <= 256:
		return 3 * items, 13
	case items <= 1024:
		return 3 * items, 6
	case items <= 4096:
		return 2 * items, 6
	}
	sparse = ceil(fitted(items, lambda) * float64(items))
	if items < 1<<14 || lambda > 52 {
		return sparse, 4
	}
	return sparse, 3
}

// fitted is the number of sparse columns an item, by the formula that
// Raghuraman and Rindal fit to experiments (their equations 2 and 3, for three
// columns an item).
func fitted(items, lambda int) float64 {
	const offset = 0.0930*l3*l3*l3 - 1.010*l3*l3 + 2.925*l3 - 0.133
	slope := exp2(float64(0.555*log2(float64(items))) + offset)
	return 1.223 + (float64(lambda)+9.2)/slope
}

const l3 = 1.584962500721156 // the binary logarithm of three
