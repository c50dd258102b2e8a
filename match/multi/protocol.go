package multi

import (
	"fmt"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// Ring is P5 with a combiner.
var Ring = match.Protocol{Analysis: "multi", Topology: "RING", Schemas: func(int) wire.Schemas { return nil },
	Neighbours: neighbours, New: newParty}

// The columns of the messages.
var (
	tagsSchema = ring.Burden{}.TagsSchema()
	// A figure's measure, members and state, and its count.
	figuresSchema = wire.Schema{{Name: "measure", Type: wire.Uint16}, {Name: "members", Type: wire.Uint32},
		{Name: "state", Type: wire.Uint16}, {Name: "n", Type: wire.Int64}}
)

// neighbours are the next member, the one before, and the combiner; of the
// combiner all members.
func neighbours(c match.Config) (out []match.Neighbour) {
	g := c.Circle
	up, down := wire.Schemas{wire.KindTags: tagsSchema}, wire.Schemas{wire.KindFigures: figuresSchema}
	if g.Party == g.Combiner() {
		for member := range g.Caps {
			out = append(out, match.Neighbour{Party: member, Own: down, Peer: up})
		}
		return out
	}
	return append(ring.Burden{}.Members(g), match.Neighbour{Party: g.Combiner(), Own: up, Peer: down})
}

// newParty makes the machine of a member or of the combiner.
func newParty(c match.Config, _ bool) (match.Machine, error) {
	if err := ring.Check(c); err != nil {
		return nil, fmt.Errorf("multi: %w", err)
	}
	g := c.Circle
	if len(g.Told) != len(g.Caps) {
		return nil, fmt.Errorf("multi: of %d members it is said whether they are told, and there are %d", len(g.Told), len(g.Caps))
	}
	if g.Party == g.Combiner() {
		return newCombiner(c), nil
	}
	return newMember(c, ristretto.NewKey())
}
