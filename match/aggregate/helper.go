package aggregate

import (
	"errors"
	"fmt"

	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// Helper is `size` joined by a node without data (PROTOCOLS.md §4.6).
var Helper = match.Protocol{Analysis: "size", Topology: "HELPER",
	Schemas: func(int) wire.Schemas { return nil }, Neighbours: helperNeighbours, New: newHelperSize}

// CellsHelper is `aggregate` joined by a node without data.
var CellsHelper = match.Protocol{Analysis: "aggregate", Topology: "HELPER",
	Schemas: func(int) wire.Schemas { return nil }, Neighbours: helperNeighbours, New: newHelperCells}

// shownSchema is the columns of a helper's FIGURES: a cell, its state and its
// count.
var shownSchema = wire.Schema{{Name: "p", Type: wire.Uint16}, {Name: "q", Type: wire.Uint16},
	{Name: "state", Type: wire.Uint16}, {Name: "n", Type: wire.Int64}}

// The states of a cell on the wire: docs/wire.md.
const (
	suppressed uint16 = iota
	released
)

// tupleSchema is the columns of TAGS to a helper: a row's tags of all levels, its
// segment code, and its encrypted values.
func tupleSchema(levels, values int) (s wire.Schema) {
	s = append(numbered(s, "t%d", wire.FSB16, levels), wire.Column{Name: "seg", Type: wire.Uint16})
	if values == 0 {
		return s
	}
	return append(s, cipherSchema(values)...)
}

// helperNeighbours are the other member and the helper; of the helper both
// members. Member 0 stands where the initiator does with two.
func helperNeighbours(c match.Config) []match.Neighbour {
	g, levels := c.Circle, len(c.Levels)
	own, peer := len(c.Cells.Own.Values), len(c.Cells.Peer.Values)
	if g.Party == g.Combiner() {
		return []match.Neighbour{
			{Party: 0, Own: toMember(own), Peer: toHelper(levels, peer, own+peer)},
			{Party: 1, Own: toMember(peer), Peer: toHelper(levels, own, own+peer)},
		}
	}
	return []match.Neighbour{
		{Party: 1 - g.Party, Own: between(levels, own), Peer: between(levels, peer)},
		{Party: g.Combiner(), Own: toHelper(levels, peer, own+peer), Peer: toMember(own)},
	}
}

// between is what a member with some value columns sends the other.
func between(levels, values int) wire.Schemas {
	s := wire.Schemas{wire.KindKeys: dh.KeysSchema, wire.KindSet: setSchema(levels, values)}
	if values > 0 {
		s[wire.KindResult] = resultSchema(values)
	}
	return s
}

// toHelper is what a member sends the helper, of another that has some value
// columns, where all have so many.
func toHelper(levels, values, all int) wire.Schemas {
	s := wire.Schemas{wire.KindTags: tupleSchema(levels, values)}
	if all > 0 {
		s[wire.KindValueKeys] = dh.KeysSchema
	}
	return s
}

// toMember is what a helper sends a member with some value columns.
func toMember(values int) wire.Schemas {
	s := wire.Schemas{wire.KindFigures: shownSchema}
	if values > 0 {
		s[wire.KindCells] = cellsSchema(values)
	}
	return s
}

func newHelperSize(c match.Config, _ bool) (match.Machine, error) {
	if err := oneCell(c.Cells); err != nil {
		return nil, err
	}
	return newHelperParty(c)
}

func newHelperCells(c match.Config, _ bool) (match.Machine, error) { return newHelperParty(c) }

// newHelperParty makes the machine of a member or of the helper.
func newHelperParty(c match.Config) (match.Machine, error) {
	if err := checkHelped(c); err != nil {
		return nil, err
	}
	if c.Circle.Party == c.Circle.Combiner() {
		return machine(newJoiner(c))
	}
	return machine(newHelped(c))
}

// checkHelped looks at what was agreed on: a fault here is this node's own.
func checkHelped(c match.Config) error {
	g := c.Circle
	switch {
	case g == nil || len(g.Caps) != 2 || len(g.Told) != 2 || g.Party > g.Combiner():
		return errors.New("aggregate: a helper is one to two members")
	case c.Cells == nil:
		return errors.New("aggregate: a helper counts cells")
	case c.Cells.Own.Dummies.S != 0 || c.Cells.Peer.Dummies.S != 0:
		return errors.New("aggregate: with a helper nobody has dummies; its noise is enough")
	case c.Cells.Gate == nil:
		return errors.New("aggregate: a helper's figures need a gate")
	}
	for member, told := range g.Told {
		if side := sideOf(c, member); !told && len(side.Values) > 0 {
			return fmt.Errorf("aggregate: member %d decrypts the sums of its values and so has to be told", member)
		}
	}
	return nil
}

// sideOf is what a member brings, in the view of whoever has the config.
func sideOf(c match.Config, member int) match.Side {
	if c.Circle.Party == 1-member {
		return c.Cells.Peer
	}
	if member == 1 && c.Circle.Party == c.Circle.Combiner() {
		return c.Cells.Peer
	}
	return c.Cells.Own
}
