package arrowio

import (
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/compress"
	"github.com/apache/arrow/go/v17/parquet/file"
	"github.com/apache/arrow/go/v17/parquet/metadata"
	"github.com/apache/arrow/go/v17/parquet/schema"
)

// longestHeader is how many bytes the header of a page may take.
const longestHeader = 16 << 20

// checkGroup checks the wanted columns of a row group before the library reads
// them.
func checkGroup(f io.ReaderAt, size int64, lib *file.Reader, group int, leaves []int) error {
	md := lib.MetaData().RowGroup(group)
	if md.NumRows() < 0 {
		return broken("row group %d: %d rows", group, md.NumRows())
	}
	for _, leaf := range leaves {
		chunk, err := md.ColumnChunk(leaf)
		if err != nil {
			return broken("row group %d: %w", group, err)
		}
		p := pages{in: f, column: lib.MetaData().Schema.Column(leaf), codec: chunk.Compression()}
		if err = p.place(chunk, size); err == nil {
			err = p.check(md.NumRows(), chunk.NumValues())
		}
		if err != nil {
			return fmt.Errorf("row group %d, column %q: %w", group, p.column.Name(), err)
		}
	}
	return nil
}

// pages are the pages of one column in one row group.
type pages struct {
	in      io.ReaderAt
	column  *schema.Column
	codec   compress.Compression
	at, end int64
}

// place finds where the pages lie.
func (p *pages) place(chunk *metadata.ColumnChunkMetaData, size int64) error {
	p.at = chunk.DataPageOffset()
	if d := chunk.DictionaryPageOffset(); chunk.HasDictionaryPage() && d > 0 && d < p.at {
		p.at = d
	}
	length := chunk.TotalCompressedSize()
	if p.at < 0 || length < 0 || p.at > size || length > size-p.at {
		return broken("it does not lie in the file")
	}
	const forgotten = 100 // bytes at most that old writers left out of the length; the library adds them, too
	p.end = min(p.at+length+forgotten, size)
	return nil
}

// A pageHeader is what a page says of itself.
type pageHeader struct {
	kind, plain, packed int64
	values, encoding    int64
	nulls               int64 // how nulls are encoded, in data pages of the first kind
	levels              int64 // bytes before the values that are not packed, in those of the second
	unpacked            bool  // the values of a page of the second kind
}

// The kinds of pages.
const (
	dataPage       = 0
	dictionaryPage = 2
	dataPageV2     = 3
)

// check walks over the pages.
func (p *pages) check(rows, values int64) error {
	if values != rows {
		return broken("%d values in %d rows", values, rows)
	}
	for seen := int64(0); seen < values; {
		h, err := p.header()
		if err != nil {
			return err
		}
		if h.plain < 0 || h.packed < 0 || h.values < 0 || h.packed > p.end-p.at {
			return broken("a page cannot be %d bytes long", h.packed)
		}
		if err := p.page(h); err != nil {
			return err
		}
		p.at += h.packed
		if h.kind != dictionaryPage {
			seen += h.values
		}
		if seen > values {
			return broken("more values than rows")
		}
	}
	return nil
}

func (p *pages) page(h pageHeader) error {
	switch {
	case h.kind == dictionaryPage && h.values > h.plain/p.narrowest():
		return broken("a dictionary of %d values in %d bytes", h.values, h.plain)
	case h.kind == dataPage || h.kind == dataPageV2:
		return p.delta(h)
	}
	return nil
}

// narrowest is how many bytes a value takes at least where it is not packed.
func (p *pages) narrowest() int64 {
	switch p.column.PhysicalType() {
	case parquet.Types.Int64, parquet.Types.Double:
		return 8
	case parquet.Types.Int96:
		return 12
	case parquet.Types.FixedLenByteArray:
		return max(int64(p.column.TypeLength()), 1)
	}
	return 4 // of byte arrays, the length; booleans have no dictionary
}

// header reads the header at the present place and moves behind it.
func (p *pages) header() (pageHeader, error) {
	for length := int64(512); ; length *= 16 {
		left := p.end - p.at
		buf := make([]byte, min(length, left))
		if _, err := p.in.ReadAt(buf, p.at); err != nil {
			return pageHeader{}, err
		}
		h, n, err := parsePageHeader(buf)
		if err == nil {
			p.at += int64(n)
			return h, nil
		}
		if length >= min(left, longestHeader) {
			return h, fmt.Errorf("a page header: %w", err)
		}
	}
}

func parsePageHeader(in []byte) (h pageHeader, n int, err error) {
	w := &thriftWalk{in: in}
	var fields [9]struct{ v1, dictionary, v2 int64 } // of the headers for each kind; the last is of no interest
	w.num = func(path int, v int64) {
		field := min(path&255, len(fields)-1)
		switch path >> 8 {
		case 0:
			switch path {
			case 1:
				h.kind = v
			case 2:
				h.plain = v
			case 3:
				h.packed = v
			}
		case thriftPath(5):
			fields[field].v1 = v
		case thriftPath(7):
			fields[field].dictionary = v
		case thriftPath(8):
			fields[field].v2 = v
		}
	}
	fields[7].v2 = 1 // packed, unless it says otherwise
	w.structure(0, deepestParquet)
	switch h.kind {
	case dataPage:
		h.values, h.encoding, h.nulls = fields[1].v1, fields[2].v1, fields[3].v1
	case dictionaryPage:
		h.values = fields[1].dictionary
	case dataPageV2:
		h.values, h.encoding, h.levels, h.unpacked = fields[1].v2, fields[4].v2, fields[5].v2+fields[6].v2, fields[7].v2 == 0
	}
	return h, w.at, w.err
}
