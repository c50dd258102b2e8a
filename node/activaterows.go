package node

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"math/big"
	"path/filepath"
	"slices"

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

// A mixture writes rows with decoys among them, at places that nobody can tell.
type mixture struct {
	names  []string
	places []uint64 // of the decoys among all rows, in order
	decoys *activation.Decoys
	next   int    // decoy
	at     uint64 // row
	cells  [][]string
	valid  [][]bool
	put    func(arrowio.Record) error
}

func newMixture(names []string, rows uint64, decoys *activation.Decoys, put func(arrowio.Record) error) (*mixture, error) {
	places, err := scatter(decoys.Len(), rows+uint64(decoys.Len()))
	return &mixture{names: names, places: places, decoys: decoys, put: put,
		cells: make([][]string, len(names)), valid: make([][]bool, len(names))}, err
}

// scatter draws n of the places below a number, each set as likely as any other
// (Floyd's way), and sorts them.
func scatter(n int, below uint64) (places []uint64, err error) {
	taken := map[uint64]bool{}
	for i := below - uint64(n); i < below; i++ {
		drawn, err := rand.Int(rand.Reader, new(big.Int).SetUint64(i+1))
		if err != nil {
			return nil, err
		}
		place := drawn.Uint64()
		if taken[place] {
			place = i
		}
		taken[place] = true
		places = append(places, place)
	}
	slices.Sort(places)
	return places, nil
}

// add writes a row, and the decoys before it.
func (m *mixture) add(row []activation.Cell) error {
	if err := m.lead(); err != nil {
		return err
	}
	return m.row(row)
}

// lead writes the decoys whose place has come.
func (m *mixture) lead() error {
	for m.next < len(m.places) && m.places[m.next] == m.at {
		m.next++
		if err := m.row(m.decoys.Row(m.next - 1)); err != nil {
			return err
		}
	}
	return nil
}

func (m *mixture) row(row []activation.Cell) error {
	for c, cell := range row {
		m.cells[c], m.valid[c] = append(m.cells[c], cell.Text), append(m.valid[c], !cell.Null)
	}
	m.at++
	if len(m.cells[0]) < batchRows {
		return nil
	}
	return m.flush()
}

// end writes what is left.
func (m *mixture) end() error {
	if err := m.lead(); err != nil || len(m.cells[0]) == 0 {
		return err
	}
	return m.flush()
}

func (m *mixture) flush() error {
	var columns []arrowio.Column
	for c, name := range m.names {
		columns = append(columns, arrowio.Strings(name, m.cells[c], m.valid[c]))
	}
	rec := arrowio.NewRecord(arrowio.Memory, nil, columns, nil)
	defer rec.Release()
	for c := range m.cells {
		m.cells[c], m.valid[c] = m.cells[c][:0], m.valid[c][:0]
	}
	return m.put(rec)
}
