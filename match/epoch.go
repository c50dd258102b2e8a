package match

import (
	"mandorla/crypto/ristretto"
	"mandorla/match/column"
)

// An Epoch is what a run depends on whose evaluator keeps its key for the runs
// that follow (PROTOCOLS.md §1.15). The first run of an epoch is a full one and
// finds nothing kept; in those after it the asker asks about new identifiers
// alone, and the evaluator publishes what has changed. Both nodes agree on the
// sizes before the run.
type Epoch struct {
	Key  *ristretto.Key // of the evaluator, and whoever made it wipes it; nil at the asker
	Kept Kept           // of the runs before; without runs, this one is the first

	// Of a later run, padded: at every level, identifiers that are asked about and
	// tags that are added; at each level, tags of earlier runs that are removed.
	Asked, Added uint64
	Removed      []uint64
	// Quotas are how the evaluator spreads the removed tags of each level over the
	// runs that published them, in the order of Kept.Runs; nil at the asker.
	Quotas [][]uint64

	// Keep is told once, before the outcome is had, what a later run needs. What
	// it is given is lent for the call, but for the sessions.
	Keep func(Kept) error
}

// Later reports whether the run follows others of its epoch.
func (e *Epoch) Later() bool { return e != nil && len(e.Kept.Runs) > 0 }

// Kept is what a node keeps of an epoch from run to run, beside the key.
type Kept struct {
	Public [32]byte    // the evaluator's key
	Runs   [][32]byte  // the sessions of the runs so far; the first names the epoch
	Levels []KeptLevel // of each level of the run
}

// A KeptLevel is what is kept of a level: identifiers, sorted by their digest, and
// tags, sorted. What stands beside them is the protocol's affair.
type KeptLevel struct{ Identifiers, Tags KeptRows }

// KeptRows are rows of a fixed width that can be read more than once. Whoever reads
// them closes what is read.
type KeptRows interface {
	Width() int // bytes of a row
	Len() uint64
	Rows() (*column.Rows, error)
}
