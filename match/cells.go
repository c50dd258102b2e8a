package match

import (
	"math/big"

	"mandorla/crypto/noise"
)

// Cells is what a run depends on that counts cells: the segments of one side
// crossed with those of the other (PROTOCOLS.md §5). Both nodes agree on all
// of it before the run; the gate is each node's own, but has to decide alike.
// The caps of [Config] are the sums of the sides' caps.
//
// Cell (p, q), of the initiator's segment p and the responder's q, has the
// number p·KB + q, for KB segments of the responder.
type Cells struct {
	Own, Peer Side
	// Groups says, for each cell, in which group's sums it is; nil makes each
	// cell a group. Groups are numbered from 0, without a gap. With a helper the
	// sums of a group are over those of its cells that are released.
	Groups []uint16
	// Gate says, from the noisy counts of the groups, which groups' sums are
	// released. It is called once, if there are value columns at all.
	Gate func(counts []int64) (release []bool, err error)
	// Release is a helper's gate: of the exact counts of the cells, and of the same
	// with the run's noise, it says which are released and as what. It is called
	// once. Nil at a member.
	Release func(exact, noisy []int64) (counts []int64, release []bool, err error)
}

// A Side is what one side brings into the cells.
type Side struct {
	Caps    []uint64  // rows announced for each segment code; their sum is the side's cap
	Dummies noise.Law // of the side's dummies, for each level and cell; the zero law: none
	Values  []Value   // its value columns
}

// A Value is a column of integers whose sums are released.
type Value struct {
	Bound int64    // how far from zero a value may be
	Scale *big.Rat // of the discrete Laplace noise that either side adds to a sum; nil: none
}

// A Table is the outcome of an analysis that counts cells. Where both nodes
// learn it they hold the same one, but for the names of the sides, and
// everything in it carries the noise of both: neither can take off what
// protects the other, nor can anybody to whom it is shown.
type Table struct {
	// Levels is the noisy count of each level and cell: the dummies' mean is
	// taken off, their noise is in it, and it may be below zero.
	Levels [][]int64
	// Shift is what was taken off each of these counts.
	Shift int64
	// Groups are the sums; none in a run without value columns.
	Groups []Group
}

// A Group is the sums over the overlap in a group of cells.
type Group struct {
	Count     int64   // the noisy count of the group's cells
	Released  bool    // as the gate decided
	Own, Peer []int64 // per column, the noisy sum of either side's values; nil where suppressed
}

// Cells is the noisy count of each cell, over all levels.
func (t Table) Cells() []int64 {
	if len(t.Levels) == 0 {
		return nil
	}
	out := make([]int64, len(t.Levels[0]))
	for _, counts := range t.Levels {
		for cell, n := range counts {
			out[cell] += n
		}
	}
	return out
}

func (Table) outcome() {}
