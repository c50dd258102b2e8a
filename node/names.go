package node

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"

	"mandorla/agreement"
	"mandorla/arrowio"
	"mandorla/match"
)

// A namesWriter writes rows that were bought as columns.
type namesWriter struct {
	fields []agreement.Field
	sum    hash.Hash // over the rows as they were sold
}

func newNamesWriter(fields []agreement.Field) *namesWriter {
	return &namesWriter{fields, sha256.New()}
}

func (w *namesWriter) hash() string { return hex.EncodeToString(w.sum.Sum(nil)) }

// write writes some rows.
func (w *namesWriter) write(f *finding, rows []byte) error {
	w.sum.Write(rows)
	var columns []arrowio.Column
	at := 0
	for _, field := range w.fields {
		c, err := namesColumn(field, rows, at, agreement.Width(w.fields))
		if err != nil {
			return err
		}
		columns, at = append(columns, c), at+field.Width()
	}
	rec := arrowio.NewRecord(arrowio.Memory, nil, columns, nil)
	defer rec.Release()
	if err := f.create(rec.Schema()); err != nil {
		return err
	}
	return f.rows.Write(rec)
}

// namesColumn is the field that begins at a byte of each row. What no honest
// seller would write is refused.
func namesColumn(field agreement.Field, rows []byte, at, width int) (arrowio.Column, error) {
	n := len(rows) / width
	valid, texts, integers, days := make([]bool, n), make([]string, n), make([]int64, n), make([]int32, n)
	for i := range n {
		g, ok := take(rows[i*width+at:][:field.Width()], field)
		if !ok {
			return arrowio.Column{}, fmt.Errorf("%w: column %s holds what is not of the agreed type", match.ErrSeal, field.Column)
		}
		valid[i], texts[i], integers[i], days[i] = g.there, g.text, g.integer, g.days
	}
	switch field.Type {
	case agreement.FieldInteger:
		return arrowio.Int64s(field.Column, integers, valid), nil
	case agreement.FieldDate:
		return arrowio.Dates(field.Column, days, valid), nil
	}
	return arrowio.Strings(field.Column, texts, valid), nil
}
