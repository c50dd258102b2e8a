package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"mandorla/arrowio"
	"mandorla/consent"
	"mandorla/identity"
	"mandorla/match/column"
	"mandorla/match/stage"
)

// A preparation is the one reading of a dataset: eligible? → normalise. One
// record is read while others are normalised and the one before is kept.
type preparation struct {
	table    *Table
	makers   chan *maker // that are not at work
	line     *stage.Line[arrowio.Record, *page]
	columns  [][]int // per level, where its parts stand in a record
	rule     *consent.Rule
	consent  int   // where the eligibility column stands
	extra    []int // where the columns of the attributes stand
	holders  []*column.Sorter
	progress func(phase string, done, total uint64)
	read     uint64
	row      [][]byte
}

// prepare reads a dataset: its identifiers and, where cells are wanted, its
// dimensions and measures. The caller closes the table.
func (n *Node) prepare(ctx context.Context, name string, d Dataset, inputs []Identifier, levels []*identity.Normaliser, cells *cellPlan) (*Table, error) {
	p, names, err := n.preparation(d, inputs, levels, cells)
	if err != nil {
		return nil, err
	}
	defer func() {
		p.line.Close()
		for _, s := range p.holders {
			s.Close()
		}
	}()
	err = n.scan(ctx, name, d, names, p)
	if err == nil {
		err = p.table.settle(levels, p.holders)
	}
	if err != nil {
		return nil, errors.Join(err, p.table.Close())
	}
	return p.table, nil
}

// preparation makes room and works out which columns are to be read.
func (n *Node) preparation(d Dataset, inputs []Identifier, levels []*identity.Normaliser, cells *cellPlan) (*preparation, []string, error) {
	attributes, err := newAttributes(cells)
	if err != nil {
		return nil, nil, err
	}
	p := &preparation{progress: n.progress, row: make([][]byte, len(levels)),
		table: &Table{Excluded: map[string]uint64{}, Levels: make([]identity.Report, len(levels)),
			attributes: attributes,
			log:        &valueLog{levels: len(levels), extra: attributes.width(), budget: n.buffer(), store: n.store},
			numbers:    column.NewList(8, n.buffer(), n.store)}}
	p.line = stage.New(p.ready, p.keep)
	p.makers = newMakers(levels)
	var names []string
	place := func(column string) int {
		if i := slices.Index(names, column); i >= 0 {
			return i
		}
		names = append(names, column)
		return len(names) - 1
	}
	for _, in := range inputs {
		var at []int
		for _, c := range in.columns() {
			at = append(at, place(c))
		}
		p.columns = append(p.columns, at)
		s, err := column.NewSorter(column.Config{Width: holder, Key: holder, Budget: n.share() / int64(len(inputs)), Store: n.store})
		if err != nil {
			return nil, nil, err
		}
		p.holders = append(p.holders, s)
	}
	if d.Eligibility != nil {
		rule, err := consent.New(d.Eligibility.Kind)
		if err != nil {
			return nil, nil, err
		}
		p.rule, p.consent = rule, place(d.Eligibility.Column)
	}
	for _, c := range attributes.columns() {
		p.extra = append(p.extra, place(c))
	}
	return p, names, nil
}

// open opens a dataset's source for the named columns.
func (n *Node) open(d Dataset, columns []string) (*arrowio.Reader, error) {
	source := d.Source
	if !filepath.IsAbs(source) {
		source = filepath.Join(n.dir, source)
	}
	return arrowio.Open(source, arrowio.Options{Columns: columns, Delimiter: d.delimiter(),
		Encoding: d.Encoding, NoHeader: d.NoHeader})
}

func (n *Node) scan(ctx context.Context, name string, d Dataset, columns []string, p *preparation) (err error) {
	r, err := n.open(d, columns)
	if err != nil {
		return unusable("dataset %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	for {
		rec, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unusable("dataset %s: %w", name, err)
		}
		p.read += uint64(rec.NumRows())
		if err := p.line.Put(rec); err != nil {
			return fmt.Errorf("dataset %s: %w", name, err)
		}
		p.progress("read", p.read, 0)
	}
	if err := p.line.Drain(); err != nil {
		return fmt.Errorf("dataset %s: %w", name, err)
	}
	p.table.Bad, p.table.BadLines = r.BadLines()
	if p.table.Read == 0 {
		return unusable("dataset %s: no rows", name)
	}
	return nil
}

// texts are some columns of a record as text.
func texts(rec arrowio.Record, columns []int) ([]identity.Text, error) {
	out := make([]identity.Text, len(columns))
	for i, c := range columns {
		t, err := arrowio.TextColumn(rec, c)
		if err != nil {
			return nil, unusable("%w", err)
		}
		out[i] = identity.Text(t)
	}
	return out, nil
}

// eligible says of every row of the record whether it may take part, and why
// not.
func (p *preparation) eligible(rec arrowio.Record) ([]consent.Reason, error) {
	out := make([]consent.Reason, rec.NumRows())
	if p.rule == nil {
		return out, nil
	}
	column, err := arrowio.TextColumn(rec, p.consent)
	if err != nil {
		return nil, unusable("%w", err)
	}
	cells := identity.Text(column)
	for i := range out {
		out[i] = p.rule.Decide(cells.Value(i))
	}
	return out, nil
}
