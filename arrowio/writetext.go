package arrowio

import (
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// textual checks that every column of a schema has a text form.
func textual(schema *arrow.Schema) error {
	for _, f := range schema.Fields() {
		b := array.NewBuilder(memory.NewGoAllocator(), f.Type)
		_, err := textOf(b.NewArray())
		if err != nil {
			return fmt.Errorf("column %q: %w; write parquet or arrow", f.Name, err)
		}
	}
	return nil
}

// A csvEncoder writes CSV with a header. A null is an empty cell.
type csvEncoder struct {
	out *csv.Writer
	row []string
}

func newCSV(w io.Writer, schema *arrow.Schema) (encoder, error) {
	if err := textual(schema); err != nil {
		return nil, err
	}
	e := &csvEncoder{out: csv.NewWriter(w), row: make([]string, schema.NumFields())}
	for i, f := range schema.Fields() {
		e.row[i] = f.Name
	}
	return e, e.out.Write(e.row)
}

func (e *csvEncoder) write(rec arrow.Record) error {
	columns, err := textColumns(rec)
	if err != nil {
		return err
	}
	for i := range int(rec.NumRows()) {
		for c, t := range columns {
			cell, _ := t.value(i)
			e.row[c] = string(cell)
		}
		if err := e.out.Write(e.row); err != nil {
			return err
		}
	}
	return nil
}

func (e *csvEncoder) close() error {
	e.out.Flush()
	return e.out.Error()
}

func textColumns(rec arrow.Record) ([]Text, error) {
	columns := make([]Text, rec.NumCols())
	for i := range columns {
		var err error
		if columns[i], err = TextColumn(rec, i); err != nil {
			return nil, err
		}
	}
	return columns, nil
}

// A jsonEncoder writes one array of objects. Numbers have all their digits, bytes
// are in base64, and what JSON has no word for (NaN, infinities) is null.
type jsonEncoder struct {
	out    io.Writer
	names  [][]byte // as they stand in the text, with the colon
	values []func(dst []byte, t Text, i int) []byte
	before string // what stands before the next object
	buf    []byte
}

func newJSON(w io.Writer, schema *arrow.Schema) (encoder, error) {
	if err := textual(schema); err != nil {
		return nil, err
	}
	e := &jsonEncoder{out: w, before: "["}
	for _, f := range schema.Fields() {
		e.names = append(e.names, append(appendJSON(nil, f.Name), ':'))
		e.values = append(e.values, jsonValue(plainType(f.Type)))
	}
	return e, nil
}

// jsonValue gives what appends a value of a type that has a text form.
func jsonValue(t arrow.DataType) func(dst []byte, t Text, i int) []byte {
	switch id := t.ID(); {
	case id == arrow.BOOL || arrow.IsInteger(id) || arrow.IsDecimal(id):
		return func(dst []byte, t Text, i int) []byte {
			cell, _ := t.value(i)
			return append(dst, cell...)
		}
	case arrow.IsFloating(id):
		return func(dst []byte, t Text, i int) []byte {
			cell, _ := t.value(i)
			if c := cell[len(cell)-1]; c == 'N' || c == 'f' { // NaN, +Inf, -Inf
				return append(dst, "null"...)
			}
			return append(dst, cell...)
		}
	case id == arrow.STRING || id == arrow.LARGE_STRING || !arrow.IsBaseBinary(id) && id != arrow.FIXED_SIZE_BINARY:
		return func(dst []byte, t Text, i int) []byte {
			cell, _ := t.value(i)
			return appendJSON(dst, string(cell))
		}
	}
	return func(dst []byte, t Text, i int) []byte {
		cell, _ := t.value(i)
		dst = append(dst, '"')
		return append(base64.StdEncoding.AppendEncode(dst, cell), '"')
	}
}

// appendJSON appends a string in quotes.
func appendJSON(dst []byte, s string) []byte {
	quoted, err := json.Marshal(s)
	if err != nil {
		return append(dst, "null"...)
	}
	return append(dst, quoted...)
}

func (e *jsonEncoder) write(rec arrow.Record) error {
	columns, err := textColumns(rec)
	if err != nil {
		return err
	}
	for i := range int(rec.NumRows()) {
		e.buf = append(append(e.buf[:0], e.before...), "\n{"...)
		for c, t := range columns {
			if c > 0 {
				e.buf = append(e.buf, ',')
			}
			e.buf = append(e.buf, e.names[c]...)
			if _, null := t.value(i); null {
				e.buf = append(e.buf, "null"...)
				continue
			}
			e.buf = e.values[c](e.buf, t, i)
		}
		e.buf = append(e.buf, '}')
		e.before = ","
		if _, err := e.out.Write(e.buf); err != nil {
			return err
		}
	}
	return nil
}

func (e *jsonEncoder) close() error {
	end := "\n]\n"
	if e.before == "[" {
		end = "[]\n"
	}
	_, err := io.WriteString(e.out, end)
	return err
}
