package aggregate

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/elgamal"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// sums is the part of a run that adds up values: each side adds up the other's,
// encrypted, over the rows that were hit.
type sums struct {
	*half
	keys     *elgamal.Keys  // of this node's columns; nil without any
	peerKeys elgamal.Public // of the peer's
	hits     *column.Sorter // rows of the peer's set that were hit, with their group
	raw      []uint64       // per group: the count, dummies included
	groups   []match.Group
}

// sumHit is the number of a row of the peer's set, and its group.
const sumHit = 8 + 2

func newSums(h *half) (_ *sums, err error) {
	s := &sums{half: h}
	if err := h.checkLimits(); err != nil {
		return nil, err
	}
	if n := len(h.own.Values); n > 0 {
		if s.keys, err = elgamal.NewKeys(n); err != nil {
			return nil, err
		}
	}
	s.hits, err = column.NewSorter(column.Config{Width: sumHit, Key: 8, Budget: dh.Buffer(h.Config), Store: h.Store})
	return s, err
}

func (s *sums) close() error {
	if s.keys != nil {
		s.keys.Wipe()
	}
	return s.hits.Close()
}

// encrypt writes the encryption of the values of some rows into them. Without
// values they are zeros.
func (s *sums) encrypt(rows []byte, at int, values []int64) error {
	width, n := s.Ours.Width(), len(s.own.Values)
	if values == nil {
		values = make([]int64, len(rows)/width*n)
	}
	sealed := make([]byte, len(rows)/width*elgamal.RowSize(n))
	if err := s.keys.Encrypt(sealed, values); err != nil {
		return err
	}
	dh.Scatter(rows, width, at, sealed, elgamal.RowSize(n))
	return nil
}

// hit remembers that a row of the peer's set counts in a group.
func (s *sums) hit(row uint64, group int) error { return addHit(s.hits, row, group) }

func addHit(hits *column.Sorter, row uint64, group int) error {
	var b [sumHit]byte
	binary.BigEndian.PutUint64(b[:], row)
	binary.LittleEndian.PutUint16(b[8:], uint16(group))
	return hits.Add(b[:])
}

// gate asks which groups are released, once the counts are the same on both
// sides.
func (d *dual) gate() (*match.Phase, error) {
	if d.sums == nil {
		return nil, nil
	}
	s := d.sums
	s.raw, s.groups = make([]uint64, d.groupCount), make([]match.Group, d.groupCount)
	counts := make([]int64, d.groupCount)
	for _, level := range d.counts {
		for cell, n := range level {
			s.raw[d.groups[cell]] += n
			counts[d.groups[cell]] += int64(n) - d.shift()
		}
	}
	release, err := d.Cells.Gate(append([]int64(nil), counts...))
	if err != nil {
		return nil, err
	}
	if len(release) != len(counts) {
		return nil, fmt.Errorf("the gate decided on %d groups, of %d", len(release), len(counts))
	}
	for g, n := range counts {
		s.groups[g] = match.Group{Count: n, Released: release[g]}
	}
	return s.cellsPhase()
}

// cells is the phase in which each side gives the other the sums of the
// other's values, with noise, under the other's keys; groups that are not
// released are zeros.
//
//	<-> CELLS
func (s *sums) cellsPhase() (*match.Phase, error) {
	ph := &match.Phase{Name: "cells", Kind: wire.KindCells, Then: s.resultPhase}
	if len(s.peer.Values) > 0 {
		sealed, err := s.add()
		if err != nil {
			return nil, err
		}
		ph.Out = func() (wire.Frame, error) {
			return s.frame(wire.KindCells, sealed, 32, 1+len(s.peer.Values)), nil
		}
	}
	if s.keys != nil {
		ph.In = s.open
	}
	return ph, nil
}

// add adds up the encrypted values of the peer's rows that were hit.
func (s *sums) add() ([]byte, error) {
	table, err := addUp(s.groupCount, s.theirs, s.hits, func(group int) int { return group })
	if err != nil {
		return nil, err
	}
	return table.Seal(s.peerKeys,
		func(group, column int) int64 { return s.drawn.peerSums[group][column] },
		func(group int) bool { return s.groups[group].Released })
}

// nowhere is the group of a hit whose values are not added up.
const nowhere = -1

// addUp adds up, by group, the encrypted values of the rows that were hit. group tells
// the group of what is noted of a hit.
func addUp(groups int, of *theirs, hit *column.Sorter, group func(noted int) int) (_ *elgamal.Table, err error) {
	table, err := elgamal.NewTable(groups, of.values)
	if err != nil {
		return nil, err
	}
	hits, err := hit.Sort()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, hits.Close()) }()
	ciphers, err := newWalk(of.ciphers, of.width())
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, ciphers.close()) }()
	return table, column.EachBatch(hits, func(batch []byte) error {
		var groups []int
		var rows []byte
		for ; len(batch) > 0; batch = batch[sumHit:] {
			row, err := ciphers.at(binary.BigEndian.Uint64(batch))
			if err != nil {
				return err
			}
			if g := group(int(binary.LittleEndian.Uint16(batch[8:]))); g != nowhere {
				rows, groups = append(rows, row...), append(groups, g)
			}
		}
		return table.Add(groups, rows)
	})
}

// frame is a message of a row a group: its number, and so many values of a
// width out of rows of them.
func (s *sums) frame(k wire.Kind, rows []byte, width, columns int) wire.Frame {
	return frameGroups(k, s.groupCount, rows, width, columns)
}

func frameGroups(k wire.Kind, groups int, rows []byte, width, columns int) wire.Frame {
	f := wire.Frame{Kind: k, Last: true, Rows: groups, Columns: [][]byte{nil}}
	for g := range groups {
		f.Columns[0] = binary.LittleEndian.AppendUint16(f.Columns[0], uint16(g))
	}
	for c := range columns {
		f.Columns = append(f.Columns, dh.Gather(rows, width*columns, width*c, width))
	}
	return f
}

// unframe is what [sums.frame] made the message of.
func (s *sums) unframe(f wire.Frame, width int) ([]byte, error) {
	if !f.Last || f.Rows != s.groupCount {
		return nil, match.ErrCount
	}
	for g := range f.Rows {
		if int(binary.LittleEndian.Uint16(f.Columns[0][2*g:])) != g {
			return nil, match.ErrCount
		}
	}
	columns := f.Columns[1:]
	out := make([]byte, f.Rows*len(columns)*width)
	for c, values := range columns {
		dh.Scatter(out, len(columns)*width, width*c, values, width)
	}
	return out, nil
}

// open decrypts the sums of this node's values and adds its noise, without
// which the peer would have the exact sum: it knows its own.
func (s *sums) open(f wire.Frame) error {
	sealed, err := s.unframe(f, 32)
	if err != nil {
		return err
	}
	limits, err := s.limits(s.own.Values, 1)
	if err != nil {
		return err
	}
	steps, err := elgamal.NewSteps(s.steps(limits))
	if err != nil {
		return err
	}
	values, err := s.keys.Open(sealed, steps, func(group int) int64 { return widest(limits[group]) })
	if errors.Is(err, elgamal.ErrRange) {
		return errors.Join(match.ErrSum, err)
	}
	if err != nil {
		return errors.Join(match.ErrPoint, err)
	}
	for g := range s.groups {
		sums := values[g*len(s.own.Values):][:len(s.own.Values)]
		if err := within(sums, limits[g]); err != nil {
			return err
		}
		if s.groups[g].Released {
			for c := range sums {
				sums[c] += s.drawn.ownSums[g][c]
			}
			s.groups[g].Own = sums
		}
	}
	return nil
}

// results is the phase in which each side tells the other the sums of its own
// values.
//
//	<-> RESULT
func (s *sums) resultPhase() (*match.Phase, error) {
	ph := &match.Phase{Name: "result", Kind: wire.KindResult}
	if s.keys != nil {
		ph.Out = func() (wire.Frame, error) {
			return s.frame(wire.KindResult, s.encode(), 8, 1+len(s.own.Values)), nil
		}
	}
	if len(s.peer.Values) > 0 {
		ph.In = s.read
	}
	return ph, nil
}

// encode is the noisy count and the sums of every group; sums that are not
// released are zeros.
func (s *sums) encode() (out []byte) {
	for _, g := range s.groups {
		row := make([]int64, 1+len(s.own.Values))
		row[0] = g.Count
		copy(row[1:], g.Own)
		for _, n := range row {
			out = binary.LittleEndian.AppendUint64(out, uint64(n))
		}
	}
	return out
}

// read takes in the sums of the peer's values.
func (s *sums) read(f wire.Frame) error {
	rows, err := s.unframe(f, 8)
	if err != nil {
		return err
	}
	limits, err := s.limits(s.peer.Values, 2)
	if err != nil {
		return err
	}
	for g := range s.groups {
		if int64(binary.LittleEndian.Uint64(rows)) != s.groups[g].Count {
			return match.ErrDiffer
		}
		sums := make([]int64, len(s.peer.Values))
		for c := range sums {
			sums[c] = int64(binary.LittleEndian.Uint64(rows[8*(1+c):]))
		}
		rows = rows[8*(1+len(sums)):]
		if err := within(sums, limits[g]); err != nil {
			return err
		}
		if s.groups[g].Released {
			s.groups[g].Peer = sums
		}
	}
	return nil
}
