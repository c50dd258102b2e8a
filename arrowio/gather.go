package arrowio

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// Gather copies the given rows of a record, in the order given, into a record
// of its own; the caller releases it. A row may come more than once.
//
// It takes time in proportion to what it copies, where the library's take is
// quadratic on text.
func Gather(mem memory.Allocator, rec arrow.Record, rows []int) (arrow.Record, error) {
	for _, row := range rows {
		if row < 0 || int64(row) >= rec.NumRows() {
			return nil, fmt.Errorf("gather: no row %d among %d", row, rec.NumRows())
		}
	}
	columns := make([]arrow.Array, 0, rec.NumCols())
	defer func() { releaseAll(columns) }()
	for i, c := range rec.Columns() {
		g, err := gather(mem, c, rows)
		if err != nil {
			return nil, fmt.Errorf("column %q: %w", rec.ColumnName(i), err)
		}
		columns = append(columns, g)
	}
	return array.NewRecord(rec.Schema(), columns, int64(len(rows))), nil
}

// absent is the row of nowhere: what is gathered from it is null.
const absent = -1

// gather copies rows of a column, buffer by buffer. Rows are in range, or absent.
func gather(mem memory.Allocator, a arrow.Array, rows []int) (arrow.Array, error) {
	d := a.Data()
	g := &gathering{mem: mem, data: d, rows: rows}
	defer func() { memory.ReleaseBuffers(g.buffers) }()
	switch {
	case !canGather(a.DataType()):
		return nil, fmt.Errorf("type %s cannot be gathered", a.DataType())
	case a.DataType().ID() == arrow.NULL:
		return array.NewNull(len(rows)), nil
	}
	g.validity(a)
	switch t := a.DataType().(type) {
	case *arrow.StringType, *arrow.BinaryType:
		if err := g.text(4, math.MaxInt32); err != nil {
			return nil, err
		}
	case *arrow.LargeStringType, *arrow.LargeBinaryType:
		if err := g.text(8, math.MaxInt64); err != nil {
			return nil, err
		}
	case *arrow.BooleanType:
		g.bits()
	case *arrow.DictionaryType:
		g.fixed(t.IndexType.(arrow.FixedWidthDataType).Bytes())
		made := array.NewDataWithDictionary(t, len(rows), g.buffers, g.nulls, 0, d.Dictionary().(*array.Data))
		defer made.Release()
		return array.MakeFromData(made), nil
	case arrow.FixedWidthDataType:
		g.fixed(t.Bytes())
	}
	made := array.NewData(a.DataType(), len(rows), g.buffers, nil, g.nulls, 0)
	defer made.Release()
	return array.MakeFromData(made), nil
}

// A gathering is a column being put together.
type gathering struct {
	mem     memory.Allocator
	data    arrow.ArrayData
	rows    []int
	nulls   int
	buffers []*memory.Buffer
}

// buffer makes the column's next buffer.
func (g *gathering) buffer(size int) []byte {
	b := memory.NewResizableBuffer(g.mem)
	g.buffers = append(g.buffers, b)
	b.Resize(size)
	return b.Bytes()
}

func (g *gathering) validity(a arrow.Array) {
	for _, row := range g.rows {
		if row == absent || a.IsNull(row) {
			g.nulls++
		}
	}
	if g.nulls == 0 {
		g.buffers = append(g.buffers, nil)
		return
	}
	bits := g.buffer(int(bitutil.BytesForBits(int64(len(g.rows)))))
	clear(bits)
	for i, row := range g.rows {
		bitutil.SetBitTo(bits, i, row != absent && a.IsValid(row))
	}
}

// source is the column's buffer of values that is copied from.
func (g *gathering) source(i int) []byte {
	if b := g.data.Buffers()[i]; b != nil {
		return b.Bytes()
	}
	return nil
}

func (g *gathering) fixed(width int) {
	from, to := g.source(1), g.buffer(width*len(g.rows))
	for i, row := range g.rows {
		if row == absent {
			clear(to[i*width : (i+1)*width])
			continue
		}
		at := (g.data.Offset() + row) * width
		copy(to[i*width:(i+1)*width], from[at:at+width])
	}
}

func (g *gathering) bits() {
	from, to := g.source(1), g.buffer(int(bitutil.BytesForBits(int64(len(g.rows)))))
	clear(to)
	for i, row := range g.rows {
		if row != absent && bitutil.BitIsSet(from, g.data.Offset()+row) {
			bitutil.SetBit(to, i)
		}
	}
}

// text copies cells of any length, whose offsets have a width of 4 or 8.
func (g *gathering) text(width int, most int64) error {
	from, to := g.source(1), g.buffer(width*(len(g.rows)+1))
	var size int64
	putOffset(to, width, 0, 0)
	for i, row := range g.rows {
		if row != absent {
			start, end := g.cell(from, width, row)
			size += end - start
		}
		if size > most {
			return fmt.Errorf("more than %d bytes of text in one record; gather fewer rows at a time", most)
		}
		putOffset(to, width, i+1, size)
	}
	values, cells := g.source(2), g.buffer(int(size))
	for _, row := range g.rows {
		if row != absent {
			start, end := g.cell(from, width, row)
			cells = cells[copy(cells, values[start:end]):]
		}
	}
	return nil
}

func (g *gathering) cell(offsets []byte, width, row int) (start, end int64) {
	at := g.data.Offset() + row
	return offset(offsets, width, at), offset(offsets, width, at+1)
}

// offset reads Arrow's i-th offset, which has the byte order of the machine, as
// does the rest of the file that was read.
func offset(offsets []byte, width, i int) int64 {
	if width == 4 {
		return int64(int32(binary.NativeEndian.Uint32(offsets[4*i:])))
	}
	return int64(binary.NativeEndian.Uint64(offsets[8*i:]))
}

func putOffset(offsets []byte, width, i int, v int64) {
	if width == 4 {
		binary.NativeEndian.PutUint32(offsets[4*i:], uint32(v))
		return
	}
	binary.NativeEndian.PutUint64(offsets[8*i:], uint64(v))
}

// canGather reports whether a type is not nested, and has no more than offsets
// and values.
func canGather(t arrow.DataType) bool {
	switch t.(type) {
	case *arrow.StringType, *arrow.BinaryType, *arrow.LargeStringType, *arrow.LargeBinaryType, *arrow.NullType:
		return true
	}
	_, fixed := t.(arrow.FixedWidthDataType)
	return fixed && !arrow.IsNested(t.ID())
}

// plainType is the type of a column once it is plain. A dictionary of nested
// values stays one, as nothing here looks into those.
func plainType(t arrow.DataType) arrow.DataType {
	if d, ok := t.(*arrow.DictionaryType); ok && canGather(d.ValueType) {
		return plainType(d.ValueType)
	}
	return t
}

// plainSchema is a schema once its columns are plain.
func plainSchema(schema *arrow.Schema) *arrow.Schema {
	fields := schema.Fields()
	for i := range fields {
		fields[i].Type = plainType(fields[i].Type)
	}
	metadata := schema.Metadata()
	return arrow.NewSchema(fields, &metadata)
}

// plainArray gives a column without a dictionary; the caller releases it.
func plainArray(mem memory.Allocator, a arrow.Array) (arrow.Array, error) {
	d, ok := a.(*array.Dictionary)
	if !ok || !canGather(d.Dictionary().DataType()) {
		a.Retain()
		return a, nil
	}
	if err := checkData(a.Data()); err != nil {
		return nil, err
	}
	rows := make([]int, d.Len())
	for i := range rows {
		if rows[i] = absent; d.IsValid(i) {
			rows[i] = d.GetValueIndex(i)
		}
	}
	values, err := gather(mem, d.Dictionary(), rows)
	if err != nil {
		return nil, err
	}
	defer values.Release()
	return plainArray(mem, values)
}
