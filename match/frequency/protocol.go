package frequency

import (
	"errors"
	"fmt"
	"slices"

	"mandorla/crypto/elgamal"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// mostRows is what a table may have: numbers are encrypted as twice themselves.
const mostRows = elgamal.MaxValue / 2

// Ring is the analysis over a ring of members and a combiner.
var Ring = match.Protocol{Analysis: "frequency_cap", Topology: "RING", Schemas: func(int) wire.Schemas { return nil },
	Neighbours: neighbours, New: newParty}

// sealedSchema is the columns of a ciphertext.
var sealedSchema = wire.Schema{{Name: "r", Type: wire.FSB32}, {Name: "s", Type: wire.FSB32}}

// sealedWidth is the bytes of a ciphertext.
var sealedWidth = elgamal.RowSize(1)

// neighbours are the next member, the one before, and the combiner; of the
// combiner all members.
func neighbours(c match.Config) (out []match.Neighbour) {
	g, carried := c.Circle, ring.Burden{Schema: sealedSchema}
	up := wire.Schemas{wire.KindTags: carried.TagsSchema(), wire.KindShare: dh.KeysSchema, wire.KindBack: sealedSchema}
	down := wire.Schemas{wire.KindBack: sealedSchema}
	if g.Party == g.Combiner() {
		for member := range g.Caps {
			out = append(out, match.Neighbour{Party: member, Own: down, Peer: up})
		}
		return out
	}
	return append(carried.Members(g), match.Neighbour{Party: g.Combiner(), Own: up, Peer: down})
}

// newParty makes the machine of a member or of the combiner.
func newParty(c match.Config, _ bool) (match.Machine, error) {
	g := c.Circle
	if err := ring.Check(c); err != nil {
		return nil, fmt.Errorf("frequency: %w", err)
	}
	if slices.Max(g.Caps) > mostRows {
		return nil, fmt.Errorf("frequency: a list of more than %d rows", mostRows)
	}
	if g.Party == g.Combiner() {
		return newCombiner(c)
	}
	keys, err := elgamal.NewKeys(1)
	if err != nil {
		return nil, err
	}
	return newMember(c, ristretto.NewKey(), keys)
}

// pointError is the error of an operator that was given another's elements.
func pointError(err error) error {
	if errors.Is(err, ristretto.ErrPoint) {
		return errors.Join(match.ErrPoint, err)
	}
	return err
}
