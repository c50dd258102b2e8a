package node

import (
	"context"
	"errors"
	"io"
	"path/filepath"

	"mandorla/activation"
	"mandorla/arrowio"
)

// eachRow gives the cells of some columns, row by row, as text. The slice is used
// again for the next row.
func eachRow(ctx context.Context, r *arrowio.Reader, do func(row []activation.Cell) error) error {
	for {
		rec, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return unusable("%w", err)
		}
		err = eachOf(rec, do)
		rec.Release()
		if err != nil {
			return err
		}
	}
}

func eachOf(rec arrowio.Record, do func(row []activation.Cell) error) error {
	at := make([]int, rec.NumCols())
	for c := range at {
		at[c] = c
	}
	columns, err := texts(rec, at)
	if err != nil {
		return err
	}
	row := make([]activation.Cell, len(columns))
	for i := range int(rec.NumRows()) {
		for c, column := range columns {
			cell, null := column.Value(i)
			row[c] = activation.Cell{Text: string(cell), Null: null}
		}
		if err := do(row); err != nil {
			return err
		}
	}
	return nil
}

// eachListed gives the columns that may leave of every row of the list.
func (a *activating) eachListed(ctx context.Context, do func(row []activation.Cell) error) (err error) {
	r, err := arrowio.Open(filepath.Join(a.dir, results, a.folder, rowsFile), arrowio.Options{Columns: a.columns})
	if err != nil {
		return unusable("run %s: its list has not the columns that may leave; run `match` again with --columns: %w", a.folder, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return eachRow(ctx, r, do)
}

// decoys reads the list, sees that it is long enough, and makes decoys after it.
func (a *activating) decoys(ctx context.Context) (*activation.Decoys, uint64, error) {
	survey, rows := activation.NewSurvey(a.secret, a.list, a.columns), uint64(0)
	err := a.eachListed(ctx, func(row []activation.Cell) error {
		survey.Add(row)
		rows++
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	if least := a.plan.rules.MinListSize; rows < max(least, 1) {
		return nil, 0, refuse("rules.min_list_size: the list has %d rows, fewer than the %d that may leave", rows, max(least, 1))
	}
	owned := a.plan.policy.Decoys
	decoys, err := survey.Decoys(a.plan.agreement.Terms.Activate.Decoys,
		activation.Inventory{Domains: owned.Domains, Phones: owned.Phones, Addresses: owned.Addresses})
	if err != nil {
		return nil, 0, refuse("activate.decoys: %w", err)
	}
	return decoys, rows, nil
}

// freeOfPeople draws decoys anew until none has a value of anybody's, in the list
// or in the whole table.
func (a *activating) freeOfPeople(ctx context.Context, decoys *activation.Decoys) error {
	see := func(row []activation.Cell) error {
		for c, cell := range row {
			decoys.Seen(c, cell)
		}
		return nil
	}
	for again := true; again; {
		err := a.eachListed(ctx, see)
		if err == nil {
			err = a.eachOfTable(ctx, see)
		}
		if err != nil {
			return err
		}
		if again, err = decoys.Redraw(); err != nil {
			return refuse("activate.decoys: %w", err)
		}
	}
	return nil
}

func (a *activating) eachOfTable(ctx context.Context, do func(row []activation.Cell) error) (err error) {
	r, err := a.open(a.plan.dataset, a.columns)
	if err != nil {
		return unusable("dataset %s: %w", a.plan.datasetName(), err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	return eachRow(ctx, r, do)
}

// eachMixed gives the rows of the list and the decoys among them, in an order that
// does not tell which is which: whatever the list is sorted by, a decoy would stand
// out in it.
func (a *activating) eachMixed(ctx context.Context, decoys *activation.Decoys, do func(row []activation.Cell) error) (err error) {
	mixed, err := newShuffle(len(a.columns), a.share(), a.store)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, mixed.close()) }()
	order, n := a.secret.Order(a.list), uint64(0)
	err = a.eachListed(ctx, func(row []activation.Cell) error {
		n++
		return mixed.add(order.Real(n-1), row)
	})
	if err != nil {
		return err
	}
	for i := range decoys.Len() {
		if err := mixed.add(order.Decoy(uint64(i)), decoys.Row(i)); err != nil {
			return err
		}
	}
	return mixed.each(do)
}

// A filing puts rows, real ones and decoys, into records of a table.
type filing struct {
	names []string
	rows  uint64
	cells [][]string
	valid [][]bool
	put   func(arrowio.Record) error
}

func newFiling(names []string, put func(arrowio.Record) error) *filing {
	return &filing{names: names, cells: make([][]string, len(names)), valid: make([][]bool, len(names)), put: put}
}

// add copies a row.
func (f *filing) add(row []activation.Cell) error {
	for c, cell := range row {
		f.cells[c], f.valid[c] = append(f.cells[c], cell.Text), append(f.valid[c], !cell.Null)
	}
	f.rows++
	if len(f.cells[0]) < batchRows {
		return nil
	}
	return f.flush()
}

// end writes what is left.
func (f *filing) end() error {
	if len(f.cells[0]) == 0 {
		return nil
	}
	return f.flush()
}

func (f *filing) flush() error {
	var columns []arrowio.Column
	for c, name := range f.names {
		columns = append(columns, arrowio.Strings(name, f.cells[c], f.valid[c]))
	}
	rec := arrowio.NewRecord(arrowio.Memory, nil, columns, nil)
	defer rec.Release()
	for c := range f.cells {
		f.cells[c], f.valid[c] = f.cells[c][:0], f.valid[c][:0]
	}
	return f.put(rec)
}
