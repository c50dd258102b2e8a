package list

import (
	"encoding/binary"
	"errors"
	"io"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// Mutual is P1-M: each member learns which of its own rows are in the overlap.
var Mutual = match.Protocol{Analysis: "match", Topology: "P1-M", Schemas: mutualSchemas, New: newMutual}

var orderedSchema = wire.Schema{{Name: "t", Type: wire.FSB16}}

func mutualSchemas(levels int) wire.Schemas {
	return wire.Schemas{
		wire.KindKeys:        dh.KeysSchema,
		wire.KindSet:         dh.ElementSchema(levels),
		wire.KindTagCommit:   dh.CommitSchema,
		wire.KindTagsOrdered: orderedSchema,
		wire.KindTagOpen:     dh.OpenSchema,
	}
}

// mutual is one party's half of P1-M.
type mutual struct {
	*dh.Session
	level   int
	hits    []*column.Bits // per level: own rows matched
	found   column.Bits    // own set rows matched so far, by their place in the set
	pending []io.Closer    // the present level's storage
}

func newMutual(c match.Config, _ bool) (match.Machine, error) {
	s, err := dh.NewSession(c, dh.ElementSchema(len(c.Levels)))
	if err != nil {
		return nil, err
	}
	m := &mutual{Session: s}
	first := s.Keys(func() (*match.Phase, error) {
		return s.Blind(func() (*match.Phase, error) { return s.Sets(m.exchange) }), nil
	})
	return match.NewPhases(first, m.finish, m.close), nil
}

func (m *mutual) close() error { return errors.Join(m.release(), m.Session.Close()) }

// release gives back the storage of a level.
func (m *mutual) release() (err error) {
	for _, c := range m.pending {
		err = errors.Join(err, c.Close())
	}
	m.pending = nil
	return err
}

func (m *mutual) finish() (match.Outcome, error) { return match.NewRows(m.hits), nil }

// exchange is the next level's exchange of tags, or the end.
func (m *mutual) exchange() (*match.Phase, error) {
	if m.level == len(m.Levels) {
		return nil, nil
	}
	tags, err := m.Theirs.Tags(m.level)
	if err != nil {
		return nil, err
	}
	m.pending = append(m.pending, tags)
	join, err := column.NewJoiner(column.JoinConfig{Key: 16, Left: dh.TagRow, Right: returnedRow,
		Rows: max(m.OwnCap, m.PeerCap), Budget: 2 * dh.Share(m.Config), Store: m.Store})
	if err != nil {
		return nil, err
	}
	m.pending = append(m.pending, join)
	commit, err := m.framer(tags)
	if err != nil {
		return nil, err
	}
	commit.Keep = join.AddLeft
	digest, err := commit.Digest()
	if err != nil {
		return nil, err
	}
	send, err := m.framer(tags)
	if err != nil {
		return nil, err
	}
	back, err := newReturned(m, join)
	if err != nil {
		return nil, err
	}
	m.pending = append(m.pending, back)
	e := dh.Exchange{Level: uint8(m.level), Kind: wire.KindTagsOrdered, Schema: orderedSchema,
		Digest: digest, Out: send.Next, In: back.add,
		Then: func() (*match.Phase, error) { return m.join(join) }}
	return e.Begin(), nil
}

// framer sends a list of tags in its order.
func (m *mutual) framer(tags *column.List) (*match.Framer, error) {
	rows, err := tags.Rows()
	if err != nil {
		return nil, err
	}
	return &match.Framer{Kind: wire.KindTagsOrdered, Level: uint8(m.level), Schema: orderedSchema,
		Width: dh.TagRow, Rows: rows, Left: tags.Len()}, nil
}

// join finds the level's matches on both sides, and goes on to the next level.
func (m *mutual) join(j *column.Joiner) (*match.Phase, error) {
	hits := new(column.Bits)
	err := j.Each(func(theirs, ours []byte) error {
		row := binary.BigEndian.Uint64(ours[24:])
		if row == dh.Filler {
			return match.ErrReflect // a row that is nobody can only meet itself
		}
		m.Theirs.Match(binary.BigEndian.Uint64(theirs[16:]))
		m.found.Set(binary.BigEndian.Uint64(ours[16:]))
		hits.Set(row)
		return nil
	})
	if errors.Is(err, column.ErrDuplicate) {
		err = errors.Join(match.ErrOrder, err)
	}
	if err != nil {
		return nil, err
	}
	m.hits = append(m.hits, hits)
	m.level++
	if err := m.release(); err != nil {
		return nil, err
	}
	return m.exchange()
}

// returnedRow is a tag that came back, the place in the set of the row that it
// belongs to, and that row's number.
const returnedRow = 16 + 8 + 8

// returned takes in the tags that the peer sends back for this node's rows, in
// the order of this node's set without the rows found before.
type returned struct {
	join    *column.Joiner
	found   *column.Bits
	numbers *column.Rows
	place   uint64
	left    uint64
}

func newReturned(m *mutual, join *column.Joiner) (*returned, error) {
	numbers, err := m.Ours.Numbers()
	return &returned{join: join, found: &m.found, numbers: numbers, left: m.OwnCap - m.found.Count()}, err
}

func (r *returned) Close() error { return r.numbers.Close() }

// add gives every tag its row (V10).
func (r *returned) add(f wire.Frame) error {
	if uint64(f.Rows) > r.left || f.Last != (uint64(f.Rows) == r.left) {
		return match.ErrCount
	}
	r.left -= uint64(f.Rows)
	out := make([]byte, 0, f.Rows*returnedRow)
	for tags := f.Columns[0]; len(tags) > 0; r.place++ {
		number, err := r.numbers.Next(1)
		if err != nil {
			return err
		}
		if r.found.Get(r.place) {
			continue
		}
		out = append(out, tags[:16]...)
		out = binary.BigEndian.AppendUint64(out, r.place)
		out = append(out, number...)
		tags = tags[16:]
	}
	return r.join.AddRight(out)
}
