package dh

import (
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/wire"
)

// Filler is the row number of a row that is nobody: it tops a set up to its cap.
const Filler = ^uint64(0)

// FillerBatch is how many fillers are worth making at once.
const FillerBatch = 4096

// Ours is this node's set: H(x)^a for every identifier of every row, a random
// element where a row has none, and random rows up to the cap
// (PROTOCOLS.md §1.5, §1.6). Sorting by u0 is the shuffle.
type Ours struct {
	match.Config
	key      *ristretto.Key
	schema   wire.Schema
	width    int // the schema's row and the row's number
	rows     uint64
	sorter   *column.Sorter
	numbers  *column.List   // per set row: its number in this node's table, or Filler
	elements []*column.List // per level: the elements, in the set's order
}

func newOurs(c match.Config, key *ristretto.Key, schema wire.Schema) (*Ours, error) {
	o := &Ours{Config: c, key: key, schema: schema, width: schema.RowWidth() + 8}
	var err error
	o.sorter, err = column.NewSorter(column.Config{Width: o.width, Key: 32, Budget: 2 * Share(c), Store: c.Store})
	if err != nil {
		return nil, err
	}
	o.numbers = column.NewList(8, Share(c), c.Store)
	for range c.Levels {
		o.elements = append(o.elements, column.NewList(32, Share(c)/int64(len(c.Levels)), c.Store))
	}
	return o, nil
}

func (o *Ours) close() error {
	errs := []error{o.sorter.Close(), o.numbers.Close()}
	for _, l := range o.elements {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// Width is the bytes of a row as [Ours.Add] takes it: what is sent, and the
// row's number in 8 bytes.
func (o *Ours) Width() int { return o.width }

// Add puts rows into the set.
func (o *Ours) Add(rows []byte) error { return o.sorter.Add(rows) }

// Blind makes the set's rows of a batch of this node's rows: their elements
// and their numbers. What stands between the two is the caller's to write.
func (o *Ours) Blind(b match.Batch) ([]byte, error) {
	if o.rows+uint64(b.Rows) > o.OwnCap {
		return nil, fmt.Errorf("more rows than the %d announced", o.OwnCap)
	}
	out := make([]byte, b.Rows*o.width)
	for level := range o.Levels {
		u, err := o.blind(b, level)
		if err != nil {
			return nil, err
		}
		Scatter(out, o.width, 32*level, u, 32)
	}
	for i := range b.Rows {
		o.SetNumber(out, i, o.rows+uint64(i))
	}
	o.rows += uint64(b.Rows)
	o.progress("blind", o.rows)
	return out, nil
}

// Fillers makes n rows that are nobody.
func (o *Ours) Fillers(n int) []byte {
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

// add takes in a batch of this node's rows.
func (o *Ours) add(b match.Batch) error {
	rows, err := o.Blind(b)
	if err != nil {
		return err
	}
	return o.Add(rows)
}

// blind is one level's column of a batch.
func (o *Ours) blind(b match.Batch, level int) ([]byte, error) {
	msgs, width := match.Messages(o.Levels[level], b, level)
	blinded := make([]byte, len(msgs)/width*32)
	if err := o.key.HashMul(blinded, ristretto.DSTIdentifier, msgs, width); err != nil {
		return nil, err
	}
	clear(msgs)
	u := make([]byte, 32*b.Rows)
	fillers := make([]byte, 32*b.Rows-len(blinded))
	ristretto.Random(fillers)
	for i, present := range b.Present[level] {
		from := &fillers
		if present {
			from = &blinded
		}
		copy(u[32*i:], (*from)[:32])
		*from = (*from)[32:]
	}
	return u, nil
}

// seal tops the set up to its cap.
func (o *Ours) seal() error {
	for left := o.OwnCap - o.rows; left > 0; {
		n := min(left, FillerBatch)
		if err := o.Add(o.Fillers(int(n))); err != nil {
			return err
		}
		left -= n
	}
	return nil
}

// framer sends the set, sorted, and keeps what this node needs of it.
func (o *Ours) framer() (*match.Framer, error) {
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
	return o.numbers.Append(Gather(rows, o.width, o.width-8, 8))
}

// Numbers is the row number of every row of the set, in its order: 8 bytes big
// endian, or [Filler].
func (o *Ours) Numbers() (*column.Rows, error) { return o.numbers.Rows() }

func (o *Ours) progress(phase string, done uint64) {
	if o.Progress != nil {
		o.Progress(phase, done, o.OwnCap)
	}
}

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
