package node

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"runtime"
	"strings"

	"mandorla/arrowio"
	"mandorla/identity"
	"mandorla/match/column"
	"mandorla/match/stage"
)

// pair is a row and another that it belongs to, as they are sorted.
func pair(row, other uint64) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(nil, row), other)
}

// settle works out households and duplicates of what was noted.
func (c *cleaning) settle() (err error) {
	sorter := func() (*column.Sorter, error) {
		return column.NewSorter(column.Config{Width: 16, Key: 16, Budget: c.node.share(), Store: c.node.store})
	}
	if c.belonging, err = sorter(); err != nil {
		return err
	}
	if c.same, err = sorter(); err != nil {
		return err
	}
	if c.marks.home != nil {
		if err := c.findHouseholds(); err != nil {
			return err
		}
	}
	return c.findDuplicates()
}

// findHouseholds notes of every row which household it belongs to, but for those
// at institutions.
func (c *cleaning) findHouseholds() (err error) {
	in := c.marks.home
	h := &Households{By: in.By, Sizes: map[uint64]uint64{}, MostPeople: in.mostPeople()}
	if h.By == "" {
		h.By = identity.BySurname
	}
	if c.crowded, h.Institutions, err = c.marks.shares.institutions(); err != nil {
		return err
	}
	h.Institutional = c.crowded.Count()
	h.None = c.read - c.marks.lives.Len()
	rows, err := c.marks.lives.Sort()
	if err != nil {
		return err
	}
	defer rows.Close()
	c.households = h
	return eachGroup(rows, in.mostPeople(), func(members []uint64, size uint64) error {
		if c.crowded.Get(members[0]) { // and so are all of them
			return nil
		}
		h.Households++
		h.Sizes[size]++
		for _, row := range members {
			if err := c.belonging.Add(pair(row, members[0])); err != nil {
				return err
			}
		}
		return nil
	})
}

// A cleanPage is a record of the copy, as far as it does not depend on other
// rows.
type cleanPage struct {
	rec      arrowio.Record // of the source
	replaced map[int]arrowio.Column
	changed  []string // per row, the names of columns
	reports  []CleanedColumn
}

// copy writes the cleaned copy.
func (c *cleaning) copy(ctx context.Context, file, format string) (err error) {
	if format == "" {
		if format, err = arrowio.FormatOf(file); err != nil {
			return unusable("--out %w", err)
		}
	}
	w := &cleanWriter{cleaning: c, file: file, format: format}
	if err := w.open(); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	cleaners, err := c.cleaners()
	if err != nil {
		return err
	}
	line := stage.New(func(rec arrowio.Record) (*cleanPage, error) { return c.clean(rec, cleaners) }, w.keep)
	err = c.each(ctx, nil, "write", line.Put)
	if err = errors.Join(err, line.Drain()); err != nil {
		line.Close()
		return err
	}
	line.Close()
	return w.out.Commit()
}

// cleaners are a set of them for every record that is worked on at once.
func (c *cleaning) cleaners() (chan []*identity.Cleaner, error) {
	all := make(chan []*identity.Cleaner, runtime.GOMAXPROCS(0)+1)
	for range cap(all) {
		var set []*identity.Cleaner
		for _, col := range c.columns {
			cl, err := identity.NewCleaner(col.report.Kind, col.where)
			if err != nil {
				return nil, err
			}
			set = append(set, cl)
		}
		all <- set
	}
	return all, nil
}

// clean brings the columns of a record into order. The page owns the record.
func (c *cleaning) clean(rec arrowio.Record, cleaners chan []*identity.Cleaner) (_ *cleanPage, err error) {
	defer func() {
		if err != nil {
			rec.Release()
		}
	}()
	set := <-cleaners
	defer func() { cleaners <- set }()
	page := &cleanPage{rec: rec, replaced: map[int]arrowio.Column{}, changed: make([]string, rec.NumRows())}
	for i, col := range c.columns {
		at, err := arrowio.ColumnNamed(rec, col.report.Column)
		if err != nil {
			return nil, unusable("dataset %s: %w", c.name, err)
		}
		cells, err := texts(rec, []int{at})
		if err != nil {
			return nil, err
		}
		report := CleanedColumn{Reasons: map[string]uint64{}}
		page.replaced[at] = page.column(col.report.Column, set[i], cells[0], &report)
		page.reports = append(page.reports, report)
	}
	return page, nil
}

// column is a column in order, and counts what became of it.
func (p *cleanPage) column(name string, cl *identity.Cleaner, cells identity.Text, report *CleanedColumn) arrowio.Column {
	values, valid := make([]string, cells.Len()), make([]bool, cells.Len())
	var buf []byte
	for i := range values {
		cell, null := cells.Value(i)
		values[i], valid[i] = string(cell), !null
		report.Rows++
		var reason identity.Reason
		switch buf, reason = cl.Append(buf[:0], cell); reason {
		case identity.Absent:
			report.Empty++
		case identity.Usable:
			if string(buf) != values[i] {
				values[i] = string(buf)
				report.Changed++
				p.changed[i] = strings.TrimPrefix(p.changed[i]+";"+name, ";")
			}
		default:
			report.Invalid++
			report.Reasons[reason.String()]++
		}
	}
	return arrowio.Strings(name, values, valid)
}

// A cleanWriter puts to each row what it has to do with others, and writes it.
type cleanWriter struct {
	*cleaning
	file, format    string
	out             *arrowio.Writer
	belonging, same *pairs
	row             uint64
}

func (w *cleanWriter) open() (err error) {
	if w.belonging, err = newPairs(w.cleaning.belonging); err != nil {
		return err
	}
	w.same, err = newPairs(w.cleaning.same)
	return err
}

// close throws away what was not committed.
func (w *cleanWriter) close() error {
	if w.out == nil {
		return nil
	}
	return w.out.Discard()
}

// keep writes the next page.
func (w *cleanWriter) keep(page *cleanPage) (err error) {
	defer page.rec.Release()
	rows := int(page.rec.NumRows())
	households, inHousehold := make([]uint64, rows), make([]bool, rows)
	originals, isDuplicate := make([]uint64, rows), make([]bool, rows)
	institutional, isChanged := make([]bool, rows), make([]bool, rows)
	for i := range rows {
		if households[i], inHousehold[i], err = w.belonging.of(w.row); err != nil {
			return err
		}
		if originals[i], isDuplicate[i], err = w.same.of(w.row); err != nil {
			return err
		}
		w.countDuplicate(w.row, isDuplicate[i])
		institutional[i] = w.crowded != nil && w.crowded.Get(w.row)
		if isChanged[i] = page.changed[i] != ""; isChanged[i] {
			w.changed++
		}
		w.row++
	}
	w.count(page.reports)
	rec := arrowio.Amend(arrowio.Memory, page.rec, page.replaced,
		arrowio.Uint64s(householdColumn, households, inHousehold), arrowio.Bools(institutionalColumn, institutional, nil),
		arrowio.Uint64s(duplicateColumn, originals, isDuplicate), arrowio.Strings(changedColumn, page.changed, isChanged))
	defer rec.Release()
	return w.write(rec)
}

// countDuplicate counts a row that is the same as another, or that another is
// the same as.
func (w *cleanWriter) countDuplicate(row uint64, isDuplicate bool) {
	switch {
	case isDuplicate:
		w.duplicates.Rows++
	case w.originals.Get(row):
		w.duplicates.Groups++
	}
}

// count adds up what became of the columns.
func (w *cleanWriter) count(reports []CleanedColumn) {
	for i, r := range reports {
		sum := &w.columns[i].report
		sum.Rows += r.Rows
		sum.Empty += r.Empty
		sum.Invalid += r.Invalid
		sum.Changed += r.Changed
		for reason, n := range r.Reasons {
			sum.Reasons[reason] += n
		}
	}
}

func (w *cleanWriter) write(rec arrowio.Record) (err error) {
	if w.out == nil {
		for _, name := range []string{householdColumn, institutionalColumn, duplicateColumn, changedColumn} {
			if n := arrowio.CountNamed(rec, name); n > 1 {
				return unusable("dataset %s: a column is called %q, as one of the copy is; rename it in the source", w.name, name)
			}
		}
		if w.out, err = arrowio.Create(w.file, w.format, rec.Schema()); err != nil {
			return err
		}
	}
	return w.out.Write(rec)
}

// pairs walks pairs in the order of their rows.
type pairs struct {
	rows       *column.Rows
	row, other uint64
	ended      bool
}

func newPairs(s *column.Sorter) (*pairs, error) {
	rows, err := s.Sort()
	if err != nil {
		return nil, err
	}
	p := &pairs{rows: rows}
	return p, p.advance()
}

func (p *pairs) advance() error {
	b, err := p.rows.Next(1)
	if errors.Is(err, io.EOF) {
		p.ended = true
		return nil
	}
	if err != nil {
		return err
	}
	p.row, p.other = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	return nil
}

// of is the first row that a row is paired with, if it is with any. Rows are
// asked for in order.
func (p *pairs) of(row uint64) (other uint64, ok bool, err error) {
	for !p.ended && p.row == row {
		if !ok {
			other, ok = p.other, true
		}
		if err := p.advance(); err != nil {
			return 0, false, err
		}
	}
	return other, ok, nil
}
