package node

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"slices"

	"mandorla/agreement/bands"
	"mandorla/arrowio"
	"mandorla/match"
	"mandorla/match/column"
)

// roomForLabels sees, before anything is read, that what is appended has other
// names than what this node's own file has.
func (a *attempt) roomForLabels() error {
	if a.plan.schema == nil || !a.plan.learns {
		return nil
	}
	r, err := a.open(a.plan.dataset, nil)
	if err != nil {
		return unusable("dataset %s: %w", a.plan.datasetName(), err)
	}
	for _, name := range append([]string{levelColumn}, a.plan.appended()...) {
		if r.Schema().HasField(name) {
			err = unusable("dataset %s: the source has a column %q, and so has what is appended; rename it in the source", a.plan.datasetName(), name)
		}
	}
	return errors.Join(err, r.Close())
}

// appended are the names of the columns that come from the partner: its own, with
// its name in front, so that they are no column of this node's.
func (p *plan) appended() (names []string) {
	for _, c := range p.schema.Names() {
		names = append(names, p.peer+"."+c)
	}
	return names
}

// An appender writes this node's own file, all columns and rows of it, with the
// level and the partner's columns beside: null where a row did not match.
type appender struct {
	finding *finding
	types   []string
	schema  bands.Schema
	names   []string // of its columns
	matched *listWalk
	labels  *column.Rows // a label for each matched row, in their order
	sum     hash.Hash    // over the matched rows' numbers, levels and labels
}

// writeAppended writes the result of `append` to a file that appears when the
// finding is kept, in a second reading of the source, and answers with the hash
// of what was learnt.
func (a *attempt) writeAppended(ctx context.Context, f *finding, o match.Labelled) (sum string, err error) {
	numbers, err := a.table.sourceRows()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, numbers.Close()) }()
	labels, err := o.Labels()
	if err != nil {
		return "", err
	}
	f.path = a.file(rowsFile)
	w := &appender{finding: f, types: a.plan.types(), schema: a.plan.schema, names: a.plan.appended(), labels: labels, sum: sha256.New(),
		matched: matchedRows(o.Rows, numbers, a.table.Distinct)}
	err = a.reread(ctx, nil, func(rec arrowio.Record, start uint64) error {
		a.progress("append", start+uint64(rec.NumRows()), a.table.Read)
		return w.write(rec, start)
	})
	return hex.EncodeToString(w.sum.Sum(nil)), err
}

// write writes a record of the source, whose first row has the number start.
func (w *appender) write(rec arrowio.Record, start uint64) error {
	n := int(rec.NumRows())
	levels, found := make([]string, n), make([]bool, n)
	values := make([][]bands.Value, n)
	for {
		row, ok, err := w.matched.peek()
		if err != nil {
			return err
		}
		if !ok || row.source >= start+uint64(n) {
			break
		}
		bytes, err := w.label(row)
		if err != nil {
			return err
		}
		i := row.source - start
		levels[i], found[i], values[i] = w.types[row.level], true, w.schema.Values(bytes)
	}
	out := arrowio.Amend(arrowio.Memory, rec, nil, w.columns(levels, found, values)...)
	defer out.Release()
	if w.finding.rows == nil {
		var err error
		if w.finding.rows, err = arrowio.Create(w.finding.path, "arrow", out.Schema()); err != nil {
			return err
		}
	}
	return w.finding.rows.Write(out)
}

// label takes the label of the matched row that was peeked at.
func (w *appender) label(row listedRow) ([]byte, error) {
	w.matched.peeked = false
	numbered, err := w.labels.Next(1)
	if err != nil {
		return nil, err
	}
	if binary.BigEndian.Uint64(numbered) != row.run {
		return nil, errors.New("a matched row has no label")
	}
	w.sum.Write(binary.BigEndian.AppendUint64(nil, row.source))
	w.sum.Write([]byte{byte(row.level)})
	w.sum.Write(numbered[8:])
	return numbered[8:], nil
}

// columns are what is appended: the level, then the schema's columns.
func (w *appender) columns(levels []string, found []bool, values [][]bands.Value) []arrowio.Column {
	out := []arrowio.Column{arrowio.Strings(levelColumn, levels, found)}
	for c, column := range w.schema {
		cells, valid := make([]bands.Value, len(values)), slices.Clone(found)
		for i := range values {
			if found[i] {
				cells[i] = values[i][c]
				valid[i] = !cells[i].Null
			}
		}
		out = append(out, appended(w.names[c], column.Type, cells, valid))
	}
	return out
}

// appended is a column of the result.
func appended(name, typ string, cells []bands.Value, valid []bool) arrowio.Column {
	switch typ {
	case bands.Bool:
		return arrowio.Bools(name, each(cells, func(v bands.Value) bool { return v.Truth }), valid)
	case bands.Int:
		return arrowio.Int64s(name, each(cells, func(v bands.Value) int64 { return v.Int }), valid)
	case bands.Decimal:
		return arrowio.Float64s(name, each(cells, func(v bands.Value) float64 { return v.Number }), valid)
	case bands.Date:
		return arrowio.Dates(name, each(cells, daysOf), valid)
	}
	return arrowio.Strings(name, each(cells, func(v bands.Value) string { return v.Text }), valid)
}

// daysOf is a value's day, in days since 1970-01-01.
func daysOf(v bands.Value) int32 { return int32(v.Day.Unix() / daySeconds) }

func each[T, R any](list []T, get func(T) R) []R {
	out := make([]R, len(list))
	for i, v := range list {
		out[i] = get(v)
	}
	return out
}

// reread reads the source again, some columns of it or, where none are named, all:
// do is given each record and the number of its first row.
func (a *attempt) reread(ctx context.Context, columns []string, do func(rec arrowio.Record, start uint64) error) (err error) {
	r, err := a.open(a.plan.dataset, columns)
	if err != nil {
		return unusable("dataset %s: %w", a.plan.datasetName(), err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for start := uint64(0); ; {
		rec, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			if start != a.table.Read {
				return errChanged
			}
			return nil
		}
		if err != nil {
			return unusable("dataset %s: %w", a.plan.datasetName(), err)
		}
		n := uint64(rec.NumRows())
		err = do(rec, start)
		rec.Release()
		if err != nil {
			return err
		}
		start += n
	}
}
