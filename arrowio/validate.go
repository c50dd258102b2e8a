package arrowio

import (
	"math"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/bitutil"
)

// checkData checks the buffers of a column that is not nested.
func checkData(d arrow.ArrayData) error {
	n := d.Offset() + d.Len()
	if d.Offset() < 0 || d.Len() < 0 || n > math.MaxInt32 {
		return broken("%d values", n)
	}
	if bits := d.Buffers(); len(bits) > 0 && bits[0] != nil && int64(bits[0].Len()) < bitutil.BytesForBits(int64(n)) {
		return broken("its nulls do not reach to its end")
	}
	switch t := d.DataType().(type) {
	case *arrow.StringType, *arrow.BinaryType:
		return checkText(d, 4)
	case *arrow.LargeStringType, *arrow.LargeBinaryType:
		return checkText(d, 8)
	case *arrow.DictionaryType:
		return checkDictionary(d, t)
	case arrow.FixedWidthDataType:
		if canGather(t) {
			return checkFixed(d, t)
		}
	}
	return nil
}

func buffer(d arrow.ArrayData, i int) []byte {
	if b := d.Buffers()[i]; b != nil {
		return b.Bytes()
	}
	return nil
}

func checkFixed(d arrow.ArrayData, t arrow.FixedWidthDataType) error {
	width := int64(t.BitWidth())
	if width < 0 || int64(len(buffer(d, 1))) < bitutil.BytesForBits(width*int64(d.Offset()+d.Len())) {
		return broken("its values do not reach to its end")
	}
	return nil
}

func checkText(d arrow.ArrayData, width int) error {
	if d.Len() == 0 {
		return nil
	}
	offsets, first, last := buffer(d, 1), d.Offset(), d.Offset()+d.Len()
	if len(offsets) < (last+1)*width {
		return broken("its offsets do not reach to its end")
	}
	before := offset(offsets, width, first)
	sorted := before >= 0
	for i := first + 1; i <= last; i++ {
		v := offset(offsets, width, i)
		sorted = sorted && before <= v
		before = v
	}
	if !sorted || before > int64(len(buffer(d, 2))) {
		return broken("its offsets lead outside its text")
	}
	return nil
}

func checkDictionary(d arrow.ArrayData, t *arrow.DictionaryType) error {
	if err := checkFixed(d, t.IndexType.(arrow.FixedWidthDataType)); err != nil {
		return err
	}
	if err := checkData(d.Dictionary()); err != nil {
		return err
	}
	a := array.NewDictionaryData(d)
	defer a.Release()
	for i := range a.Len() {
		if v := a.IsValid(i); v && (a.GetValueIndex(i) < 0 || a.GetValueIndex(i) >= d.Dictionary().Len()) {
			return broken("it names an entry that its dictionary does not have")
		}
	}
	return nil
}
