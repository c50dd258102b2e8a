package arrowio

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// A parquetPart reads a Parquet file, row group by row group.
//
// Each column has its own reader in our goroutine: the library's readers of
// whole row groups start goroutines of their own, where a panic would end the
// process.
type parquetPart struct {
	file    *os.File
	size    int64
	lib     *pqarrow.FileReader
	mem     memory.Allocator
	fields  []int // the wanted columns
	leaves  []int // the same, as the footer counts them
	plain   *arrow.Schema
	batch   batch
	group   int                     // the next row group
	left    int64                   // rows of the present one
	stride  int64                   // how many of them are read at once
	readers []*pqarrow.ColumnReader // of the present row group
}

func openParquet(f *os.File, size int64, o *Options, _ *badLines) (part, error) {
	if err := checkFooter(f, size); err != nil {
		return nil, err
	}
	// The library leaves scratch space behind in its allocator, so that is always
	// Go's heap.
	mem := newBudget(memory.NewGoAllocator(), budgetFor(size))
	properties := parquet.NewReaderProperties(mem)
	properties.BufferedStreamEnabled = true
	properties.BufferSize = 1 << 16
	lib, err := file.NewParquetReader(f, file.WithReadProps(properties))
	if err != nil {
		return nil, broken("%w", err)
	}
	p := &parquetPart{file: f, size: size, batch: batch{most: o.BatchRows}, mem: mem}
	if p.lib, err = pqarrow.NewFileReader(lib, pqarrow.ArrowReadProperties{}, p.mem); err != nil {
		return nil, broken("%w", err)
	}
	return p, p.choose(o.Columns)
}

// choose settles which columns are read.
func (p *parquetPart) choose(wanted []string) error {
	manifest := p.lib.Manifest
	names := make([]string, len(manifest.Fields))
	for i, f := range manifest.Fields {
		names[i] = f.Field.Name
	}
	var err error
	if p.fields, err = place(names, wanted, listed(names)); err != nil {
		return err
	}
	var fields []arrow.Field
	for i, at := range p.fields {
		f := *manifest.Fields[at].Field
		if len(manifest.Fields[at].Children) > 0 {
			return fmt.Errorf("column %q: type %s cannot be read; name the columns to read without it", f.Name, f.Type)
		}
		f.Type, f.Metadata = plainType(f.Type), withoutID(f.Metadata)
		if len(wanted) > 0 {
			f.Name = wanted[i]
		}
		fields = append(fields, f)
		p.leaves = append(p.leaves, manifest.Fields[at].ColIndex)
	}
	var metadata *arrow.Metadata
	if manifest.OriginSchema != nil {
		m := manifest.OriginSchema.Metadata()
		metadata = &m
	}
	p.plain = arrow.NewSchema(fields, metadata)
	return nil
}

// withoutID drops the number that the library notes in every column.
func withoutID(m arrow.Metadata) arrow.Metadata {
	kept := m.ToMap()
	delete(kept, "PARQUET:field_id")
	return arrow.MetadataFrom(kept)
}

func (p *parquetPart) schema() *arrow.Schema { return p.plain }

func (p *parquetPart) close() error {
	p.batch.drop()
	p.release()
	return p.file.Close()
}

func (p *parquetPart) release() {
	for _, r := range p.readers {
		r.Release()
	}
	p.readers = nil
}

func (p *parquetPart) next() (arrow.Record, error) {
	for p.batch.empty() {
		for p.left == 0 {
			if err := p.advance(); err != nil {
				return nil, err
			}
		}
		if err := p.read(min(p.left, p.stride)); err != nil {
			return nil, fmt.Errorf("row group %d: %w", p.group-1, err)
		}
	}
	return p.batch.piece(), nil
}

// read reads the next n rows of the row group.
func (p *parquetPart) read(n int64) error {
	columns := make([]arrow.Array, 0, len(p.readers))
	defer func() { releaseAll(columns) }()
	for i, r := range p.readers {
		c, err := p.column(r, n)
		if err != nil {
			return fmt.Errorf("column %q: %w", p.plain.Field(i).Name, err)
		}
		columns = append(columns, c)
	}
	p.left -= n
	return p.batch.fill(p.plain, columns, n)
}

// advance goes on to the next row group.
func (p *parquetPart) advance() error {
	p.release()
	lib := p.lib.ParquetReader()
	if p.group == lib.NumRowGroups() {
		return io.EOF
	}
	if err := checkGroup(p.file, p.size, lib, p.group, p.leaves); err != nil {
		return err
	}
	for i, field := range p.fields {
		only := map[int]bool{p.leaves[i]: true}
		// The context carries arguments inside the library, and nothing waits.
		r, err := p.lib.GetFieldReader(context.Background(), field, only, []int{p.group})
		if err != nil {
			return fmt.Errorf("row group %d, column %q: %w", p.group, p.plain.Field(i).Name, err)
		}
		p.readers = append(p.readers, r)
	}
	p.left, p.stride = lib.MetaData().RowGroup(p.group).NumRows(), int64(p.batch.most)
	if p.atOnce(lib) {
		p.stride = p.left
	}
	p.group++
	return nil
}

// atOnce reports whether the row group has to be read at once. The library
// forgets where it was in a page of integers of 64 bits, some of them null, in
// delta encoding.
func (p *parquetPart) atOnce(lib *file.Reader) bool {
	return slices.ContainsFunc(p.leaves, func(leaf int) bool {
		column := lib.MetaData().Schema.Column(leaf)
		chunk, err := lib.MetaData().RowGroup(p.group).ColumnChunk(leaf)
		return err == nil && column.PhysicalType() == parquet.Types.Int64 && column.MaxDefinitionLevel() > 0 &&
			slices.Contains(chunk.Encodings(), parquet.Encodings.DeltaBinaryPacked)
	})
}

// column reads the next n values of a column.
func (p *parquetPart) column(r *pqarrow.ColumnReader, n int64) (arrow.Array, error) {
	chunks, err := r.NextBatch(n)
	if err != nil {
		return nil, broken("%w", err)
	}
	defer chunks.Release()
	if int64(chunks.Len()) != n {
		return nil, broken("its pages end early")
	}
	a := chunks.Chunk(0)
	if len(chunks.Chunks()) > 1 {
		if a, err = array.Concatenate(chunks.Chunks(), p.mem); err != nil {
			return nil, err
		}
		defer a.Release()
	}
	return plainArray(p.mem, a)
}

func releaseAll(columns []arrow.Array) {
	for _, c := range columns {
		c.Release()
	}
}
