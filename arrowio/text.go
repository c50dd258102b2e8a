package arrowio

import (
	"fmt"
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
)

// A Text is a column of text in Arrow's layout, lent: row i is
// Data[Offsets[i]:Offsets[i+1]], and is null where bit Offset+i of Nulls is 0.
type Text struct {
	Offsets []int32
	Data    []byte
	Nulls   []byte // nil: no row is null
	Offset  int
}

// TextColumn gives a column of a record as text. A column of strings is lent,
// and valid until the record is released; other types are written out:
//
//   - integers, and decimals with all their places, in decimal;
//   - floats in the shortest form that reads back as the same number: 12, 0.5,
//     and 1e+21 from there on; a NaN is NaN;
//   - true and false;
//   - dates as 2006-01-02, timestamps in RFC 3339, in UTC.
//
// Bytes are taken as they are. Other types are an error.
func TextColumn(rec arrow.Record, column int) (Text, error) {
	t, err := textOf(rec.Column(column))
	if err != nil {
		return Text{}, fmt.Errorf("column %q: %w", rec.ColumnName(column), err)
	}
	return t, nil
}

func textOf(a arrow.Array) (Text, error) {
	switch a := a.(type) {
	case *array.String:
		return lend(a, a.ValueOffsets(), 2), nil
	case *array.Binary:
		return lend(a, a.ValueOffsets(), 2), nil
	case *array.LargeString:
		return rebase(a, a.ValueOffsets())
	case *array.LargeBinary:
		return rebase(a, a.ValueOffsets())
	case *array.FixedSizeBinary:
		return spread(a)
	case *array.Dictionary:
		return lookUp(a)
	case *array.Null:
		return nothing(a.Len())
	}
	return written(a)
}

// lend gives the buffers of a column, its text being the i-th.
func lend(a arrow.Array, offsets []int32, i int) Text {
	t := Text{Offsets: offsets, Data: buffer(a.Data(), i), Offset: a.Data().Offset()}
	if a.NullN() > 0 {
		t.Nulls = a.NullBitmapBytes()
	}
	return t
}

// rebase makes the offsets of a large column small.
func rebase(a arrow.Array, offsets []int64) (Text, error) {
	if len(offsets) == 0 {
		return Text{}, nil
	}
	first, last := offsets[0], offsets[len(offsets)-1]
	if last-first > math.MaxInt32 {
		return Text{}, fmt.Errorf("%d bytes of text in one record; write it in smaller batches", last-first)
	}
	small := make([]int32, len(offsets))
	for i, o := range offsets {
		small[i] = int32(o - first)
	}
	t := lend(a, small, 2)
	t.Data = t.Data[first:last]
	return t, nil
}

// spread makes offsets for a column that has none.
func spread(a *array.FixedSizeBinary) (Text, error) {
	width := a.DataType().(*arrow.FixedSizeBinaryType).ByteWidth
	start := a.Data().Offset() * width
	if a.Len()*width > math.MaxInt32 {
		return Text{}, fmt.Errorf("%d bytes in one record; write it in smaller batches", a.Len()*width)
	}
	offsets := make([]int32, a.Len()+1)
	for i := range offsets {
		offsets[i] = int32(i * width)
	}
	t := lend(a, offsets, 1)
	if a.Len() > 0 {
		t.Data = t.Data[start : start+a.Len()*width]
	}
	return t, nil
}

// lookUp writes out the entries of a dictionary.
func lookUp(a *array.Dictionary) (Text, error) {
	entries, err := textOf(a.Dictionary())
	if err != nil {
		return Text{}, err
	}
	w := newTextWriter(a.Len())
	for i := range a.Len() {
		if a.IsNull(i) {
			w.null()
			continue
		}
		entry, null := entries.value(a.GetValueIndex(i))
		if null {
			w.null()
			continue
		}
		w.text.Data = append(w.text.Data, entry...)
		w.end()
	}
	return w.done()
}

// nothing gives a column of nulls.
func nothing(rows int) (Text, error) {
	w := newTextWriter(rows)
	for range rows {
		w.null()
	}
	return w.done()
}

// value is the cell of row i.
func (t Text) value(i int) (cell []byte, null bool) {
	if b := t.Offset + i; t.Nulls != nil && t.Nulls[b/8]>>(b%8)&1 == 0 {
		return nil, true
	}
	return t.Data[t.Offsets[i]:t.Offsets[i+1]], false
}

// written writes out the values of a column.
func written(a arrow.Array) (Text, error) {
	write, err := writerOf(a)
	if err != nil {
		return Text{}, err
	}
	w := newTextWriter(a.Len())
	for i := range a.Len() {
		if a.IsNull(i) {
			w.null()
			continue
		}
		w.text.Data = write(w.text.Data, i)
		w.end()
	}
	return w.done()
}

// A textWriter makes a Text row by row.
type textWriter struct{ text Text }

func newTextWriter(rows int) *textWriter {
	return &textWriter{Text{Offsets: append(make([]int32, 0, rows+1), 0)}}
}

// end ends a row whose text has been appended to the data.
func (w *textWriter) end() {
	w.text.Offsets = append(w.text.Offsets, int32(min(len(w.text.Data), math.MaxInt32)))
}

// null ends a row that is null.
func (w *textWriter) null() {
	if w.text.Nulls == nil {
		w.text.Nulls = make([]byte, (cap(w.text.Offsets)+7)/8)
		for i := range w.text.Nulls {
			w.text.Nulls[i] = 0xff
		}
	}
	row := len(w.text.Offsets) - 1
	w.text.Nulls[row/8] &^= 1 << (row % 8)
	w.end()
}

func (w *textWriter) done() (Text, error) {
	if len(w.text.Data) > math.MaxInt32 {
		return Text{}, fmt.Errorf("%d bytes of text in one record; write it in smaller batches", len(w.text.Data))
	}
	return w.text, nil
}
