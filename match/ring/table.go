package ring

import (
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// A Table is rows that will leave sorted by their keys: sorting is the shuffle.
type Table struct {
	width  int
	rows   uint64 // that it has to have
	sorter *column.Sorter
}

// NewTable makes an empty table of rows that begin with a key. Whoever makes it
// closes it.
func NewTable(c match.Config, width, key int, rows uint64) (*Table, error) {
	s, err := column.NewSorter(column.Config{Width: width, Key: key, Budget: dh.Share(c), Store: c.Store})
	return &Table{width, rows, s}, err
}

// Add copies some rows.
func (t *Table) Add(rows []byte) error { return t.sorter.Add(rows) }

// Close gives back storage; of no table it is nothing.
func (t *Table) Close() error {
	if t == nil || t.sorter == nil {
		return nil
	}
	return t.sorter.Close()
}

// Framer sends the table.
func (t *Table) Framer(k wire.Kind, level uint8, s wire.Schema) (*match.Framer, error) {
	rows, err := t.sorter.Sort()
	return &match.Framer{Kind: k, Level: level, Schema: s, Width: t.width, Rows: rows, Left: t.rows}, err
}
