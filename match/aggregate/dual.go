package aggregate

import (
	"errors"

	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// Dual is `size` towards both members: exact, or with the noise of one cell.
var Dual = match.Protocol{Analysis: "size", Topology: "DUAL",
	Schemas: dualSchemas, RunSchemas: dualRunSchemas, New: newSize}

// Cells is `aggregate` towards both members.
var Cells = match.Protocol{Analysis: "aggregate", Topology: "DUAL",
	Schemas: dualSchemas, RunSchemas: dualRunSchemas, New: newCells}

// dual is one party's half of a run in which both learn the outcome.
type dual struct {
	*half
	expect  []uint64 // per own segment: rows that no level has matched
	promise [32]byte // the peer's COUNTCOMMIT
}

// newSize is a run with a single cell and no values, whatever is asked for.
func newSize(c match.Config, _ bool) (match.Machine, error) {
	if err := oneCell(c.Cells); err != nil {
		return nil, err
	}
	return machine(newDual(c))
}

func oneCell(c *match.Cells) error {
	if c == nil {
		return nil
	}
	for _, side := range []match.Side{c.Own, c.Peer} {
		if len(side.Caps) != 1 || len(side.Values) != 0 {
			return errors.New("size: one cell and no values; `aggregate` has more")
		}
	}
	return nil
}

func newCells(c match.Config, _ bool) (match.Machine, error) {
	if c.Cells == nil {
		return nil, errors.New("aggregate: there are no cells to count")
	}
	return machine(newDual(c))
}

func newDual(c match.Config) (*dual, error) {
	h, err := newHalf(c, draw)
	if err != nil {
		return nil, err
	}
	return &dual{half: h, expect: h.ownRows()}, nil
}

func (d *dual) machine() match.Machine {
	return match.NewPhases(d.begin(d.exchange), d.outcome, d.close)
}

// machine is the machine of a half, if there is one.
func machine(h interface{ machine() match.Machine }, err error) (match.Machine, error) {
	if err != nil {
		return nil, err
	}
	return h.machine(), nil
}

// outcome is the table, or in an exact run the count of every level.
func (d *dual) outcome() (match.Outcome, error) {
	if d.Config.Cells != nil {
		return d.table(), nil
	}
	return match.Counts{Levels: d.perLevel()}, nil
}

// exchange is the next level's exchange of tags, or the comparison of counts.
func (d *dual) exchange() (_ *match.Phase, err error) {
	number := len(d.counts)
	if number == d.levels {
		return d.commit(), nil
	}
	if d.level, err = newLevel(d.half, number, append([]uint64(nil), d.expect...)); err != nil {
		return nil, err
	}
	committed, err := d.level.framer()
	if err != nil {
		return nil, err
	}
	digest, err := committed.Digest()
	if err != nil {
		return nil, err
	}
	send, err := d.level.send()
	if err != nil {
		return nil, err
	}
	e := dh.Exchange{Level: uint8(number), Kind: wire.KindTags, Schema: tagsSchema,
		Digest: digest, Out: send, In: d.level.add, Then: d.join}
	return e.Begin(), nil
}

// join ends a level: matched rows leave.
func (d *dual) join() (*match.Phase, error) {
	if err := d.level.tally(); err != nil {
		return nil, err
	}
	for cell, n := range d.counts[d.level.number] {
		own, _ := d.segments(cell)
		d.expect[own] -= n
	}
	if err := d.release(); err != nil {
		return nil, err
	}
	return d.exchange()
}
