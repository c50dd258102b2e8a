package policy

import (
	"errors"
	"fmt"
	"math/big"

	"mandorla/crypto/noise"
)

// Noise is what the nodes of a run add, as both of them know it.
type Noise struct {
	Levels int         // identifier levels
	Laws   []noise.Law // of the dummies in each cell at each level, of each side that has any; none in an exact run
	Column *big.Rat    // ε_c: of the sums of a column, to which both sides add noise; nil in an exact run

	// Helper is the scale of the discrete Laplace noise that a helper adds to each
	// cell, once over all levels; nil where there is none. It alone adds noise then,
	// to sums too, and it gates on exact counts.
	Helper *big.Rat
}

// counts is how many counts of a cell carry noise of their own.
func (n Noise) counts() int {
	if n.Helper != nil {
		return 1
	}
	return n.Levels
}

// sides is how many parties add noise to a sum.
func (n Noise) sides() int64 {
	if n.Helper != nil {
		return 1
	}
	return 2
}

// A CellGate lets the counts and sums of one run through, or not. What a node
// has to know during the run, which sums may be decrypted, it can ask as often
// as it likes: the answer follows from counts that carry their noise.
type CellGate struct {
	turn
	rules       Rules
	noise       Noise
	cell, level Threshold
	spread      *big.Rat      // variance of the noise in one cell at one level
	exact       *segmentation // of counts that a helper tells as they are; else nil
}

// NewCellGate makes the gate of one run. Two nodes with the same rules and noise
// decide alike, in whichever order they name the sides' laws.
func NewCellGate(r Rules, n Noise) (*CellGate, error) {
	if n.Helper != nil {
		return newHelperGate(r, n)
	}
	g := &CellGate{rules: r, noise: n, spread: new(big.Rat)}
	var err error
	if g.cell, err = NewThreshold(r.MinGroup, n.Laws, n.Levels, 1); err != nil {
		return nil, err
	}
	if g.level, err = NewThreshold(r.MinGroup, n.Laws, 1, 1); err != nil {
		return nil, err
	}
	for _, law := range n.Laws {
		v, err := law.Variance()
		if err != nil {
			return nil, fmt.Errorf("policy: the noise of a count: %w", err)
		}
		g.spread.Add(g.spread, short(v))
	}
	return g, nil
}

// Threshold is what a cell's noisy count has to reach.
func (g *CellGate) Threshold() Threshold { return g.cell }

// Decide says of the noisy counts of cells which are released, with their sums.
// [CellGate.Size] and [CellGate.Table] decide by it.
func (g *CellGate) Decide(counts []int64) []bool { return g.cell.Decide(counts) }

// noisy reports whether the counts carry noise.
func (g *CellGate) noisy() bool { return len(g.noise.Laws) > 0 || g.noise.Helper != nil }

// state is that of a cell that is released.
func (g *CellGate) state() string {
	if !g.noisy() {
		return Released
	}
	return Noised
}

// variance is that of the noise in the count of so many cells.
func (g *CellGate) variance(cells int64) *big.Rat {
	return times(g.spread, int64(g.noise.counts())*cells)
}

// Size gates the overlap as the noisy counts of the identifier levels, whose sum
// it is. A level that falls short on its own is hidden; what is left of the sum
// for it is no more than its noisy count. For exact counts, where it would be
// the true one, there is [Gate.Count], but where a helper tells their sum alone.
func (g *CellGate) Size(levels []int64) (CountRelease, error) {
	if err := g.use(); err != nil {
		return CountRelease{}, err
	}
	if !g.noisy() && g.exact == nil {
		return CountRelease{}, errors.New("policy: the counts carry no noise; use the gate of exact counts")
	}
	if len(levels) != g.noise.counts() {
		return CountRelease{}, fmt.Errorf("policy: counts of %d levels, of %d", len(levels), g.noise.counts())
	}
	r := CountRelease{state: Suppressed, levels: make([]*uint64, len(levels))}
	sum := int64(0)
	for _, n := range levels {
		sum += n
	}
	if !g.cell.passes(sum) {
		return r, nil
	}
	r.state, r.count, r.sd = g.state(), g.rules.round(uint64(sum)), root(g.variance(1))
	for l, n := range levels {
		if g.level.passes(n) {
			r.levels[l] = g.rules.round(uint64(n))
		}
	}
	return r, nil
}
