package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"mandorla/agreement"
	"mandorla/arrowio"
)

// ErrWithheld is a list that a rule keeps back, or that another member learns.
var ErrWithheld = errors.New("there is no list to write: it is shorter than the min_list_size agreed on, or the agreement gives it to another member")

// Export writes a result to a file as csv, parquet, arrow or json: of `match`
// the list of rows (row uint64, level utf8, own columns), of `suppress` the send
// list (row uint64, own columns), of `frequency_cap` the own send plan (its own
// columns), of `size` one row
// (count uint64, count.sd float64, state utf8), of `aggregate` one row a cell, of
// `multi` one row a figure. The file appears whole or not at all.
func Export(r *Result, path, format string) error {
	return export(r, func(s *arrowio.Schema) (*arrowio.Writer, error) { return arrowio.Create(path, format, s) })
}

// ExportTo is [Export] to a writer.
func ExportTo(r *Result, w io.Writer, format string) error {
	return export(r, func(s *arrowio.Schema) (*arrowio.Writer, error) { return arrowio.NewStream(w, format, s) })
}

// A creator begins the file or stream that a result goes to.
type creator func(*arrowio.Schema) (*arrowio.Writer, error)

func export(r *Result, create creator) error {
	switch {
	case r.Group != nil:
		return exportRecord(r.Group.record(r.metadata()), create)
	case r.Cells != nil:
		return exportRecord(r.Cells.record(r.metadata()), create)
	case r.Analysis == agreement.Size:
		return exportRecord(r.countRecord(), create)
	case r.Matches == "":
		return ErrWithheld
	}
	return exportRows(r, r.Matches, create)
}

// metadata is what a result's schema says of its run.
func (r *Result) metadata() map[string]string {
	m := map[string]string{"run": r.Run, "agreement": r.Agreement, "receipt": r.Receipt,
		"min_group_size": strconv.FormatUint(r.MinGroupSize, 10), "epsilon": r.Epsilon}
	if r.Cells != nil {
		m["suppressed_cells"] = strconv.Itoa(r.Cells.Suppressed)
	}
	return m
}

// countRecord is a count as one row.
func (r *Result) countRecord() arrowio.Record {
	count, sd, known := []uint64{0}, []float64{0}, []bool{r.Count != nil}
	if known[0] {
		count[0], sd[0] = *r.Count, *r.SD
	}
	return arrowio.NewRecord(arrowio.Memory, r.metadata(), []arrowio.Column{
		arrowio.Uint64s("count", count, known), arrowio.Float64s("count.sd", sd, known),
		arrowio.Strings("state", []string{r.State}, nil)}, nil)
}

// exportRecord writes one record, which it releases.
func exportRecord(rec arrowio.Record, create creator) error {
	defer rec.Release()
	w, err := create(rec.Schema())
	if err != nil {
		return err
	}
	if err := w.Write(rec); err != nil {
		return errors.Join(err, w.Discard())
	}
	return w.Commit()
}

// exportRows copies a list of rows of the run.
func exportRows(r *Result, list string, create creator) (err error) {
	in, err := arrowio.Open(list, arrowio.Options{})
	if err != nil {
		return fmt.Errorf("read the list back: %w", err)
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	w, err := create(arrowio.WithMetadata(in.Schema(), r.metadata()))
	if err != nil {
		return err
	}
	for {
		rec, err := in.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return w.Commit()
		}
		if err == nil {
			err = w.Write(rec)
			rec.Release()
		}
		if err != nil {
			return errors.Join(err, w.Discard())
		}
	}
}
