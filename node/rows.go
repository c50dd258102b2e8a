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

// A matchedRows walks the matched rows in the order of the source.
type matchedRows struct {
	rows    match.Rows
	numbers *column.Rows // of the run's rows in the source
	at, n   uint64
	peeked  bool
	source  uint64
	level   int
}

// peek is the next matched row: its number in the source and its level.
func (m *matchedRows) peek() (source uint64, level int, ok bool, err error) {
	for !m.peeked {
		if m.at == m.n {
			return 0, 0, false, nil
		}
		number, err := m.numbers.Next(1)
		if err != nil {
			return 0, 0, false, err
		}
		m.level, m.peeked = m.rows.Level(m.at)
		m.source = binary.BigEndian.Uint64(number)
		m.at++
	}
	return m.source, m.level, true, nil
}

// A rowsWriter writes the list of matched rows: `row`, `level`, then the
// columns asked for.
type rowsWriter struct {
	finding *finding
	types   []string
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
	m := &matchedRows{rows: o, numbers: numbers, n: a.table.Distinct}
	w := &rowsWriter{finding: f, types: a.plan.types(), sum: sha256.New()}
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
func (w *rowsWriter) plain(m *matchedRows) error {
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
func (w *rowsWriter) gather(rec arrowio.Record, m *matchedRows, start, end uint64) error {
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
func (w *rowsWriter) collect(m *matchedRows, below uint64) error {
	w.rows, w.levels = w.rows[:0], w.levels[:0]
	for len(w.rows) < listed {
		source, level, ok, err := m.peek()
		if err != nil || !ok || source >= below {
			return err
		}
		m.peeked = false
		w.rows = append(w.rows, source)
		w.levels = append(w.levels, w.types[level])
		w.sum.Write(append(binary.BigEndian.AppendUint64(nil, source), byte(level)))
	}
	return nil
}

// write writes what was collected, and the columns beside it, if any.
func (w *rowsWriter) write(beside arrowio.Record) (err error) {
	rec := arrowio.NewRecord(arrowio.Memory, nil, []arrowio.Column{
		arrowio.Uint64s(rowColumn, w.rows, nil), arrowio.Strings(levelColumn, w.levels, nil)}, beside)
	defer rec.Release()
	if w.finding.rows == nil {
		if w.finding.rows, err = arrowio.Create(w.finding.path, "arrow", rec.Schema()); err != nil {
			return err
		}
	}
	return w.finding.rows.Write(rec)
}
