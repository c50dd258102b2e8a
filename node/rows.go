package node

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"

	"mandorla/arrowio"
	"mandorla/match"
	"mandorla/match/column"
)

// The columns that every list of matched rows has.
const (
	rowColumn   = "row"
	levelColumn = "level"
)

// listed is how many matched rows go into one record.
const listed = 1 << 16

// errChanged is a source that is not what it was when the run began.
var errChanged = unusable("the source has changed since the run began; start the run again")

// A listedRow is a row that a list holds: its number in the source, and the
// level that found it, where one did, with its number in the run.
type listedRow struct {
	source uint64
	level  int
	run    uint64
}

// A listWalk walks the rows of a list in the order of the source.
type listWalk struct {
	next   func() (row listedRow, ok bool, err error)
	ahead  listedRow
	peeked bool
}

// peek is the next row, which stays the next until it is passed.
func (w *listWalk) peek() (row listedRow, ok bool, err error) {
	if !w.peeked {
		w.ahead, w.peeked, err = w.next()
	}
	return w.ahead, w.peeked, err
}

// matchedRows is the walk over matched rows; numbers are those of the run's n
// rows in the source.
func matchedRows(rows match.Rows, numbers *column.Rows, n uint64) *listWalk {
	at := uint64(0)
	return &listWalk{next: func() (listedRow, bool, error) {
		for ; at < n; at++ {
			number, err := numbers.Next(1)
			if err != nil {
				return listedRow{}, false, err
			}
			if level, ok := rows.Level(at); ok {
				at++
				return listedRow{binary.BigEndian.Uint64(number), level, at - 1}, true, nil
			}
		}
		return listedRow{}, false, nil
	}}
}

// A rowsWriter writes a list of own rows: `row`, `level` where a level found
// them, then the columns asked for.
type rowsWriter struct {
	finding *finding
	types   []string  // of the levels; nil where none found the rows
	sum     hash.Hash // over the numbers and levels
	rows    []uint64
	levels  []string
}

// writeRows writes the matched rows to a file that appears when the finding is
// kept, and answers with the hash of their numbers and levels.
func (a *attempt) writeRows(ctx context.Context, f *finding, o match.Rows) (sum string, err error) {
	numbers, err := a.table.sourceRows()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, numbers.Close()) }()
	return a.writeList(ctx, f, matchedRows(o, numbers, a.table.Distinct), a.plan.types())
}

// writeList writes the rows of a walk.
func (a *attempt) writeList(ctx context.Context, f *finding, m *listWalk, types []string) (sum string, err error) {
	w := &rowsWriter{finding: f, types: types, sum: sha256.New()}
	f.path = a.file(rowsFile)
	if len(a.columns) == 0 {
		err = w.plain(m)
	} else {
		err = a.reread(ctx, a.columns, func(rec arrowio.Record, start uint64) error {
			return w.gather(rec, m, start, start+uint64(rec.NumRows()))
		})
	}
	return hex.EncodeToString(w.sum.Sum(nil)), err
}

// plain writes numbers and levels alone.
func (w *rowsWriter) plain(m *listWalk) error {
	for {
		if err := w.collect(m, ^uint64(0)); err != nil {
			return err
		}
		if err := w.write(nil); err != nil || len(w.rows) == 0 {
			return err
		}
	}
}

// gather writes the matched ones of a record's rows, which are those of the
// source from start to end.
func (w *rowsWriter) gather(rec arrowio.Record, m *listWalk, start, end uint64) error {
	if err := w.collect(m, end); err != nil {
		return err
	}
	places := make([]int, len(w.rows))
	for i, row := range w.rows {
		places[i] = int(row - start)
	}
	columns, err := arrowio.Gather(arrowio.Memory, rec, places)
	if err != nil {
		return err
	}
	defer columns.Release()
	return w.write(columns)
}

// collect takes matched rows below a number of the source, as many as go into
// one record. No record of a source has more.
func (w *rowsWriter) collect(m *listWalk, below uint64) error {
	w.rows, w.levels = w.rows[:0], w.levels[:0]
	for len(w.rows) < listed {
		row, ok, err := m.peek()
		if err != nil || !ok || row.source >= below {
			return err
		}
		m.peeked = false
		w.rows = append(w.rows, row.source)
		if w.types != nil {
			w.levels = append(w.levels, w.types[row.level])
		}
		w.sum.Write(append(binary.BigEndian.AppendUint64(nil, row.source), byte(row.level)))
	}
	return nil
}

// write writes what was collected, and the columns beside it, if any.
func (w *rowsWriter) write(beside arrowio.Record) (err error) {
	columns := []arrowio.Column{arrowio.Uint64s(rowColumn, w.rows, nil)}
	if w.types != nil {
		columns = append(columns, arrowio.Strings(levelColumn, w.levels, nil))
	}
	rec := arrowio.NewRecord(arrowio.Memory, nil, columns, beside)
	defer rec.Release()
	if err := w.finding.create(rec.Schema()); err != nil {
		return err
	}
	return w.finding.rows.Write(rec)
}
