package ring

import (
	"fmt"

	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// The numbers of members that a ring is made for (PROTOCOLS.md §7).
const (
	LeastMembers = 2
	MostMembers  = 10
)

// Check refuses what is no ring: its members have one identifier.
func Check(c match.Config) error {
	g := c.Circle
	if g == nil || len(g.Caps) < LeastMembers || len(g.Caps) > MostMembers || len(c.Levels) != 1 {
		return fmt.Errorf("not a group of %d to %d members with one identifier", LeastMembers, MostMembers)
	}
	return nil
}

// The bytes of an element and of a tag.
const (
	ElementWidth = 32
	TagWidth     = 16
)

// A Burden is what rows carry round the ring beside their elements. The zero value
// is nothing.
type Burden struct {
	Schema wire.Schema // its columns
	// Load fills the burdens of some of this member's rows, one a number: that of the
	// row, from 1, or 0 for a filler.
	Load func(burdens []byte, numbers []uint64) error
	// Renew changes the burdens of another member's rows, in place, so that nobody
	// can tell which was which.
	Renew func(burdens []byte) error
}

// RingSchema is the columns of RING.
func (b Burden) RingSchema() wire.Schema {
	return append(wire.Schema{{Name: "u0", Type: wire.FSB32}}, b.Schema...)
}

// TagsSchema is the columns of TAGS.
func (b Burden) TagsSchema() wire.Schema {
	return append(wire.Schema{{Name: "t", Type: wire.FSB16}}, b.Schema...)
}

// width is the bytes of a burden.
func (b Burden) width() int { return b.Schema.RowWidth() }

// packed is the burdens of a frame, one after the other.
func (b Burden) packed(f wire.Frame) []byte {
	out := make([]byte, f.Rows*b.width())
	at := 0
	for i, c := range b.Schema {
		dh.Scatter(out, b.width(), at, f.Columns[1+i], c.Type.Width())
		at += c.Type.Width()
	}
	return out
}

// laden is rows of keys, of the given width, and their burdens.
func (b Burden) laden(keys []byte, width int, burdens []byte) []byte {
	if b.width() == 0 {
		return keys
	}
	out := make([]byte, len(keys)+len(burdens))
	dh.Scatter(out, width+b.width(), 0, keys, width)
	dh.Scatter(out, width+b.width(), width, burdens, b.width())
	return out
}

// keys are the keys of rows.
func (b Burden) keys(rows []byte, width int) []byte {
	if b.width() == 0 {
		return rows
	}
	return dh.Gather(rows, width+b.width(), 0, width)
}

// Members are the neighbours of a member in the ring: the next, and the one before,
// which are one where there are two members.
func (b Burden) Members(g *match.Circle) []match.Neighbour {
	ring, nothing := wire.Schemas{wire.KindKeys: dh.KeysSchema, wire.KindRing: b.RingSchema()}, wire.Schemas{}
	next, before := g.Next(g.Party), g.Before(g.Party, 1)
	if next == before {
		return []match.Neighbour{{Party: next, Own: ring, Peer: ring}}
	}
	return []match.Neighbour{{Party: next, Own: ring, Peer: nothing}, {Party: before, Own: nothing, Peer: ring}}
}
