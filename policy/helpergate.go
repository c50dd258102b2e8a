package policy

import (
	"errors"
	"fmt"
	"math/big"
	"slices"

	"mandorla/crypto/noise"
)

// HelperScale is the scale of the noise that a helper adds to the count of each
// cell: all that the spending gives to counts, for cells that one row changes by as
// many as there are levels, together (PROTOCOLS.md §8.4).
func (s Spending) HelperScale() *big.Rat { return new(big.Rat).Inv(s.Cell) }

// newHelperGate is the gate of what a helper counts and adds noise to. It decides on
// exact counts at the helper, where the least group is all there is to reach; the
// members decide alike on what they are told, for nothing below it is told
// ([CellGate.Release]).
func newHelperGate(r Rules, n Noise) (*CellGate, error) {
	if len(n.Laws) > 0 {
		return nil, errors.New("policy: with a helper nobody has dummies")
	}
	v, err := noise.LaplaceVariance(n.Helper)
	if err != nil {
		return nil, fmt.Errorf("policy: the noise of a count; change epsilon_per_run: %w", err)
	}
	return fromLeast(&CellGate{rules: r, noise: n, spread: short(v)})
}

// A segmentation is how many rows each side announced of each of its segments.
type segmentation struct{ first, second []uint64 }

// NewExactGate is the gate of counts that a helper tells as they are: of a table of the
// first member's segments and the second's, of each of which so many rows were
// announced. Small counts the members never see, and others are kept back with them.
// It has no sums: a sum without noise of what all but few have as nothing is about
// these, in however large a cell.
func NewExactGate(r Rules, first, second []uint64) (*CellGate, error) {
	if len(first) == 0 || len(second) == 0 {
		return nil, errors.New("policy: a table has at least one segment of either side")
	}
	return fromLeast(&CellGate{rules: r, noise: Noise{Levels: 1}, spread: new(big.Rat), exact: &segmentation{first, second}})
}

// fromLeast makes the least group all there is to reach.
func fromLeast(g *CellGate) (*CellGate, error) {
	if g.rules.MinGroup > largestGroup {
		return nil, errors.New("policy: a least group above 2^62; lower min_group_size")
	}
	if g.rules.MinGroup < 1 {
		return nil, errors.New("policy: a helper's least group is at least 1; raise min_group_size")
	}
	g.cell = Threshold{k: int64(g.rules.MinGroup)}
	g.level = g.cell
	return g, nil
}

// Release is the helper's own decision: which cells are released, by their exact
// counts, and as what. What noise has taken below the least group is told as that,
// which is known of it anyway (PROTOCOLS.md §11.6). Without noise more cells are kept
// back than fall short.
func (g *CellGate) Release(exact, noisy []int64) (counts []int64, release []bool, err error) {
	if g.noise.Helper == nil && g.exact == nil || len(exact) != len(noisy) {
		return nil, nil, errors.New("policy: exact counts are gated at a helper alone")
	}
	if err := g.use(); err != nil {
		return nil, nil, err
	}
	counts, release = slices.Clone(noisy), g.Decide(exact)
	if s := g.exact; s != nil {
		if len(exact) != len(s.first)*len(s.second) {
			return nil, nil, fmt.Errorf("policy: %d cells of %d by %d segments", len(exact), len(s.first), len(s.second))
		}
		counts, release = slices.Clone(exact), released(exact, s.first, s.second, g.cell.Least())
	}
	for i, shown := range release {
		if counts[i] = max(counts[i], g.cell.Least()); !shown {
			counts[i] = 0
		}
	}
	return counts, release, nil
}
