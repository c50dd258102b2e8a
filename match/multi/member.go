package multi

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

// A member is one member's part of a run.
type member struct {
	match.Config
	g       *match.Circle
	key     *ristretto.Key
	hop     int            // 1: its own table leaves
	own     *own           // while this member reads its rows, and after
	table   *table         // what leaves next, as far as it is there
	coming  *passing       // what comes in meanwhile
	sent    []*column.List // the tables that have left, for V9
	figures match.Outcome
}

func newMember(c match.Config, key *ristretto.Key) (match.Machine, error) {
	m := &member{Config: c, g: c.Circle, key: key, figures: match.Nothing{}}
	var err error
	if m.table, err = newTable(c, elementWidth, c.Circle.Caps[c.Circle.Party]); err != nil {
		return nil, err
	}
	return match.NewPhases(m.keys(), func() (match.Outcome, error) { return m.figures, nil }, m.close), nil
}

func (m *member) close() (err error) {
	if m.own != nil {
		m.own.line.Close()
	}
	for _, t := range []interface{ close() error }{m.table, m.coming} {
		err = errors.Join(err, t.close())
	}
	for _, l := range m.sent {
		err = errors.Join(err, l.Close())
	}
	m.key.Wipe()
	return err
}

// last is the hop at which a table has come round.
func (m *member) last() int { return len(m.g.Caps) - 1 }

// place is what a member's proof of knowledge is bound to, beside the run.
func place(member int) string { return fmt.Sprintf("ring %d", member) }

// keys shows the next member that this one holds its key (V18).
//
//	-> KEYS to the next, <- KEYS of the one before
func (m *member) keys() *match.Phase {
	return &match.Phase{
		Name: "keys", Kind: wire.KindKeys,
		Out: func() (wire.Frame, error) {
			y := m.key.Public()
			proof, err := dleq.ProveKey(m.key, m.SID, place(m.g.Party))
			return wire.Frame{Kind: wire.KindKeys, Last: true, Rows: 1, Columns: [][]byte{y[:], proof[:]}}, err
		},
		In:   m.check,
		Then: m.blind,
	}
}

// check sees that the member before holds the key that it shows.
func (m *member) check(f wire.Frame) error {
	if f.Rows != 1 || !f.Last {
		return match.ErrCount
	}
	var y [32]byte
	var proof [dleq.ProofSize]byte
	copy(y[:], f.Columns[0])
	copy(proof[:], f.Columns[1])
	if y == m.key.Public() {
		return match.ErrReflect
	}
	if err := dleq.VerifyKey(y, m.SID, place(m.g.Before(m.g.Party, 1)), proof); err != nil {
		return errors.Join(match.ErrProof, err)
	}
	return nil
}

// blind takes in this member's rows.
func (m *member) blind() (*match.Phase, error) {
	m.own = newOwn(m.Config, m.key, m.table)
	return &match.Phase{Name: "blind", Own: m.own.take, Then: func() (*match.Phase, error) {
		if err := m.own.seal(); err != nil {
			return nil, err
		}
		m.hop = 1
		return m.ring()
	}}, nil
}

// ring is one hop of all tables at once: one leaves, and another comes in.
//
//	-> RING*, <- RING*
func (m *member) ring() (*match.Phase, error) {
	send, err := m.table.framer(wire.KindRing, uint8(m.hop), ringSchema)
	if err != nil {
		return nil, err
	}
	kept := column.NewList(elementWidth, dh.Buffer(m.Config), m.Store)
	m.sent = append(m.sent, kept)
	strict := column.Increasing{Width: elementWidth, Key: elementWidth}
	send.Keep = func(rows []byte) error {
		if err := strict.Check(rows); err != nil {
			return fmt.Errorf("ring: an identifier stands in two rows: %w", err)
		}
		return kept.Append(rows)
	}
	if m.coming, err = newPassing(m.Config, m.key, m.hop, m.hop == m.last()); err != nil {
		return nil, err
	}
	return &match.Phase{
		Name: fmt.Sprintf("ring %d", m.hop), Kind: wire.KindRing, Level: uint8(m.hop),
		Out: m.charged(send.Next), In: m.coming.add, Then: m.arrived,
	}, nil
}

// charged charges the run before the first element leaves (PROTOCOLS.md §7.6).
func (m *member) charged(next func() (wire.Frame, error)) func() (wire.Frame, error) {
	return func() (wire.Frame, error) {
		if spend := m.Spend; spend != nil {
			m.Spend = nil
			if err := spend(); err != nil {
				return wire.Frame{}, err
			}
		}
		return next()
	}
}

// arrived makes of the table that came in what leaves next.
func (m *member) arrived() (*match.Phase, error) {
	next, err := m.coming.end(m.sent)
	if err != nil {
		return nil, err
	}
	if err := m.table.close(); err != nil {
		return nil, err
	}
	m.table, m.coming = next, nil
	if m.hop < m.last() {
		m.hop++
		return m.ring()
	}
	return m.tags()
}

// tags gives the combiner the table that has come round.
//
//	-> TAGS* to the combiner
func (m *member) tags() (*match.Phase, error) {
	send, err := m.table.framer(wire.KindTags, uint8(m.g.Party), tagsSchema)
	if err != nil {
		return nil, err
	}
	return &match.Phase{Name: "tags", Out: send.Next, Then: func() (*match.Phase, error) {
		return &match.Phase{Name: "figures", Kind: wire.KindFigures, Level: uint8(m.g.Party), In: m.read}, nil
	}}, nil
}

// read takes in what the combiner releases to this member.
func (m *member) read(f wire.Frame) error {
	if !f.Last {
		return match.ErrCount
	}
	if !m.g.Told[m.g.Party] {
		return refuseRows(f)
	}
	figures, err := decode(f, m.g.Asked)
	m.figures = figures
	return err
}

// refuseRows refuses figures for a member that is told none.
func refuseRows(f wire.Frame) error {
	if f.Rows != 0 {
		return match.ErrCount
	}
	return nil
}
