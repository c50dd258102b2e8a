package node

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"mandorla/arrowio"
	"mandorla/identity"
	"mandorla/ledger"
	"mandorla/match/column"
)

// A holding says what becomes of rows that have an identifier in common. At most
// one row holds it (PROTOCOLS.md §1.5); the others are not alike in every
// analysis.
type holding uint8

const (
	// oneHolder: they go on without it; a value that two people may well have, no
	// row keeps.
	oneHolder holding = iota
	// sameFate: the first holds it, whatever its type, and it is kept who shares
	// it.
	sameFate
	// houseFate: likewise, and an address of too many people for a household is one
	// all the same: for lists that nobody may be left on by mistake, or be bought by.
	houseFate
	// firstAlone: the first holds it, and the others take no part: for lists of
	// which nobody is sold twice.
	firstAlone
)

// shared reports whether it is kept who shares an identifier.
func (h holding) shared() bool { return h == sameFate || h == houseFate }

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
	holding    holding        // what becomes of rows with one identifier
	sold       *goods         // what is sold of the rows
	lost       []*column.Bits // per level, by place in the log: another row holds the identifier
	shared     []*column.List // per level, where every row is answered for: places that lost theirs, each with its holder's
	nameless   *column.Bits   // eligible rows of the source without any identifier; nil where nobody asks for them
	seed       hash32         // salts the commitment
	root       [32]byte
	objections *objections  // by day, of a dataset that dates them; nil of any other
	numbers    *column.List // per row of the run, its number in the source
}

// passOver notes that the next row of the source may take part and has no
// identifier to do so.
func (t *Table) passOver() {
	if t.nameless != nil {
		t.nameless.Set(t.Read)
	}
}

// Eligible is how many rows may take part.
func (t *Table) Eligible() uint64 {
	n := t.Read
	for _, excluded := range t.Excluded {
		n -= excluded
	}
	return n
}

// nobody is how many of these have no valid identifier.
func (t *Table) nobody() uint64 { return t.Eligible() - t.log.rows }

// Close gives back the table's storage.
func (t *Table) Close() error {
	clear(t.seed[:])
	errs := []error{t.log.close(), t.numbers.Close()}
	for _, l := range t.shared {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}

// settle finds the rows of the run: for every identifier held by several rows
// it decides who keeps it, and it commits to what is left.
func (t *Table) settle(levels []*identity.Normaliser, holders []*column.Sorter, at []*homes) error {
	for l, n := range levels {
		crowded := new(column.Bits)
		if at[l] != nil {
			var err error
			if crowded, t.Levels[l].Institutions, err = at[l].institutions(); err != nil {
				return err
			}
		}
		beside := func(uint64, uint64) error { return nil }
		if t.holding.shared() {
			beside = t.besides()
		}
		lost, err := losers(holders[l], n.Shared() && t.holding == oneHolder, crowded, beside)
		if err != nil {
			return err
		}
		t.lost = append(t.lost, lost)
		t.Levels[l].Institutional = crowded.Count()
		t.Levels[l].Duplicate = lost.Count() - crowded.Count()
	}
	return t.commit()
}

// besides begins the next level's list of who shares an identifier with whom,
// and gives what adds to it.
func (t *Table) besides() func(place, first uint64) error {
	l := column.NewList(besideRow, t.log.budget, t.log.store)
	t.shared = append(t.shared, l)
	return func(place, first uint64) error {
		return l.Append(binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, place), first))
	}
}

// besideRow is the place of a row that shares an identifier, and of the row that
// holds it.
const besideRow = 8 + 8

// A holder is a row that holds an identifier: the identifier's mark, then the
// row's place in the log.
const (
	holderKey = identity.MarkSize
	holder    = holderKey + 8
)

// losers goes through a level's holders and marks those that lose their
// identifier to another row: all of a shared value's, all but the first of any
// other's. Rows of institutions lose theirs whoever holds it. beside is told of
// each other one that is not the first, and of the first.
func losers(s *column.Sorter, shared bool, institutional *column.Bits, beside func(place, first uint64) error) (*column.Bits, error) {
	rows, err := s.Sort()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	lost := new(column.Bits)
	var first []byte // of those with the present identifier
	err = column.EachBatch(rows, func(batch []byte) error {
		for row := range slices.Chunk(batch, holder) {
			place := binary.BigEndian.Uint64(row[holderKey:])
			if institutional.Get(place) {
				lost.Set(place)
				continue
			}
			if first == nil || [holderKey]byte(row) != [holderKey]byte(first) {
				first = append(first[:0], row...)
				continue
			}
			holds := binary.BigEndian.Uint64(first[holderKey:])
			lost.Set(place)
			if shared {
				lost.Set(holds)
			}
			if err := beside(place, holds); err != nil {
				return err
			}
		}
		return nil
	})
	return lost, err
}

// commit makes the Merkle root over the rows of the run (PROTOCOLS.md §10) and
// numbers them.
func (t *Table) commit() error {
	rand.Read(t.seed[:])
	c := ledger.NewCommitment(t.seed)
	var row []byte
	err := t.each(func(r loggedRow) error {
		row = commitRow(row[:0], r)
		c.Add(row)
		t.Distinct++
		t.attributes.count(r.attributes)
		return t.numbers.Append(row[:8])
	})
	t.root = c.Root()
	if err != nil {
		return err
	}
	return t.attributes.settle()
}

// commitRow appends what a row's commitment is over, the row's number first.
func commitRow(row []byte, r loggedRow) []byte {
	row = binary.BigEndian.AppendUint64(row, r.number)
	for _, v := range r.values {
		row = binary.BigEndian.AppendUint32(row, uint32(len(v)))
		row = append(row, v...)
	}
	for _, a := range r.attributes {
		row = binary.BigEndian.AppendUint64(row, uint64(a))
	}
	return append(row, r.sold...)
}

// each yields the rows of the run in order, without the identifiers that they
// lost; rows with none left are passed over.
func (t *Table) each(do func(loggedRow) error) (err error) {
	r, err := t.log.read()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	lost := t.losses()
	for place := uint64(0); place < t.log.rows; place++ {
		row, err := r.next()
		if err != nil {
			return fmt.Errorf("row %d of the prepared table: %w", place, err)
		}
		if !lost.keep(place, row.values) {
			continue
		}
		row.place = place
		if err := do(row); err != nil {
			return err
		}
	}
	return nil
}

// losses are what the rows of a log lost, looked at in their order.
type losses struct {
	levels  []*column.Walk
	holding holding
}

func (t *Table) losses() losses {
	l := losses{holding: t.holding}
	for _, lost := range t.lost {
		l.levels = append(l.levels, lost.Walk())
	}
	return l
}

// keep takes away what the row at place lost, and reports whether anything is
// left.
func (s losses) keep(place uint64, values [][]byte) (left bool) {
	for l := range values {
		if s.levels[l].Get(place) {
			if s.holding == firstAlone {
				return false
			}
			values[l] = nil
		}
		left = left || len(values[l]) > 0
	}
	return left
}

// sourceRows reads the source row numbers of the run's rows, in order.
func (t *Table) sourceRows() (*column.Rows, error) { return t.numbers.Rows() }
