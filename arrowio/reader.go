package arrowio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Options say how a source is read; the zero value reads every column.
type Options struct {
	Columns   []string         // the columns to read, in this order; none: all, in the order of the file
	Delimiter rune             // of CSV; 0: a comma, or a tab for .tsv
	Encoding  string           // of CSV: utf-8 (also where empty), latin-1 or windows-1252
	NoHeader  bool             // CSV without a first line of names: the columns are c0, c1, …
	BatchRows int              // rows a record at most; 0: 65,536, which is also the most
	Allocator memory.Allocator // of the records of CSV and Arrow; nil: Go's heap, as for Parquet always
}

// mostRows is how many rows a record holds at most.
const mostRows = 1 << 16

// settle fills in what was left out.
func (o Options) settle() (Options, error) {
	if o.BatchRows <= 0 || o.BatchRows > mostRows {
		o.BatchRows = mostRows
	}
	if o.Allocator == nil {
		o.Allocator = memory.NewGoAllocator()
	}
	for i, name := range o.Columns {
		if slices.Contains(o.Columns[:i], name) {
			return o, fmt.Errorf("column %q is asked for twice", name)
		}
	}
	return o, nil
}

// A Reader reads a table, which may lie in several files, record by record.
type Reader struct {
	options Options
	files   []string // still to be read
	part    part     // being read; nil after the last
	name    string   // of the part
	schema  *arrow.Schema
	bad     badLines
	err     error // the first one; what was half read cannot go on
}

// Open opens a source: a file, a folder, or a glob. Several files are read in
// the order of their names as one table; they must have the same columns. The
// extension says which format a file has.
//
// A name in CSV, and a name asked for, matches without the blanks around it;
// cells stay as they are. Every CSV column is text, and a cell of CSV is never
// null: an empty one is the empty string. Dictionary-encoded columns come out
// plain.
func Open(source string, o Options) (*Reader, error) {
	o, err := o.settle()
	if err != nil {
		return nil, err
	}
	files, err := parts(source)
	if err != nil {
		return nil, err
	}
	r := &Reader{options: o, files: files}
	if err := r.advance(); err != nil {
		return nil, err
	}
	return r, nil
}

// Schema is the schema of the columns that are read.
func (r *Reader) Schema() *arrow.Schema { return r.schema }

// BadLines counts the lines of CSV that were skipped so far, and gives the
// first of them.
func (r *Reader) BadLines() (uint64, []BadLine) { return r.bad.count, slices.Clone(r.bad.first) }

// Close closes the file being read; records stay valid.
func (r *Reader) Close() error {
	p := r.part
	r.part, r.files = nil, nil
	if p == nil {
		return nil
	}
	return p.close()
}

// Next gives the next record, of at least one row; the caller releases it, soon,
// as it counts towards the memory that the file may take. [io.EOF] ends the
// table.
func (r *Reader) Next(ctx context.Context) (arrow.Record, error) {
	for r.part != nil && r.err == nil {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		rec, err := r.step()
		switch {
		case err == nil:
			return rec, nil
		case errors.Is(err, io.EOF):
			r.err = r.advance()
		default:
			r.err = fmt.Errorf("%s: %w", r.name, err)
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	return nil, io.EOF
}

// step gives the next record of the present part.
func (r *Reader) step() (arrow.Record, error) {
	rec, err := r.part.next()
	if err != nil || rec.Schema() == r.schema {
		return rec, err
	}
	defer rec.Release()
	return array.NewRecord(r.schema, rec.Columns(), rec.NumRows()), nil
}

// advance goes on to the next file, if there is one.
func (r *Reader) advance() error {
	files := r.files
	if err := r.Close(); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	if len(files) == 0 {
		return nil
	}
	p, err := openPart(files[0], &r.options, &r.bad)
	if err != nil {
		return err
	}
	first := r.name
	r.part, r.files, r.name = p, files[1:], filepath.Base(files[0])
	if r.schema == nil {
		r.schema = p.schema()
	}
	if err := alike(r.schema, p.schema()); err != nil {
		return errors.Join(fmt.Errorf("%s: not the same columns as in %s: %w", r.name, first, err), r.Close())
	}
	return nil
}

// alike compares the columns of two parts. It tells no names: of files without a
// header they might be cells.
func alike(a, b *arrow.Schema) error {
	if a.NumFields() != b.NumFields() {
		return fmt.Errorf("%d columns, not %d", b.NumFields(), a.NumFields())
	}
	for i, f := range a.Fields() {
		g := b.Field(i)
		if f.Name != g.Name {
			return fmt.Errorf("column %d has another name", i+1)
		}
		if !arrow.TypeEqual(f.Type, g.Type) {
			return fmt.Errorf("column %d is of type %s, not %s", i+1, g.Type, f.Type)
		}
	}
	return nil
}

// A BadLine is a line of CSV that was skipped.
type BadLine struct {
	File   string `json:"file"` // without its folder
	Line   int    `json:"line"` // the first line of the record, from 1
	Reason string `json:"reason"`
}

// badLines counts bad lines and keeps the first of them.
type badLines struct {
	count uint64
	first []BadLine
}

func (b *badLines) add(file string, line int, reason string) {
	b.count++
	if len(b.first) < 20 {
		b.first = append(b.first, BadLine{file, line, reason})
	}
}
