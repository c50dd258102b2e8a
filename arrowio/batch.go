package arrowio

import (
	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// A batch is what was read of a file at once. It is handed on in pieces.
type batch struct {
	most int // rows of a piece
	rec  arrow.Record
	at   int64 // the next row
}

func (b *batch) empty() bool { return b.rec == nil }

// fill makes the batch of columns that a file gave, after a check that nothing
// in them leads outside their buffers: the library trusts what it reads, and
// whoever takes a cell would run into it.
//
// Nested columns are passed on unseen, as nothing in this package looks inside.
func (b *batch) fill(schema *arrow.Schema, columns []arrow.Array, rows int64) error {
	for i, c := range columns {
		if int64(c.Len()) != rows {
			return broken("column %q: %d values in %d rows", schema.Field(i).Name, c.Len(), rows)
		}
		if err := checkData(c.Data()); err != nil {
			return broken("column %q: %w", schema.Field(i).Name, err)
		}
	}
	if rows > 0 {
		b.rec, b.at = array.NewRecord(schema, columns, rows), 0
	}
	return nil
}

// piece gives the next piece, which the caller releases.
func (b *batch) piece() arrow.Record {
	end := min(b.at+int64(b.most), b.rec.NumRows())
	piece := b.rec.NewSlice(b.at, end)
	if b.at = end; end == b.rec.NumRows() {
		b.drop()
	}
	return piece
}

func (b *batch) drop() {
	if b.rec != nil {
		b.rec.Release()
		b.rec = nil
	}
}
