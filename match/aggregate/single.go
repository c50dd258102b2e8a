package aggregate

import (
	"errors"
	"fmt"

	"mandorla/match"
	"mandorla/match/wire"
)

// Single is `size` towards one member (PROTOCOLS.md §4.6).
var Single = match.Protocol{Analysis: "size", Topology: "SINGLE",
	Schemas: singleSchemas, RunSchemas: singleRunSchemas, New: newSingleSize}

// CellsSingle is `aggregate` towards one member, without sums.
var CellsSingle = match.Protocol{Analysis: "aggregate", Topology: "SINGLE",
	Schemas: singleSchemas, RunSchemas: singleRunSchemas, New: newSingleCells}

// single is one party's half of a run in which one learns the outcome: the
// joiner's or the sender's.
type single struct {
	*half
	learns bool
	number int
}

func newSingleSize(c match.Config, learns bool) (match.Machine, error) {
	if err := oneCell(c.Cells); err != nil {
		return nil, err
	}
	return machine(newSingle(c, learns))
}

func newSingleCells(c match.Config, learns bool) (match.Machine, error) {
	if c.Cells == nil {
		return nil, errors.New("aggregate: there are no cells to count")
	}
	return machine(newSingle(c, learns))
}

func newSingle(c match.Config, learns bool) (*single, error) {
	if err := senderNoise(c, learns); err != nil {
		return nil, err
	}
	h, err := newHalf(c, draw)
	if err != nil {
		return nil, err
	}
	return &single{half: h, learns: learns}, nil
}

func (m *single) machine() match.Machine {
	return match.NewPhases(m.begin(m.tags), m.outcome, m.close)
}

// senderNoise refuses what has no place where one member learns. Only the
// sender, about whom something is learnt, has dummies; they stand at one level
// each, so that they could not hide how many rows meet at two. Values have to
// stay at home, for their owner would learn their sums.
func senderNoise(c match.Config, learns bool) error {
	if c.Cells == nil {
		return nil
	}
	joiner, sender := c.Cells.Peer, c.Cells.Own
	if learns {
		joiner, sender = sender, joiner
	}
	switch {
	case joiner.Dummies.S != 0:
		return errors.New("aggregate: towards one member only the other has dummies")
	case sender.Dummies.S != 0 && len(c.Levels) > 1:
		return errors.New("aggregate: noise towards one member is for one identifier type")
	case len(joiner.Values)+len(sender.Values) > 0:
		return errors.New("aggregate: there are no sums towards one member")
	}
	return nil
}

func (m *single) outcome() (match.Outcome, error) {
	if !m.learns {
		return match.Nothing{}, nil
	}
	if m.Config.Cells != nil {
		return m.table(), nil
	}
	return match.Counts{Levels: m.perLevel()}, nil
}

// tags is the next level: every tag goes one way.
//
//	-> TAGS*
func (m *single) tags() (_ *match.Phase, err error) {
	if m.number == m.levels {
		return nil, nil
	}
	if m.level, err = newLevel(m.half, m.number, m.ownRows()); err != nil {
		return nil, err
	}
	ph := &match.Phase{Name: fmt.Sprintf("tags %d", m.number), Kind: wire.KindTags, Level: uint8(m.number), Then: m.next}
	if m.learns {
		ph.In = m.level.add
		return ph, nil
	}
	ph.Out, err = m.level.send()
	return ph, err
}

func (m *single) next() (*match.Phase, error) {
	if m.learns {
		if err := m.level.tally(); err != nil {
			return nil, err
		}
	}
	m.number++
	if err := m.release(); err != nil {
		return nil, err
	}
	return m.tags()
}
