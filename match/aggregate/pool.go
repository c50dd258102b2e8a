package aggregate

import (
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/dh"
)

// A pool is the points that one side draws its dummies from. Both sides can
// compute all of it; which of it the owner inserted is the owner's secret. It
// is ordered by level, cell and number in the cell (PROTOCOLS.md §1.7).
type pool struct {
	grid
	sid     [32]byte
	owner   match.Role
	perCell int
}

func newPool(g grid, sid [32]byte, owner match.Role) pool {
	side := g.own
	if owner != g.role {
		side = g.peer
	}
	return pool{grid: g, sid: sid, owner: owner, perCell: perCell(side)}
}

// perLevel is the pool's points of a level, and size those of all levels.
func (p pool) perLevel() int { return p.cells() * p.perCell }
func (p pool) size() int     { return p.levels * p.perLevel() }

// place is the level and the cell of a point.
func (p pool) place(point int) (level, cell int) {
	return point / p.perLevel(), point % p.perLevel() / p.perCell
}

// messages are what some points are hashes of; all have the same width.
func (p pool) messages(from, to int) (msgs []byte, width int) {
	for point := from; point < to; point++ {
		level, cell := p.place(point)
		a, b := p.codes(cell)
		msgs = ristretto.PoolMessage(msgs, p.sid, p.owner.String()[0], uint8(level),
			uint32(a), uint32(b), uint32(point%p.perCell))
	}
	return msgs, len(msgs) / (to - from)
}

// insert puts a row into the set for each of the pool's points: the point
// itself where take says so, and else a filler. All are blinded, so that the
// time it takes does not say how many were taken.
func (h *half) insert(p pool, take func(point int) bool, number func(point int) uint64) error {
	for from := 0; from < p.size(); {
		level, _ := p.place(from)
		to := min(from+dh.FillerBatch, (level+1)*p.perLevel())
		if err := h.insertSome(p, level, from, to, take, number); err != nil {
			return err
		}
		from = to
	}
	return nil
}

func (h *half) insertSome(p pool, level, from, to int, take func(point int) bool, number func(point int) uint64) error {
	labels := make([]uint16, to-from)
	for i := range labels {
		_, cell := p.place(from + i)
		labels[i], _ = p.segments(cell)
	}
	dress := h.dress(labels, nil)
	return h.Ours.Fill(to-from, func(rows []byte) error {
		msgs, width := p.messages(from, to)
		points, err := h.BlindPool(msgs, width)
		if err != nil {
			return err
		}
		for i := range to - from {
			h.Ours.SetNumber(rows, i, number(from+i))
			if take(from + i) {
				copy(rows[i*h.Ours.Width()+32*level:], points[32*i:32*i+32])
			}
		}
		return dress(rows)
	})
}

// mandatory is the number of a row that holds a point of the peer's pool; the
// point's place in the pool is added to it.
const mandatory = 1 << 63

// insertPools puts the dummies of this node and the whole pool of the peer
// into the set.
func (h *half) insertPools() error {
	err := h.insert(h.pool, func(point int) bool { return h.drawn.chosen[point] },
		func(int) uint64 { return dh.Filler })
	if err != nil {
		return err
	}
	return h.insert(h.peerPool, func(int) bool { return true },
		func(point int) uint64 { return mandatory + uint64(point) })
}
