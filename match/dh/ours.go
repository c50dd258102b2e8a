package dh

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// Filler is the row number of a row that is nobody: it tops a set up to its cap.
const Filler = ^uint64(0)

// FillerBatch is how many fillers are worth making at once.
const FillerBatch = 4096

// Ours is this node's set: H(x)^a for every identifier of every row, a random
// element where a row has none, and random rows up to the cap
// (PROTOCOLS.md §1.5, §1.6). Sorting by u0 is the shuffle. Batches are blinded
// while the source reads the next and the sorter sorts the last.
type Ours struct {
	match.Config
	key      *ristretto.Key
	schema   wire.Schema
	width    int // the schema's row, what it is laden with, and the row's number
	rows     uint64
	line     *stage.Line[making, made]
	blinded  uint64 // of this node's rows
	sorter   *column.Sorter
	numbers  *column.List   // per set row: its number in this node's table, or Filler
	elements []*column.List // per level: the elements, in the set's order
	load     int            // bytes of what a row brings and does not send
	loads    *column.List   // in the set's order
}

// A making is some rows of the set that are to be made: their elements, and
// then whatever else they bring.
type making struct {
	rows  func() ([]byte, error)
	dress func(rows []byte) error // nil: nothing
	own   uint64                  // how many are this node's rows, and not nobody
}

// made is the rows of a making.
type made struct {
	rows []byte
	own  uint64
}

func newOurs(c match.Config, key *ristretto.Key, schema wire.Schema, load int) (*Ours, error) {
	o := &Ours{Config: c, key: key, schema: schema, load: load, width: schema.RowWidth() + load + 8}
	var err error
	o.sorter, err = column.NewSorter(column.Config{Width: o.width, Key: 32, Budget: Share(c), Store: c.Store})
	if err != nil {
		return nil, err
	}
	o.line = stage.New(making.make, o.enter)
	o.numbers = column.NewList(8, Buffer(c), c.Store)
	o.loads = column.NewList(max(load, 1), Buffer(c), c.Store)
	for range c.Levels {
		o.elements = append(o.elements, column.NewList(32, Buffer(c), c.Store))
	}
	return o, nil
}

func (m making) make() (made, error) {
	rows, err := m.rows()
	if err == nil && m.dress != nil {
		err = m.dress(rows)
	}
	return made{rows, m.own}, err
}

// enter puts rows that are made into the set.
func (o *Ours) enter(m made) error {
	if o.blinded += m.own; o.Progress != nil && m.own > 0 {
		o.Progress("blind", o.blinded, o.OwnCap)
	}
	return o.sorter.Add(m.rows)
}

func (o *Ours) close() error {
	o.line.Close()
	errs := []error{o.sorter.Close(), o.numbers.Close(), o.loads.Close()}
	for _, l := range o.elements {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// Width is the bytes of a row: what is sent, and the row's number in 8 bytes.
func (o *Ours) Width() int { return o.width }

// Take puts a batch of this node's rows into the set. Their elements and
// numbers are made and then given to dress, which writes what stands between
// the two; it runs beside the caller, at the same time as for other batches,
// and may be nil. Errors come with a later call.
func (o *Ours) Take(b match.Batch, dress func(rows []byte) error) error {
	if o.rows+uint64(b.Rows) > o.OwnCap {
		return fmt.Errorf("more rows than the %d announced", o.OwnCap)
	}
	blind := o.blinding(b)
	o.rows += uint64(b.Rows)
	return o.line.Put(making{blind, dress, uint64(b.Rows)})
}

// Fill puts n rows into the set that are nobody, dressed like those of
// [Ours.Take].
func (o *Ours) Fill(n int, dress func(rows []byte) error) error {
	return o.line.Put(making{func() ([]byte, error) { return o.fillers(n), nil }, dress, 0})
}

// blinding copies what is lent of a batch, and is the making of its elements
// and numbers.
func (o *Ours) blinding(b match.Batch) func() ([]byte, error) {
	first, n := o.rows, b.Rows
	var levels []blinding
	for level, name := range o.Levels {
		msgs, width := match.Messages(name, b, level)
		levels = append(levels, blinding{o.key, msgs, width, slices.Clone(b.Present[level])})
	}
	return func() ([]byte, error) {
		out := make([]byte, n*o.width)
		for level, l := range levels {
			u, err := l.elements()
			if err != nil {
				return nil, err
			}
			Scatter(out, o.width, 32*level, u, 32)
		}
		for i := range n {
			o.SetNumber(out, i, first+uint64(i))
		}
		return out, nil
	}
}

// A blinding is one level of a batch: the messages of the rows that have one.
type blinding struct {
	key     *ristretto.Key
	msgs    []byte
	width   int
	present []bool
}

// elements is the level's column of the set, with fillers where a row has no
// identifier. It clears the messages.
func (l blinding) elements() ([]byte, error) {
	defer clear(l.msgs)
	blinded := make([]byte, len(l.msgs)/l.width*32)
	if err := l.key.HashMul(blinded, ristretto.DSTIdentifier, l.msgs, l.width); err != nil {
		return nil, err
	}
	u := make([]byte, 32*len(l.present))
	fillers := make([]byte, len(u)-len(blinded))
	ristretto.Random(fillers)
	for i, present := range l.present {
		from := &fillers
		if present {
			from = &blinded
		}
		copy(u[32*i:], (*from)[:32])
		*from = (*from)[32:]
	}
	return u, nil
}

// fillers makes n rows that are nobody.
func (o *Ours) fillers(n int) []byte {
	out := make([]byte, n*o.width)
	for level := range o.Levels {
		u := make([]byte, 32*n)
		ristretto.Random(u)
		Scatter(out, o.width, 32*level, u, 32)
	}
	for i := range n {
		o.SetNumber(out, i, Filler)
	}
	return out
}

// SetNumber numbers row i of some rows.
func (o *Ours) SetNumber(rows []byte, i int, number uint64) {
	binary.BigEndian.PutUint64(rows[(i+1)*o.width-8:], number)
}

// seal tops the set up to its cap.
func (o *Ours) seal() error {
	for left := o.OwnCap - o.rows; left > 0; {
		n := min(left, FillerBatch)
		if err := o.Fill(int(n), nil); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// framer sends the set, sorted, and keeps what this node needs of it.
func (o *Ours) framer() (*match.Framer, error) {
	if err := o.line.Drain(); err != nil {
		return nil, err
	}
	rows, err := o.sorter.Sort()
	if err != nil {
		return nil, err
	}
	strict := column.Increasing{Width: o.width, Key: 32}
	return &match.Framer{Kind: wire.KindSet, Schema: o.schema, Width: o.width, Rows: rows, Left: o.OwnCap,
		Keep: func(rows []byte) error {
			if err := strict.Check(rows); err != nil {
				return fmt.Errorf("own set: an identifier stands in two rows: %w", err)
			}
			return o.keep(rows)
		}}, nil
}

func (o *Ours) keep(rows []byte) error {
	for level, list := range o.elements {
		if err := list.Append(Gather(rows, o.width, 32*level, 32)); err != nil {
			return err
		}
	}
	if o.load > 0 {
		if err := o.loads.Append(Gather(rows, o.width, o.schema.RowWidth(), o.load)); err != nil {
			return err
		}
	}
	return o.numbers.Append(Gather(rows, o.width, o.width-8, 8))
}

// Loads is what the rows of the set are laden with, in its order.
func (o *Ours) Loads() (*column.Rows, error) { return o.loads.Rows() }

// Numbers is the row number of every row of the set, in its order: 8 bytes big
// endian, or [Filler].
func (o *Ours) Numbers() (*column.Rows, error) { return o.numbers.Rows() }

// Scatter writes values of width w into rows of the given width, at the offset.
func Scatter(rows []byte, width, at int, values []byte, w int) {
	for i := range len(values) / w {
		copy(rows[i*width+at:][:w], values[i*w:])
	}
}

// Gather reads values of width w from rows of the given width, at the offset.
func Gather(rows []byte, width, at, w int) []byte {
	out := make([]byte, len(rows)/width*w)
	for i := range len(rows) / width {
		copy(out[i*w:][:w], rows[i*width+at:])
	}
	return out
}
