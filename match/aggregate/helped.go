package aggregate

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"mandorla/crypto/noise"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// helped is a member's part of a run that a helper joins.
type helped struct {
	*half
	g     *match.Circle
	tags  *column.Sorter // of the peer's rows, until they have left
	spare int64          // as far as the helper's noise may take a count
	table match.Outcome
}

func newHelped(c match.Config) (*helped, error) {
	h, err := newHalf(c, drawNothing)
	if err != nil {
		return nil, err
	}
	m := &helped{half: h, g: c.Circle, table: match.Nothing{}}
	if c.Circle.Scale == nil {
		return m, nil
	}
	if m.spare, err = noise.LaplaceTail(c.Circle.Scale, tail); err != nil {
		return nil, errors.Join(fmt.Errorf("aggregate: the noise of a count: %w", err), m.close())
	}
	return m, nil
}

// drawNothing is the noise of a member that has a helper: the helper's is all.
func drawNothing(g grid) (drawn, error) {
	none := slices.Clone(g.own.Values)
	for c := range none {
		none[c].Scale = nil
	}
	sums, err := drawSums(g, none)
	return drawn{dummies: table(g), ownSums: sums}, err
}

func (m *helped) machine() match.Machine {
	return match.NewPhases(m.begin(m.send), func() (match.Outcome, error) { return m.table, nil }, m.close)
}

func (m *helped) close() error {
	err := m.half.close()
	if m.tags != nil {
		err = errors.Join(err, m.tags.Close())
	}
	return err
}

// told reports whether a member is told what comes out.
func (m *helped) told() bool { return m.g.Told[m.g.Party] }

// send gives the helper the tags of the peer's rows: sorted, so that nobody who
// has seen the peer's set, or made it, can tell which is whose.
//
//	-> TAGS* to the helper
func (m *helped) send() (*match.Phase, error) {
	if err := m.tuples(); err != nil {
		return nil, err
	}
	rows, err := m.tags.Sort()
	if err != nil {
		return nil, err
	}
	schema := tupleSchema(m.levels, len(m.peer.Values))
	f := &match.Framer{Kind: wire.KindTags, Level: uint8(m.g.Party), Schema: schema,
		Width: schema.RowWidth(), Rows: rows, Left: sum(m.peerRows())}
	return &match.Phase{Name: "tags", Out: m.charged(f.Next), Then: m.figures}, nil
}

// charged charges the run before the first tag leaves.
func (m *helped) charged(next func() (wire.Frame, error)) func() (wire.Frame, error) {
	charge := m.Spend
	return func() (wire.Frame, error) {
		if charge != nil {
			if err := charge(); err != nil {
				return wire.Frame{}, err
			}
			charge = nil
		}
		return next()
	}
}

// figures is the phase in which the helper says what is released.
//
//	<- FIGURES
func (m *helped) figures() (*match.Phase, error) {
	if err := m.tags.Close(); err != nil {
		return nil, err
	}
	m.tags = nil
	return &match.Phase{Name: "figures", Kind: wire.KindFigures, Level: uint8(m.g.Party), Ahead: wire.KindResult,
		In: m.read, Then: m.showKeys}, nil
}

// read takes in the counts of the cells.
func (m *helped) read(f wire.Frame) error {
	want := 0
	if m.told() {
		want = m.cells()
	}
	if !f.Last || f.Rows != want {
		return match.ErrCount
	}
	if !m.told() {
		return nil
	}
	groups, err := m.decode(f)
	if err != nil {
		return err
	}
	counts := make([]int64, len(groups))
	for i, g := range groups {
		counts[i] = g.Count
	}
	if err := m.agree(groups, counts); err != nil {
		return err
	}
	out := match.Table{Levels: [][]int64{counts}}
	if m.sums != nil {
		m.sums.bound(groups, m.spare)
		out.Groups = m.sums.groups
	}
	m.table = out
	return nil
}

// agree sees that this node's gate lets through what the helper did.
func (m *helped) agree(groups []match.Group, counts []int64) error {
	release, err := m.Cells.Gate(slices.Clone(counts))
	if err != nil {
		return err
	}
	if len(release) != len(groups) {
		return fmt.Errorf("the gate decided on %d cells, of %d", len(release), len(groups))
	}
	for cell, g := range groups {
		if g.Released != release[cell] {
			return match.ErrDiffer
		}
	}
	return nil
}

// decode reads the cells of a FIGURES message.
func (m *helped) decode(f wire.Frame) ([]match.Group, error) {
	le := binary.LittleEndian
	out := make([]match.Group, m.cells())
	for cell := range out {
		p, q := m.codes(cell)
		state, n := le.Uint16(f.Columns[2][2*cell:]), int64(le.Uint64(f.Columns[3][8*cell:]))
		if le.Uint16(f.Columns[0][2*cell:]) != p || le.Uint16(f.Columns[1][2*cell:]) != q {
			return nil, match.ErrCount
		}
		if state > released || n < 0 || n > int64(min(sum(m.ownRows()), sum(m.peerRows())))+m.spare || state == suppressed && n != 0 {
			return nil, match.ErrSum
		}
		out[cell] = match.Group{Count: n, Released: state == released}
	}
	return out, nil
}

// bound puts the cells together into the groups whose sums there are: of each those
// that are released. It says how many rows a group's sums may be of: as many as are
// counted, and as the noise may have taken off each count, but no more than there are.
func (s *sums) bound(cells []match.Group, spare int64) {
	s.groups, s.raw = make([]match.Group, s.groupCount), make([]uint64, s.groupCount)
	rows := min(sum(s.ownRows()), sum(s.peerRows()))
	for cell, c := range cells {
		if c.Released {
			g := s.grid.groups[cell]
			s.groups[g].Count, s.groups[g].Released = s.groups[g].Count+c.Count, true
			s.raw[g] = min(s.raw[g]+uint64(c.Count+spare), rows)
		}
	}
}

// showKeys gives the helper the keys of this member's value columns, which it
// seals the sums with.
//
//	-> VALUEKEYS
func (m *helped) showKeys() (*match.Phase, error) {
	if m.sums == nil {
		return nil, nil
	}
	f := wire.Frame{Kind: wire.KindValueKeys, Level: uint8(m.g.Party), Last: true, Columns: make([][]byte, len(dh.KeysSchema))}
	if m.sums.keys != nil {
		keys, proofs, err := m.sums.columnKeys()
		if err != nil {
			return nil, err
		}
		f.Rows, f.Columns = len(m.own.Values), [][]byte{keys, proofs}
	}
	return &match.Phase{Name: "value keys", Out: func() (wire.Frame, error) { return f, nil }, Then: m.ownSums}, nil
}

// ownSums is the phase in which this member learns the sums of its own values.
//
//	<- CELLS
func (m *helped) ownSums() (*match.Phase, error) {
	if m.sums.keys == nil {
		return m.results()
	}
	return &match.Phase{Name: "cells", Kind: wire.KindCells, Level: uint8(m.g.Party), Ahead: wire.KindResult,
		In: m.sums.open, Then: m.results}, nil
}

// results is the phase in which each member tells the other the sums of its own
// values. They carry the helper's noise, which neither knows.
//
//	<-> RESULT
func (m *helped) results() (*match.Phase, error) {
	ph := &match.Phase{Name: "result", Kind: wire.KindResult}
	if m.sums.keys != nil && m.g.Told[1-m.g.Party] {
		ph.Out = func() (wire.Frame, error) {
			return m.sums.frame(wire.KindResult, m.sums.encode(), 8, 1+len(m.own.Values)), nil
		}
	}
	if m.told() && len(m.peer.Values) > 0 {
		ph.In = m.sums.read
	}
	return ph, nil
}
