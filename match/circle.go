package match

import (
	"math/big"

	"mandorla/match/wire"
)

// A Circle is what a run of more than two parties depends on: members, each with
// a table, in an agreed order, and one combiner that has none (PROTOCOLS.md §7,
// §4.6). The parties are numbered: the members from 0, and the combiner after
// the last. All agree on it before the run, but for what is one party's own.
type Circle struct {
	Party int      // of this node
	Caps  []uint64 // rows that each member announced: real ones topped up with fillers
	Told  []bool   // for each member whether it learns the outcome
	Asked []Figure // the counts that are released, without their values

	// Rows is how many rows of each member are real, as each told the combiner
	// alone; nil at a member, and where nothing asked for depends on it.
	Rows []uint64
	// Scale is that of the discrete Laplace noise that the combiner adds to every
	// count; nil: none. It matters at the combiner, and at the members of a helper.
	Scale *big.Rat
	// Contacts is how many members may keep a contact that several have, and Order
	// who of them, the first ones; nil: by lot. They matter at the combiner of a cap.
	Contacts int
	Order    []int
	// Release is the combiner's gate: it says which of the noisy counts may leave,
	// in the order of Asked, and how. It is called once.
	Release func(noisy []int64) ([]Figure, error)
}

// Combiner is the combiner's number.
func (g *Circle) Combiner() int { return len(g.Caps) }

// Next is the member after a member in the ring.
func (g *Circle) Next(member int) int { return (member + 1) % len(g.Caps) }

// Before is the member that stands steps before a member in the ring.
func (g *Circle) Before(member, steps int) int {
	n := len(g.Caps)
	return (member - steps + n) % n
}

// A Measure says what a figure counts.
type Measure uint8

// The measures of PROTOCOLS.md §7.2.
const (
	Region Measure = iota // people whom these members hold, and no others
	Pair                  // people whom both of two members hold
	Reach                 // people whom any of the members holds
)

// A Figure is a count over a group.
type Figure struct {
	Measure  Measure
	Members  uint32 // which members it is about: member i in bit i
	Count    int64  // noisy; 0 where it is suppressed
	Released bool
}

// Of is the exact figure, out of how many rows each set of members, and nobody
// else, holds.
func (f Figure) Of(regions []int64) (n int64) {
	for set, rows := range regions {
		if f.covers(uint32(set)) {
			n += rows
		}
	}
	return n
}

// covers reports whether the rows of a region belong to the figure.
func (f Figure) covers(region uint32) bool {
	switch f.Measure {
	case Region:
		return region == f.Members
	case Pair:
		return region&f.Members == f.Members
	}
	return region&f.Members != 0
}

// Figures is the outcome of a run of a group: the counts that are released, all
// of them under noise, the same for every member that is told.
type Figures []Figure

func (Figures) outcome() {}

// A Neighbour is a party that this one exchanges frames with in a run of a
// group: what it is sent, and what it sends. A kind that several neighbours
// send, or are sent, bears as its level the member's number.
type Neighbour struct {
	Party     int
	Own, Peer wire.Schemas
}
