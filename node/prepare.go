package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"mandorla/agreement"
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
	pages    chan *page  // room of those that have been kept; a [sync.Pool] is emptied too often
	line     *stage.Line[arrowio.Record, *page]
	columns  [][]int // per level, where its parts stand in a record
	judge    jury    // empty: every row may take part
	judged   []int   // where the columns stand that it asks for
	counts   consent.Counts
	extra    []int // where the columns of the attributes stand
	since    []int // and the one that dates objections, if any
	sold     []int // and those that are sold
	holders  []*column.Sorter
	held     [][]byte // per level: the holders of the page that is kept
	homes    []*homes // per level: the addresses of its households; nil where it has none
	progress func(phase string, done, total uint64)
	read     uint64
	row      [][]byte
}

// An order is what is wanted of a dataset.
type order struct {
	name    string
	dataset Dataset
	inputs  []Identifier           // a level each
	levels  []*identity.Normaliser // and how its values become canonical
	judge   jury                   // who may take part; empty: everybody
	cells   *cellPlan              // nil: no cells
	labels  *labelPlan             // nil: no labels
	holding holding                // of an identifier by several rows
	whole   bool                   // rows without any identifier are wanted too
	sold    []agreement.Field      // of each row, to a buyer
}

// nameless is room for the rows without any identifier, where they are wanted.
func (o order) nameless() *column.Bits {
	if !o.whole {
		return nil
	}
	return new(column.Bits)
}

// prepare reads a dataset: its identifiers and, where cells are wanted, its
// dimensions and measures, where labels are, their columns. The caller closes the table.
func (n *Node) prepare(ctx context.Context, o order) (*Table, error) {
	p, names, err := n.preparation(o)
	if err != nil {
		return nil, err
	}
	defer func() {
		p.line.Close()
		for _, s := range p.holders {
			s.Close()
		}
		for _, h := range p.homes {
			if h != nil {
				h.rows.Close()
			}
		}
	}()
	err = n.scan(ctx, o, names, p)
	if err == nil {
		err = p.table.settle(o.levels, p.holders, p.homes)
	}
	if err != nil {
		return nil, errors.Join(err, p.table.Close())
	}
	return p.table, nil
}

// preparation makes room and works out which columns are to be read.
func (n *Node) preparation(o order) (*preparation, []string, error) {
	attributes, err := newAttributes(o.cells, o.labels)
	if err != nil {
		return nil, nil, err
	}
	p := &preparation{progress: n.progress, row: make([][]byte, len(o.levels)), held: make([][]byte, len(o.levels)), judge: o.judge,
		table: &Table{Levels: make([]identity.Report, len(o.levels)),
			attributes: attributes, holding: o.holding, nameless: o.nameless(), sold: newGoods(o.sold),
			log: &valueLog{levels: len(o.levels), extra: attributes.width(), sold: agreement.Width(o.sold),
				budget: n.buffer(), store: n.store},
			numbers: column.NewList(8, n.buffer(), n.store)}}
	p.line = stage.New(p.ready, p.keep)
	var names []string
	place := func(column string) int {
		if i := slices.Index(names, column); i >= 0 {
			return i
		}
		names = append(names, column)
		return len(names) - 1
	}
	var residences []*identity.Normaliser
	for l, in := range o.inputs {
		p.columns = append(p.columns, places(in.columns(), place))
		s, err := n.holders(len(o.inputs))
		if err != nil {
			return nil, nil, err
		}
		p.holders = append(p.holders, s)
		h, err := n.homes(in, o.holding, place, len(o.inputs))
		if err != nil {
			return nil, nil, err
		}
		p.homes = append(p.homes, h)
		r, err := o.levels[l].Residence()
		if err != nil {
			return nil, nil, err
		}
		residences = append(residences, r)
	}
	p.makers = newMakers(o.levels, residences)
	p.pages = make(chan *page, cap(p.makers))
	if len(o.judge) > 0 {
		for _, c := range o.judge.Columns() {
			p.judged = append(p.judged, place(c))
		}
	}
	for _, c := range attributes.columns() {
		p.extra = append(p.extra, place(c))
	}
	for _, f := range o.sold {
		p.sold = append(p.sold, place(f.Column))
	}
	if o.dataset.Optouts != nil {
		p.since = append(p.since, place(o.dataset.Optouts.Column))
		p.table.objections = &objections{perDay: map[time.Time]uint64{}}
	}
	p.table.columns = slices.Sorted(slices.Values(names))
	return p, names, nil
}

// places are where some columns stand.
func places(columns []string, place func(string) int) (at []int) {
	for _, c := range columns {
		at = append(at, place(c))
	}
	return at
}

// holders is room to sort one of several levels' rows in.
func (n *Node) holders(levels int) (*column.Sorter, error) {
	return column.NewSorter(column.Config{Width: holder, Key: holder, Budget: n.share() / int64(levels), Store: n.store})
}

// open opens a dataset's source for the named columns, and reads as many rows at
// a time as go into a record.
func (n *Node) open(d Dataset, columns []string) (*arrowio.Reader, error) {
	return arrowio.Open(n.path(d.Source), d.reading(columns))
}

// openPages is open for preparing, where a record is a page.
func (n *Node) openPages(d Dataset, columns []string) (*arrowio.Reader, error) {
	by := d.reading(columns)
	by.BatchRows = batchRows
	return arrowio.Open(n.path(d.Source), by)
}

// reading is how the named columns of a dataset's source are read.
func (d Dataset) reading(columns []string) arrowio.Options {
	return arrowio.Options{Columns: columns, Delimiter: d.delimiter(), Encoding: d.Encoding, NoHeader: d.NoHeader}
}

func (n *Node) scan(ctx context.Context, o order, columns []string, p *preparation) (err error) {
	name := o.name
	r, err := n.openPages(o.dataset, columns)
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
	p.table.Excluded = p.counts.Excluded()
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

// verdicts says of every row of the record whether it may take part, and why
// not.
func (p *preparation) verdicts(rec arrowio.Record) ([]consent.Reason, error) {
	out := make([]consent.Reason, rec.NumRows())
	if len(p.judge) == 0 {
		return out, nil
	}
	cells, err := texts(rec, p.judged)
	if err != nil {
		return nil, err
	}
	columns := make([]consent.Column, len(cells))
	for i, t := range cells {
		columns[i] = t.Value
	}
	p.judge.Decide(columns, out)
	return out, nil
}
