package node

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"mandorla/arrowio"
	"mandorla/identity"
	"mandorla/match/column"
)

// The columns that a cleaned copy has behind those of the source.
const (
	householdColumn     = "household"     // the number of the first row of the row's household
	institutionalColumn = "institutional" // whether too many people share the address for that
	duplicateColumn     = "duplicate_of"  // the number of an earlier row that is probably the same person
	changedColumn       = "changed"       // the names of the columns that differ from the source
)

// A Cleaning is what cleaning a dataset found and did. It holds counts alone.
type Cleaning struct {
	Dataset    string            `json:"dataset"`
	File       string            `json:"file"`
	Rows       uint64            `json:"rows"`
	Changed    uint64            `json:"changed"` // rows with a cell that was
	Bad        uint64            `json:"bad_lines"`
	BadLines   []arrowio.BadLine `json:"bad_lines_first"`
	Columns    []CleanedColumn   `json:"columns"`
	Households *Households       `json:"households,omitempty"` // where the dataset has addresses
	Duplicates Duplicates        `json:"duplicates"`
	Seconds    float64           `json:"seconds"`
}

// A CleanedColumn is what became of a column.
type CleanedColumn struct {
	Column  string            `json:"column"`
	Kind    string            `json:"kind"` // email, phone, name, date, or a part of an address
	Rows    uint64            `json:"rows"`
	Empty   uint64            `json:"empty"`
	Invalid uint64            `json:"invalid"` // left as they are
	Reasons map[string]uint64 `json:"invalid_reasons"`
	Changed uint64            `json:"changed"`
}

// Households are those of a dataset.
type Households struct {
	By            string            `json:"by"` // surname_address or address
	Households    uint64            `json:"households"`
	Sizes         map[uint64]uint64 `json:"sizes"`         // how many households have so many rows
	None          uint64            `json:"none"`          // rows without an address, or without a last name where that is asked for
	Institutions  uint64            `json:"institutions"`  // addresses of more rows than most_people
	Institutional uint64            `json:"institutional"` // rows there
	MostPeople    uint64            `json:"most_people"`
}

// Duplicates are rows that are probably the same person as an earlier one.
type Duplicates struct {
	Rows   uint64 `json:"rows"`
	Groups uint64 `json:"groups"`             // of such rows with the one that they are the same as
	ByMail uint64 `json:"by_email"`           // of the same mailbox, and no other name
	ByName uint64 `json:"by_name_at_address"` // of nearly the same name at nearly the same address
}

// Clean writes a cleaned copy of a dataset to a file, whole or not at all, and
// says what it found. No row is left out. Nothing leaves the machine.
func (n *Node) Clean(ctx context.Context, name, profile, file, format string) (_ *Cleaning, err error) {
	d, ok := n.config.Datasets[name]
	if !ok {
		return nil, unusable("node.yaml: datasets: no dataset %q", name)
	}
	p, err := identity.Lookup(profile)
	if err != nil {
		return nil, unusable("--profile: %w", err)
	}
	if err := n.apart(d, file); err != nil {
		return nil, err
	}
	c := &cleaning{node: n, name: name, dataset: d, started: n.now()}
	defer func() { err = errors.Join(err, c.close()) }()
	if err := c.plan(p); err != nil {
		return nil, unusable("node.yaml: datasets.%s: %w", name, err)
	}
	if err := c.look(ctx); err != nil {
		return nil, err
	}
	if err := c.settle(); err != nil {
		return nil, err
	}
	if err := c.copy(ctx, file, format); err != nil {
		return nil, err
	}
	return c.result(file), nil
}

// apart sees that a copy does not take the place of its source, or lie in it.
func (n *Node) apart(d Dataset, file string) error {
	source, err := os.Stat(n.path(d.Source))
	if err != nil {
		return nil // a glob, or not there, which reading it will tell
	}
	for _, place := range []string{file, filepath.Dir(file)} {
		if info, err := os.Stat(place); err == nil && os.SameFile(source, info) {
			return unusable("--out %s: it is the source, or lies in its folder; write the copy somewhere else", file)
		}
	}
	return nil
}

// A cleaning is under way: the dataset is read once for what rows have to do
// with each other, and once more for the copy.
type cleaning struct {
	node    *Node
	name    string
	dataset Dataset
	started time.Time
	columns []*cleanColumn
	marks   *marker

	read       uint64
	changed    uint64
	bad        uint64
	badLines   []arrowio.BadLine
	households *Households
	duplicates Duplicates

	crowded   *column.Bits   // rows at institutions
	originals column.Bits    // rows that others are the same as
	belonging *column.Sorter // row, first row of its household
	same      *column.Sorter // row, earlier row
}

// close gives back storage.
func (c *cleaning) close() error {
	var errs []error
	for _, s := range []*column.Sorter{c.belonging, c.same} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	if c.marks != nil {
		errs = append(errs, c.marks.close())
	}
	return errors.Join(errs...)
}

// each reads the source, record by record; do releases them.
func (c *cleaning) each(ctx context.Context, columns []string, phase string, do func(arrowio.Record) error) (err error) {
	r, err := c.node.open(c.dataset, columns)
	if err != nil {
		return unusable("dataset %s: %w", c.name, err)
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	rows := uint64(0)
	for {
		rec, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return unusable("dataset %s: %w", c.name, err)
		}
		rows += uint64(rec.NumRows())
		if err := do(rec); err != nil {
			return err
		}
		c.node.progress(phase, rows, c.read)
	}
	switch {
	case rows == 0:
		return unusable("dataset %s: no rows", c.name)
	case c.read > 0 && rows != c.read:
		return errChanged
	}
	c.read = rows
	c.bad, c.badLines = r.BadLines()
	return nil
}

// look reads the source for what rows have to do with each other.
func (c *cleaning) look(ctx context.Context) (err error) {
	if len(c.marks.names) == 0 {
		return nil
	}
	line := c.marks.line()
	defer line.Close()
	err = c.each(ctx, c.marks.names, "compare", line.Put)
	return errors.Join(err, line.Drain())
}

// result is what is reported.
func (c *cleaning) result(file string) *Cleaning {
	out := &Cleaning{Dataset: c.name, File: file, Rows: c.read, Changed: c.changed, Bad: c.bad, BadLines: c.badLines,
		Columns: []CleanedColumn{}, Households: c.households, Duplicates: c.duplicates,
		Seconds: c.node.now().Sub(c.started).Round(time.Millisecond).Seconds()}
	for _, col := range c.columns {
		out.Columns = append(out.Columns, col.report)
	}
	return out
}
