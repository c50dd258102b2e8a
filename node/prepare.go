package node

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"mandorla/arrowio"
	"mandorla/consent"
	"mandorla/identity"
	"mandorla/match/column"
)

// A preparation is the one reading of a dataset: eligible? → normalise.
type preparation struct {
	table       *Table
	normalisers []*identity.Normaliser
	columns     [][]int // per level, where its parts stand in a record
	rule        *consent.Rule
	consent     int   // where the eligibility column stands
	extra       []int // where the columns of the attributes stand
	holders     []*column.Sorter
	keys        []*identity.Digester // tell equal identifiers, in this process alone
	values      []identity.Values
	row         [][]byte
	progress    func(phase string, done, total uint64)
}

// prepare reads a dataset: its identifiers and, where cells are wanted, its
// dimensions and measures. The caller closes the table.
func (n *Node) prepare(ctx context.Context, name string, d Dataset, inputs []Identifier, levels []*identity.Normaliser, cells *cellPlan) (*Table, error) {
	p, names, err := n.preparation(d, inputs, levels, cells)
	if err != nil {
		return nil, err
	}
	defer func() {
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
	share := n.memory / 8
	attributes, err := newAttributes(cells)
	if err != nil {
		return nil, nil, err
	}
	p := &preparation{normalisers: levels, progress: n.progress,
		table: &Table{Excluded: map[string]uint64{}, Levels: make([]identity.Report, len(levels)),
			attributes: attributes,
			log:        &valueLog{levels: len(levels), extra: attributes.width(), budget: share, store: n.store},
			numbers:    column.NewList(8, share, n.store)},
		values: make([]identity.Values, len(levels)), row: make([][]byte, len(levels))}
	var names []string
	place := func(column string) int {
		if i := slices.Index(names, column); i >= 0 {
			return i
		}
		names = append(names, column)
		return len(names) - 1
	}
	var secret [32]byte
	rand.Read(secret[:])
	for l, in := range inputs {
		var at []int
		for _, c := range in.columns() {
			at = append(at, place(c))
		}
		p.columns = append(p.columns, at)
		p.keys = append(p.keys, identity.NewDigester(secret, levels[l].Name()))
		s, err := column.NewSorter(column.Config{Width: holder, Key: holder, Budget: share, Store: n.store})
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
		err = p.add(rec)
		rec.Release()
		if err != nil {
			return fmt.Errorf("dataset %s: %w", name, err)
		}
		p.progress("read", p.table.Read, 0)
	}
	p.table.Bad, p.table.BadLines = r.BadLines()
	if p.table.Read == 0 {
		return unusable("dataset %s: no rows", name)
	}
	return nil
}

// add takes in a record of the source.
func (p *preparation) add(rec arrowio.Record) error {
	rows := int(rec.NumRows())
	eligible, err := p.eligible(rec, rows)
	if err != nil {
		return err
	}
	for l, n := range p.normalisers {
		parts, err := texts(rec, p.columns[l])
		if err != nil {
			return err
		}
		n.Batch(parts, &p.values[l])
		p.table.Levels[l].Add(&p.values[l], eligible)
	}
	attributes, err := texts(rec, p.extra)
	if err != nil {
		return err
	}
	for i := range rows {
		if eligible[i] {
			if err := p.take(i, attributes); err != nil {
				return err
			}
		}
		p.table.Read++
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

// eligible says of every row of the record whether it may take part.
func (p *preparation) eligible(rec arrowio.Record, rows int) ([]bool, error) {
	out := make([]bool, rows)
	if p.rule == nil {
		for i := range out {
			out[i] = true
		}
		return out, nil
	}
	column, err := arrowio.TextColumn(rec, p.consent)
	if err != nil {
		return nil, unusable("%w", err)
	}
	cells := identity.Text(column)
	for i := range out {
		reason := p.rule.Decide(cells.Value(i))
		if out[i] = reason == consent.Eligible; !out[i] {
			p.table.Excluded[reason.String()]++
		}
	}
	return out, nil
}

// take keeps row i of the present batch, if it has any identifier.
func (p *preparation) take(i int, columns []identity.Text) error {
	some := false
	place := p.table.log.rows
	for l := range p.values {
		p.row[l] = p.values[l].Value(i)
		if len(p.row[l]) == 0 {
			continue
		}
		some = true
		if err := p.hold(l, place); err != nil {
			return err
		}
	}
	if !some {
		return nil
	}
	attributes, err := p.table.attributes.row(i, columns)
	if err != nil {
		return err
	}
	return p.table.log.append(p.table.Read, p.row, attributes)
}

// hold notes that the row at place has an identifier of level l.
func (p *preparation) hold(l int, place uint64) error {
	var key [32]byte
	p.keys[l].Sum(key[:], p.row[l])
	var h [holder]byte
	copy(h[:], key[:16])
	binary.BigEndian.PutUint64(h[16:], place)
	return p.holders[l].Add(h[:])
}
