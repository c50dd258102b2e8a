package ring

import (
	"errors"
	"fmt"

	"mandorla/crypto/dleq"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// A Trip is one member's part of the way of all tables round the ring.
type Trip struct {
	match.Config
	Burden
	g      *match.Circle
	key    *ristretto.Key
	bound  string         // what the proof of the key is bound to, beside the run and the place
	hop    int            // 1: its own table leaves
	own    *own           // while this member reads its rows, and after
	table  *Table         // what leaves next, as far as it is there
	coming *passing       // what comes in meanwhile
	sent   []*column.List // the elements of the tables that have left, for V9
	then   func() (*match.Phase, error)
}

// NewTrip makes room for this member's table. The key is the trip's, which wipes it;
// then names the phase that follows once the tags have left. Whoever makes a trip
// closes it.
func NewTrip(c match.Config, key *ristretto.Key, b Burden, then func() (*match.Phase, error)) (*Trip, error) {
	table, err := NewTable(c, ElementWidth+b.width(), ElementWidth, c.Circle.Caps[c.Circle.Party])
	return &Trip{Config: c, Burden: b, g: c.Circle, key: key, table: table, then: then}, err
}

// Close gives back storage and wipes the key.
func (t *Trip) Close() (err error) {
	if t.own != nil {
		t.own.line.Close()
	}
	err = errors.Join(t.table.Close(), t.coming.close())
	for _, l := range t.sent {
		err = errors.Join(err, l.Close())
	}
	t.key.Wipe()
	return err
}

// Rows is how many rows of its own this member has put into its table.
func (t *Trip) Rows() uint64 { return t.own.taken }

// last is the hop at which a table has come round.
func (t *Trip) last() int { return len(t.g.Caps) - 1 }

// place is what a member's proof of knowledge is bound to, beside the run.
func (t *Trip) place(member int) string { return fmt.Sprintf("ring %d%s", member, t.bound) }

// Begin is the first phase: it shows the next member that this one holds its key
// (V18). Both have to have the same bound, on which they have agreed before.
//
//	-> KEYS to the next, <- KEYS of the one before
func (t *Trip) Begin(bound string) *match.Phase {
	t.bound = bound
	return &match.Phase{
		Name: "keys", Kind: wire.KindKeys,
		Out: func() (wire.Frame, error) {
			y := t.key.Public()
			proof, err := dleq.ProveKey(t.key, t.SID, t.place(t.g.Party))
			return wire.Frame{Kind: wire.KindKeys, Last: true, Rows: 1, Columns: [][]byte{y[:], proof[:]}}, err
		},
		In:   t.check,
		Then: t.blind,
	}
}

// check sees that the member before holds the key that it shows.
func (t *Trip) check(f wire.Frame) error {
	if f.Rows != 1 || !f.Last {
		return match.ErrCount
	}
	y, proof := [32]byte(f.Columns[0]), [dleq.ProofSize]byte(f.Columns[1])
	if y == t.key.Public() {
		return match.ErrReflect
	}
	if err := dleq.VerifyKey(y, t.SID, t.place(t.g.Before(t.g.Party, 1)), proof); err != nil {
		return errors.Join(match.ErrProof, err)
	}
	return nil
}

// blind takes in this member's rows.
func (t *Trip) blind() (*match.Phase, error) {
	t.own = newOwn(t.Config, t.Burden, t.key, t.table)
	return &match.Phase{Name: "blind", Own: t.own.take, Then: func() (*match.Phase, error) {
		if err := t.own.seal(); err != nil {
			return nil, err
		}
		t.hop = 1
		return t.ring()
	}}, nil
}

// ring is one hop of all tables at once: one leaves, and another comes in.
//
//	-> RING*, <- RING*
func (t *Trip) ring() (*match.Phase, error) {
	send, err := t.table.Framer(wire.KindRing, uint8(t.hop), t.RingSchema())
	if err != nil {
		return nil, err
	}
	kept := column.NewList(ElementWidth, dh.Buffer(t.Config), t.Store)
	t.sent = append(t.sent, kept)
	strict := column.Increasing{Width: ElementWidth, Key: ElementWidth}
	send.Keep = func(rows []byte) error {
		elements := t.keys(rows, ElementWidth)
		if err := strict.Check(elements); err != nil {
			return fmt.Errorf("ring: an identifier stands in two rows: %w", err)
		}
		return kept.Append(elements)
	}
	if t.coming, err = newPassing(t.Config, t.Burden, t.key, t.hop, t.hop == t.last()); err != nil {
		return nil, err
	}
	return &match.Phase{
		Name: fmt.Sprintf("ring %d", t.hop), Kind: wire.KindRing, Level: uint8(t.hop),
		Out: t.charged(send.Next), In: t.coming.add, Then: t.arrived,
	}, nil
}

// charged charges the run before the first element leaves (PROTOCOLS.md §7.6).
func (t *Trip) charged(next func() (wire.Frame, error)) func() (wire.Frame, error) {
	return func() (wire.Frame, error) {
		if spend := t.Spend; spend != nil {
			t.Spend = nil
			if err := spend(); err != nil {
				return wire.Frame{}, err
			}
		}
		return next()
	}
}

// arrived makes of the table that came in what leaves next.
func (t *Trip) arrived() (*match.Phase, error) {
	next, err := t.coming.end(t.sent)
	if err != nil {
		return nil, err
	}
	if err := t.table.Close(); err != nil {
		return nil, err
	}
	t.table, t.coming = next, nil
	if t.hop < t.last() {
		t.hop++
		return t.ring()
	}
	return t.tags()
}

// tags gives the combiner the table that has come round.
//
//	-> TAGS* to the combiner
func (t *Trip) tags() (*match.Phase, error) {
	send, err := t.table.Framer(wire.KindTags, uint8(t.g.Party), t.TagsSchema())
	if err != nil {
		return nil, err
	}
	return &match.Phase{Name: "tags", Out: send.Next, Then: t.then}, nil
}
