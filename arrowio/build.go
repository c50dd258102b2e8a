package arrowio

import (
	"slices"
	"time"

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

// Uint64s is a column of type uint64.
func Uint64s(name string, values []uint64, valid []bool) Column {
	return Column{name, arrow.PrimitiveTypes.Uint64, len(values), func(mem memory.Allocator) arrow.Array {
		b := array.NewUint64Builder(mem)
		defer b.Release()
		b.AppendValues(values, valid)
		return b.NewArray()
	}}
}

// Float64s is a column of type float64.
func Float64s(name string, values []float64, valid []bool) Column {
	return Column{name, arrow.PrimitiveTypes.Float64, len(values), func(mem memory.Allocator) arrow.Array {
		b := array.NewFloat64Builder(mem)
		defer b.Release()
		b.AppendValues(values, valid)
		return b.NewArray()
	}}
}

// Strings is a column of type utf8.
func Strings(name string, values []string, valid []bool) Column {
	return Column{name, arrow.BinaryTypes.String, len(values), func(mem memory.Allocator) arrow.Array {
		b := array.NewStringBuilder(mem)
		defer b.Release()
		b.AppendValues(values, valid)
		return b.NewArray()
	}}
}

// Int64s is a column of type int64.
func Int64s(name string, values []int64, valid []bool) Column {
	return Column{name, arrow.PrimitiveTypes.Int64, len(values), func(mem memory.Allocator) arrow.Array {
		b := array.NewInt64Builder(mem)
		defer b.Release()
		b.AppendValues(values, valid)
		return b.NewArray()
	}}
}

// Bools is a column of type bool.
func Bools(name string, values, valid []bool) Column {
	return Column{name, arrow.FixedWidthTypes.Boolean, len(values), func(mem memory.Allocator) arrow.Array {
		b := array.NewBooleanBuilder(mem)
		defer b.Release()
		b.AppendValues(values, valid)
		return b.NewArray()
	}}
}

// Dates is a column of type date32.
func Dates(name string, values []time.Time, valid []bool) Column {
	return Column{name, arrow.FixedWidthTypes.Date32, len(values), func(mem memory.Allocator) arrow.Array {
		b := array.NewDate32Builder(mem)
		defer b.Release()
		days := make([]arrow.Date32, len(values))
		for i, v := range values {
			days[i] = arrow.Date32FromTime(v)
		}
		b.AppendValues(days, valid)
		return b.NewArray()
	}}
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

// Extend is a record with further columns, of as many rows, behind its own. The
// caller releases it and keeps the record.
func Extend(mem memory.Allocator, rec Record, columns []Column) Record {
	fields, arrays := rec.Schema().Fields(), slices.Clone(rec.Columns())
	for _, c := range columns {
		a := c.build(mem)
		defer a.Release()
		fields, arrays = append(fields, arrow.Field{Name: c.name, Type: c.typ, Nullable: true}), append(arrays, a)
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), arrays, rec.NumRows())
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
