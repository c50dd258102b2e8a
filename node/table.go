package node

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"mandorla/arrowio"
	"mandorla/identity"
	"mandorla/ledger"
	"mandorla/match/column"
)

// A Table is a dataset made ready for a run: read once, eligible rows only,
// every identifier canonical and held by one row (PROTOCOLS.md §1.5). Close
// gives back its storage.
type Table struct {
	Read     uint64            // rows in the source
	Bad      uint64            // lines that were no rows
	BadLines []arrowio.BadLine // the first of them
	Excluded map[string]uint64 // rows that may not take part, by reason
	Levels   []identity.Report // per identifier type
	Distinct uint64            // rows with at least one identifier left: the rows of the run

	columns    []string // of the source, that were read; sorted
	log        *valueLog
	attributes *attributes    // what else the rows bring into cells
	lost       []*column.Bits // per level, by place in the log: another row holds the identifier
	seed       hash32         // salts the commitment
	root       [32]byte
	numbers    *column.List // per row of the run, its number in the source
}

// Eligible is how many rows may take part.
func (t *Table) Eligible() uint64 {
	n := t.Read
	for _, excluded := range t.Excluded {
		n -= excluded
	}
	return n
}

// Close gives back the table's storage.
func (t *Table) Close() error {
	clear(t.seed[:])
	return errors.Join(t.log.close(), t.numbers.Close())
}

// settle finds the rows of the run: for every identifier held by several rows
// it decides who keeps it, and it commits to what is left.
func (t *Table) settle(levels []*identity.Normaliser, holders []*column.Sorter) error {
	for l, n := range levels {
		lost, err := losers(holders[l], n.Shared())
		if err != nil {
			return err
		}
		t.lost = append(t.lost, lost)
		t.Levels[l].Duplicate = lost.Count()
	}
	return t.commit()
}

// A holder is a row that holds an identifier: the identifier's mark, then the
// row's place in the log.
const (
	holderKey = identity.MarkSize
	holder    = holderKey + 8
)

// losers goes through a level's holders and marks those that lose their
// identifier to another row: all of a shared value's, all but the first of any
// other's.
func losers(s *column.Sorter, shared bool) (*column.Bits, error) {
	rows, err := s.Sort()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	lost := new(column.Bits)
	var last [holder]byte
	for first := true; ; first = false {
		batch, err := rows.Next(1)
		if errors.Is(err, io.EOF) {
			return lost, nil
		}
		if err != nil {
			return nil, err
		}
		if !first && [16]byte(batch[:16]) == [16]byte(last[:16]) {
			lost.Set(binary.BigEndian.Uint64(batch[16:]))
			if shared {
				lost.Set(binary.BigEndian.Uint64(last[16:]))
			}
		}
		copy(last[:], batch)
	}
}

// commit makes the Merkle root over the rows of the run (PROTOCOLS.md §10) and
// numbers them.
func (t *Table) commit() error {
	rand.Read(t.seed[:])
	c := ledger.NewCommitment(t.seed)
	var row []byte
	err := t.each(func(number uint64, values [][]byte, attributes []int64) error {
		row = commitRow(row[:0], number, values, attributes)
		c.Add(row)
		t.Distinct++
		t.attributes.count(attributes)
		return t.numbers.Append(row[:8])
	})
	t.root = c.Root()
	if err != nil || !t.attributes.cells {
		return err
	}
	return t.attributes.settle()
}

// commitRow appends what a row's commitment is over, the row's number first.
func commitRow(row []byte, number uint64, values [][]byte, attributes []int64) []byte {
	row = binary.BigEndian.AppendUint64(row, number)
	for _, v := range values {
		row = binary.BigEndian.AppendUint32(row, uint32(len(v)))
		row = append(row, v...)
	}
	for _, a := range attributes {
		row = binary.BigEndian.AppendUint64(row, uint64(a))
	}
	return row
}

// each yields the rows of the run in order, without the identifiers that they
// lost; rows with none left are passed over.
func (t *Table) each(do func(number uint64, values [][]byte, attributes []int64) error) (err error) {
	r, err := t.log.read()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for place := uint64(0); place < t.log.rows; place++ {
		number, values, err := r.next()
		if err != nil {
			return fmt.Errorf("row %d of the prepared table: %w", place, err)
		}
		if !t.keep(place, values) {
			continue
		}
		if err := do(number, values, r.attributes); err != nil {
			return err
		}
	}
	return nil
}

// keep takes away what the row at place lost, and reports whether anything is
// left.
func (t *Table) keep(place uint64, values [][]byte) (left bool) {
	for l := range values {
		if t.lost[l].Get(place) {
			values[l] = nil
		}
		left = left || len(values[l]) > 0
	}
	return left
}

// sourceRows reads the source row numbers of the run's rows, in order.
func (t *Table) sourceRows() (*column.Rows, error) { return t.numbers.Rows() }
