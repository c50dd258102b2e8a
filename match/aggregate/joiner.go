package aggregate

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/elgamal"
	"mandorla/crypto/noise"
	"mandorla/match"
	"mandorla/match/wire"
)

// A joiner is the helper's part of a run: it counts which of the members' rows are
// the same, without a table of its own and without a result. Its grid is in the
// view of member 0.
type joiner struct {
	match.Config
	grid
	g       *match.Circle
	tables  [2]*tagTable // by the member whose rows they are
	counts  []uint64     // exact, per cell
	noise   []int64      // of the counts
	release []bool
}

func newJoiner(c match.Config) (*joiner, error) {
	c.Role = match.Initiator
	g, err := newGrid(c)
	if err != nil {
		return nil, err
	}
	if c.Cells.Release == nil {
		return nil, errors.New("aggregate: a helper has a gate of exact counts")
	}
	j := &joiner{Config: c, grid: g, g: c.Circle, counts: make([]uint64, g.cells())}
	if j.noise, err = drawCounts(c.Circle, g.cells()); err != nil {
		return nil, err
	}
	mirrored := g
	mirrored.own, mirrored.peer, mirrored.role = g.peer, g.own, match.Responder
	for member, of := range []grid{mirrored, g} {
		if j.tables[member], err = newTagTable(c, of); err != nil {
			return nil, errors.Join(err, j.close())
		}
	}
	return j, nil
}

// drawCounts is the noise of all counts. It is drawn before the run's first
// message, for how long a draw takes depends on what is drawn.
func drawCounts(g *match.Circle, cells int) ([]int64, error) {
	out := make([]int64, cells)
	if g.Scale == nil {
		return out, nil
	}
	law, err := noise.NewLaplace(g.Scale)
	if err != nil {
		return nil, fmt.Errorf("aggregate: the noise of a count: %w", err)
	}
	for cell := range out {
		out[cell] = law.Draw()
	}
	return out, nil
}

func (j *joiner) close() (err error) {
	clear(j.counts)
	for _, t := range j.tables {
		err = errors.Join(err, t.close())
	}
	return err
}

func (j *joiner) machine() match.Machine {
	first := &match.Phase{Name: "tags", Kind: wire.KindTags, Senders: len(j.tables), In: j.add, Then: j.join}
	return match.NewPhases(first, func() (match.Outcome, error) { return match.Nothing{}, nil }, j.close)
}

// add takes in tags: a member sends those of the other's rows.
func (j *joiner) add(f wire.Frame) error {
	if err := j.tables[1-f.Level].add(f); err != nil {
		return err
	}
	if j.Progress != nil {
		j.Progress("tags", j.tables[0].rows+j.tables[1].rows, sum(j.ownRows())+sum(j.peerRows()))
	}
	return nil
}

// join counts the cells, once both members' tags are there, and has the gate say
// what may leave.
func (j *joiner) join() (*match.Phase, error) {
	for _, t := range j.tables {
		if err := t.line.Drain(); err != nil {
			return nil, err
		}
	}
	for level := range j.levels {
		if err := j.meet(level); err != nil {
			return nil, fmt.Errorf("level %d: %w", level, err)
		}
	}
	exact, noisy := make([]int64, len(j.counts)), make([]int64, len(j.counts))
	for cell, n := range j.counts {
		exact[cell], noisy[cell] = int64(n), int64(n)+j.noise[cell]
	}
	clear(j.counts)
	counts, release, err := j.Cells.Release(exact, noisy)
	clear(exact)
	if err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	if len(counts) != len(exact) || len(release) != len(exact) {
		return nil, fmt.Errorf("release: %d counts of %d", len(counts), len(exact))
	}
	j.release = release
	return j.give(0, counts)
}

// give tells the members, one after the other, what is released.
//
//	-> FIGURES to each member
func (j *joiner) give(member int, counts []int64) (*match.Phase, error) {
	if member == len(j.tables) {
		return j.keys()
	}
	f := wire.Frame{Kind: wire.KindFigures, Level: uint8(member), Last: true, Columns: make([][]byte, len(shownSchema))}
	if j.g.Told[member] {
		j.encode(&f, counts)
	}
	return &match.Phase{Name: "figures", Out: func() (wire.Frame, error) { return f, nil },
		Then: func() (*match.Phase, error) { return j.give(member+1, counts) }}, nil
}

// encode is the cells of FIGURES: a suppressed one is withheld altogether.
func (j *joiner) encode(f *wire.Frame, counts []int64) {
	le := binary.LittleEndian
	f.Rows = len(counts)
	for cell, n := range counts {
		p, q := j.codes(cell)
		state := released
		if !j.release[cell] {
			state, n = suppressed, 0
		}
		f.Columns[0], f.Columns[1] = le.AppendUint16(f.Columns[0], p), le.AppendUint16(f.Columns[1], q)
		f.Columns[2], f.Columns[3] = le.AppendUint16(f.Columns[2], state), le.AppendUint64(f.Columns[3], uint64(n))
	}
}

// keys is the phase in which the members show the keys of their value columns
// (V18).
//
//	<- VALUEKEYS of each member
func (j *joiner) keys() (*match.Phase, error) {
	if j.groupCount == 0 {
		return nil, nil
	}
	return &match.Phase{Name: "value keys", Kind: wire.KindValueKeys, Senders: len(j.tables), In: j.takeKeys,
		Then: func() (*match.Phase, error) { return j.sums(0) }}, nil
}

func (j *joiner) takeKeys(f wire.Frame) error {
	t := j.tables[f.Level]
	if !f.Last || f.Rows != t.values {
		return match.ErrCount
	}
	if t.values == 0 {
		return nil
	}
	var err error
	t.keys, err = checkKeys(f.Columns[0], f.Columns[1], j.SID, match.Role(f.Level))
	return err
}

// sums gives each member that has values the sums of them, sealed.
//
//	-> CELLS to each member with values
func (j *joiner) sums(member int) (*match.Phase, error) {
	for ; member < len(j.tables) && j.tables[member].values == 0; member++ {
	}
	if member == len(j.tables) {
		return nil, nil
	}
	sealed, err := j.seal(j.tables[member])
	if err != nil {
		return nil, err
	}
	f := frameGroups(wire.KindCells, j.groupCount, sealed, elgamal.Size, 1+j.tables[member].values)
	f.Level = uint8(member)
	return &match.Phase{Name: "cells", Out: func() (wire.Frame, error) { return f, nil },
		Then: func() (*match.Phase, error) { return j.sums(member + 1) }}, nil
}

// seal is the sums of a member's values over the rows that met in cells that are
// released, with noise and under fresh randomness.
func (j *joiner) seal(t *tagTable) ([]byte, error) {
	shown := make([]bool, j.groupCount)
	for cell, group := range j.groups {
		shown[group] = shown[group] || j.release[cell]
	}
	added, err := addUp(j.groupCount, t.theirs, t.hits, func(cell int) int {
		if !j.release[cell] {
			return nowhere
		}
		return j.groups[cell]
	})
	if err != nil {
		return nil, err
	}
	return added.Seal(t.keys, func(group, column int) int64 { return t.noise[group][column] },
		func(group int) bool { return shown[group] })
}
