package aggregate

import (
	"fmt"
	"math"

	"mandorla/crypto/noise"
	"mandorla/match"
)

// The limits of a run: PROTOCOLS.md §5.7 and §11.7, and what fits into one
// frame or into memory.
const (
	maxSegments = 64
	maxCells    = 1024
	maxValues   = 16
	maxPool     = 1 << 20 // points of a side's pools
	maxBound    = 1 << 24 // of a value
)

// A grid is the cells of a run, and what each side brings into them. An exact
// run of `size` is the grid of one cell and no dummies.
type grid struct {
	role       match.Role
	levels     int
	own        match.Side
	peer       match.Side
	groups     []int // per cell; nil without value columns
	groupCount int   // 0 without value columns
}

func newGrid(c match.Config) (grid, error) {
	cells := c.Cells
	if cells == nil {
		cells = &match.Cells{Own: match.Side{Caps: []uint64{c.OwnCap}}, Peer: match.Side{Caps: []uint64{c.PeerCap}}}
	}
	g := grid{role: c.Role, levels: len(c.Levels), own: cells.Own, peer: cells.Peer}
	if err := g.check(c); err != nil {
		return grid{}, fmt.Errorf("aggregate: %w", err)
	}
	if len(g.own.Values)+len(g.peer.Values) == 0 {
		return g, nil
	}
	if cells.Gate == nil {
		return grid{}, fmt.Errorf("aggregate: sums need a gate")
	}
	if err := g.group(cells.Groups); err != nil {
		return grid{}, fmt.Errorf("aggregate: %w", err)
	}
	return g, nil
}

// check looks at what was agreed on: a fault here is this node's own.
func (g grid) check(c match.Config) error {
	for _, side := range []match.Side{g.own, g.peer} {
		if err := checkSide(side); err != nil {
			return err
		}
	}
	if n := g.cells(); n > maxCells {
		return fmt.Errorf("%d cells, at most %d", n, maxCells)
	}
	for _, side := range []match.Side{g.own, g.peer} {
		if n := g.levels * g.cells() * perCell(side); n > maxPool {
			return fmt.Errorf("pools of %d dummies, at most %d; take fewer cells or a greater epsilon", n, maxPool)
		}
	}
	if sum(g.own.Caps) != c.OwnCap || sum(g.peer.Caps) != c.PeerCap {
		return fmt.Errorf("the segments' caps do not add up to the side's")
	}
	if sum(g.ownRows()) > math.MaxUint32 || sum(g.peerRows()) > math.MaxUint32 {
		return fmt.Errorf("more than 2^32 rows")
	}
	return nil
}

func checkSide(s match.Side) error {
	if n := len(s.Caps); n < 1 || n > maxSegments {
		return fmt.Errorf("%d segments, want 1 to %d", n, maxSegments)
	}
	for _, n := range s.Caps {
		if n > math.MaxUint32 {
			return fmt.Errorf("more than 2^32 rows")
		}
	}
	if s.Dummies.S < 0 || s.Dummies.S > noise.MaxShift {
		return fmt.Errorf("a shift of %d, want 0 to %d", s.Dummies.S, noise.MaxShift)
	}
	return checkValues(s.Values)
}

func checkValues(values []match.Value) error {
	if len(values) > maxValues {
		return fmt.Errorf("%d value columns, at most %d", len(values), maxValues)
	}
	for _, v := range values {
		if v.Bound < 1 || v.Bound > maxBound {
			return fmt.Errorf("a value column's bound is 1 to %d", maxBound)
		}
	}
	return nil
}

// group numbers the cells' groups.
func (g *grid) group(groups []uint16) error {
	g.groups = make([]int, g.cells())
	if groups != nil && len(groups) != len(g.groups) {
		return fmt.Errorf("%d cells have %d groups", len(g.groups), len(groups))
	}
	used := make([]bool, len(g.groups))
	for cell := range g.groups {
		n := cell
		if groups != nil {
			n = int(groups[cell])
		}
		if n >= len(used) {
			return fmt.Errorf("group %d of %d cells", n, len(used))
		}
		g.groups[cell], used[n] = n, true
		g.groupCount = max(g.groupCount, n+1)
	}
	for n := range g.groupCount {
		if !used[n] {
			return fmt.Errorf("group %d has no cell", n)
		}
	}
	return nil
}

// cells is how many cells there are.
func (g grid) cells() int { return len(g.own.Caps) * len(g.peer.Caps) }

// cell is the number of the cell of two segments.
func (g grid) cell(own, peer uint16) int {
	if g.role == match.Initiator {
		return int(own)*len(g.peer.Caps) + int(peer)
	}
	return int(peer)*len(g.own.Caps) + int(own)
}

// segments are the own and the peer's segment of a cell.
func (g grid) segments(cell int) (own, peer uint16) {
	if g.role == match.Initiator {
		return uint16(cell / len(g.peer.Caps)), uint16(cell % len(g.peer.Caps))
	}
	return uint16(cell % len(g.own.Caps)), uint16(cell / len(g.own.Caps))
}

// codes are a cell's segment codes, the initiator's first.
func (g grid) codes(cell int) (p, q uint16) {
	own, peer := g.segments(cell)
	if g.role == match.Initiator {
		return own, peer
	}
	return peer, own
}

// ownRows is, for each segment, the rows of this node's set: the cap, and the
// rows for both sides' pools in the segment's cells (PROTOCOLS.md §1.7).
func (g grid) ownRows() []uint64 { return g.rows(g.own.Caps, len(g.peer.Caps)) }

// peerRows is the same of the peer's set.
func (g grid) peerRows() []uint64 { return g.rows(g.peer.Caps, len(g.own.Caps)) }

func (g grid) rows(caps []uint64, others int) []uint64 {
	out := make([]uint64, len(caps))
	for seg, n := range caps {
		out[seg] = n + uint64(g.levels*others*(perCell(g.own)+perCell(g.peer)))
	}
	return out
}

// perCell is the points of a side's pool in a cell of a level.
func perCell(s match.Side) int { return 2 * s.Dummies.S }

// shift is the mean of the dummies in a cell of a level.
func (g grid) shift() int64 { return int64(g.own.Dummies.S + g.peer.Dummies.S) }

func sum(counts []uint64) (n uint64) {
	for _, c := range counts {
		n += c
	}
	return n
}
