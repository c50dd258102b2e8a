package arrowio

import (
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// A Record is an Arrow record, for those who carry it without looking inside.
type Record = arrow.Record

// A Schema is an Arrow schema, likewise.
type Schema = arrow.Schema

// A Column is a named column of values to build a record of. Where valid is
// not nil, a value whose valid is false is null.
type Column struct {
	name  string
	typ   arrow.DataType
	rows  int
	build func(memory.Allocator) arrow.Array
}

// A builder makes an array of values, of which those are null that are not valid.
type builder[T any] interface {
	AppendValues(values []T, valid []bool)
	NewArray() arrow.Array
	Release()
}

// columnOf is a column that a builder of Arrow makes.
func columnOf[T any, B builder[T]](name string, typ arrow.DataType, values []T, valid []bool, newBuilder func(memory.Allocator) B) Column {
	return Column{name, typ, len(values), func(mem memory.Allocator) arrow.Array {
		b := newBuilder(mem)
		defer b.Release()
		b.AppendValues(values, valid)
		return b.NewArray()
	}}
}

// Uint64s is a column of type uint64.
func Uint64s(name string, values []uint64, valid []bool) Column {
	return columnOf(name, arrow.PrimitiveTypes.Uint64, values, valid, array.NewUint64Builder)
}

// Int64s is a column of type int64.
func Int64s(name string, values []int64, valid []bool) Column {
	return columnOf(name, arrow.PrimitiveTypes.Int64, values, valid, array.NewInt64Builder)
}

// Dates is a column of type date32: days since 1970-01-01.
func Dates(name string, days []int32, valid []bool) Column {
	return Column{name, arrow.FixedWidthTypes.Date32, len(days), func(mem memory.Allocator) arrow.Array {
		b := array.NewDate32Builder(mem)
		defer b.Release()
		for i, d := range days {
			if valid != nil && !valid[i] {
				b.AppendNull()
				continue
			}
			b.Append(arrow.Date32(d))
		}
		return b.NewArray()
	}}
}

// Float64s is a column of type float64.
func Float64s(name string, values []float64, valid []bool) Column {
	return columnOf(name, arrow.PrimitiveTypes.Float64, values, valid, array.NewFloat64Builder)
}

// Strings is a column of type utf8.
func Strings(name string, values []string, valid []bool) Column {
	return columnOf(name, arrow.BinaryTypes.String, values, valid, array.NewStringBuilder)
}

// NewRecord builds a record of columns of the same length, at least one, with
// those of another record of as many rows behind them, if it is not nil. The
// metadata becomes the schema's. The caller releases the record and keeps beside.
func NewRecord(mem memory.Allocator, metadata map[string]string, columns []Column, beside Record) Record {
	var fields []arrow.Field
	var arrays []arrow.Array
	for _, c := range columns {
		a := c.build(mem)
		defer a.Release()
		fields, arrays = append(fields, arrow.Field{Name: c.name, Type: c.typ, Nullable: true}), append(arrays, a)
	}
	if beside != nil {
		fields, arrays = append(fields, beside.Schema().Fields()...), append(arrays, beside.Columns()...)
	}
	m := arrow.MetadataFrom(metadata)
	return array.NewRecord(arrow.NewSchema(fields, &m), arrays, int64(columns[0].rows))
}

// WithMetadata is a schema of the same columns with other metadata.
func WithMetadata(s *Schema, metadata map[string]string) *Schema {
	m := arrow.MetadataFrom(metadata)
	return arrow.NewSchema(s.Fields(), &m)
}

// Memory is where records are built outside of tests.
var Memory memory.Allocator = memory.DefaultAllocator

// Metadata is what a schema says besides its columns.
func Metadata(s *Schema) map[string]string {
	m := s.Metadata()
	return m.ToMap()
}

// Bools is a column of type bool.
func Bools(name string, values, valid []bool) Column {
	return columnOf(name, arrow.FixedWidthTypes.Boolean, values, valid, array.NewBooleanBuilder)
}

// Amend is a record with other columns in place of some, by their place, and
// more columns behind. The names of the replaced ones stay. The caller releases
// it and keeps rec.
func Amend(mem memory.Allocator, rec Record, replaced map[int]Column, behind ...Column) Record {
	fields, arrays := rec.Schema().Fields(), rec.Columns()
	fields, arrays = slices.Clone(fields), slices.Clone(arrays)
	add := func(c Column) (arrow.Field, arrow.Array) {
		return arrow.Field{Name: c.name, Type: c.typ, Nullable: true}, c.build(mem)
	}
	for i, c := range replaced {
		c.name = fields[i].Name
		fields[i], arrays[i] = add(c)
		defer arrays[i].Release()
	}
	for _, c := range behind {
		f, a := add(c)
		defer a.Release()
		fields, arrays = append(fields, f), append(arrays, a)
	}
	m := rec.Schema().Metadata()
	return array.NewRecord(arrow.NewSchema(fields, &m), arrays, rec.NumRows())
}
