package multi

import (
	"fmt"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/stage"
	"mandorla/match/wire"
)

// The bytes of an element and of a tag.
const (
	elementWidth = 32
	tagWidth     = 16
)

// A table is rows that will leave sorted: sorting is the shuffle.
type table struct {
	width  int
	rows   uint64 // that it has to have
	sorter *column.Sorter
}

func newTable(c match.Config, width int, rows uint64) (*table, error) {
	s, err := column.NewSorter(column.Config{Width: width, Key: width, Rows: rows, Budget: dh.Share(c), Store: c.Store})
	return &table{width, rows, s}, err
}

func (t *table) close() error {
	if t == nil || t.sorter == nil {
		return nil
	}
	return t.sorter.Close()
}

// framer sends the table.
func (t *table) framer(k wire.Kind, level uint8, s wire.Schema) (*match.Framer, error) {
	rows, err := t.sorter.Sort()
	return &match.Framer{Kind: k, Level: level, Schema: s, Width: t.width, Rows: rows, Left: t.rows}, err
}

// own fills a member's own table: H(x)^k for every row with an identifier, and
// a random element for every other row up to the cap (PROTOCOLS.md §1.5, §1.6).
// Batches are blinded while the source reads the next.
type own struct {
	match.Config
	key     *ristretto.Key
	table   *table
	taken   uint64
	blinded uint64
	line    *stage.Line[making, []byte]
}

// A making is messages that are to be blinded, or fillers.
type making struct {
	msgs    []byte
	width   int
	fillers int
}

func newOwn(c match.Config, key *ristretto.Key, t *table) *own {
	o := &own{Config: c, key: key, table: t}
	o.line = stage.New(o.make, o.enter)
	return o
}

// take puts a batch of this member's rows into the table.
func (o *own) take(b match.Batch) error {
	if o.taken += uint64(b.Rows); o.taken > o.table.rows {
		o.line.Close()
		return fmt.Errorf("more rows than the %d announced", o.table.rows)
	}
	msgs, width := match.Messages(o.Levels[0], b, 0)
	return o.line.Put(making{msgs, width, b.Rows - len(msgs)/width})
}

func (o *own) make(m making) ([]byte, error) {
	defer clear(m.msgs)
	n := 0
	if m.width > 0 {
		n = elementWidth * (len(m.msgs) / m.width)
	}
	out := make([]byte, n+elementWidth*m.fillers)
	ristretto.Random(out[n:])
	if n == 0 {
		return out, nil
	}
	return out, o.key.HashMul(out[:n], ristretto.DSTIdentifier, m.msgs, m.width)
}

func (o *own) enter(rows []byte) error {
	o.blinded += uint64(len(rows) / elementWidth)
	if o.Progress != nil {
		o.Progress("blind", o.blinded, o.table.rows)
	}
	return o.table.sorter.Add(rows)
}

// seal tops the table up to its cap.
func (o *own) seal() error {
	defer o.line.Close()
	for left := o.table.rows - o.taken; left > 0; {
		n := min(left, dh.FillerBatch)
		if err := o.line.Put(making{fillers: int(n)}); err != nil {
			return err
		}
		left -= n
	}
	return o.line.Drain()
}
