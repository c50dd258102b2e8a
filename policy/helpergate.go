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

// newHelperGate is the gate of what a helper counts. It decides on exact counts at
// the helper, where the least group is all there is to reach; the members decide
// alike on what they are told, for nothing below it is told ([CellGate.Release]).
func newHelperGate(r Rules, n Noise) (*CellGate, error) {
	switch {
	case r.MinGroup > largestGroup:
		return nil, errors.New("policy: a least group above 2^62; lower min_group_size")
	case r.MinGroup < 1:
		return nil, errors.New("policy: a helper's least group is at least 1; raise min_group_size")
	case len(n.Laws) > 0:
		return nil, errors.New("policy: with a helper nobody has dummies")
	}
	v, err := noise.LaplaceVariance(n.Helper)
	if err != nil {
		return nil, fmt.Errorf("policy: the noise of a count; change epsilon_per_run: %w", err)
	}
	least := Threshold{k: int64(r.MinGroup)}
	return &CellGate{rules: r, noise: n, cell: least, level: least, spread: short(v)}, nil
}

// Release is the helper's own decision: which cells are released, by their exact
// counts, and as what. What noise has taken below the least group is told as that,
// which is known of it anyway (PROTOCOLS.md §11.6).
func (g *CellGate) Release(exact, noisy []int64) (counts []int64, release []bool, err error) {
	if g.noise.Helper == nil || len(exact) != len(noisy) {
		return nil, nil, errors.New("policy: exact counts are gated at a helper alone")
	}
	if err := g.use(); err != nil {
		return nil, nil, err
	}
	counts, release = slices.Clone(noisy), g.Decide(exact)
	for i, shown := range release {
		if counts[i] = max(counts[i], g.cell.Least()); !shown {
			counts[i] = 0
		}
	}
	return counts, release, nil
}
