package arrowio

import (
	"bytes"
	"math"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/decimal128"
	"github.com/apache/arrow/go/v17/arrow/decimal256"
	"github.com/apache/arrow/go/v17/arrow/float16"
	"github.com/apache/arrow/go/v17/arrow/memory"

	"mandorla/identity"
)

// everything is a column of each type that can be read as text: three rows, the
// last of which is null, and what they are as text.
func everything(mem memory.Allocator) (rec arrow.Record, want [][]string) {
	var fields []arrow.Field
	var columns []arrow.Array
	add := func(t arrow.DataType, first, second string, appendTwo func(b array.Builder)) {
		b := array.NewBuilder(mem, t)
		appendTwo(b)
		b.AppendNull()
		columns = append(columns, b.NewArray())
		b.Release()
		fields = append(fields, arrow.Field{Name: t.String(), Type: t, Nullable: true})
		want = append(want, []string{first, second, null})
	}
	addNumbers(add)
	addOthers(add)
	rec = array.NewRecord(arrow.NewSchema(fields, nil), columns, 3)
	releaseAll(columns)
	return rec, want
}

type addColumn func(t arrow.DataType, first, second string, appendTwo func(b array.Builder))

func addNumbers(add addColumn) {
	p, f := arrow.PrimitiveTypes, arrow.FixedWidthTypes
	add(p.Int8, "-128", "127", func(b array.Builder) { b.(*array.Int8Builder).AppendValues([]int8{-128, 127}, nil) })
	add(p.Int16, "-32768", "1", func(b array.Builder) { b.(*array.Int16Builder).AppendValues([]int16{-32768, 1}, nil) })
	add(p.Int32, "-2147483648", "0", func(b array.Builder) { b.(*array.Int32Builder).AppendValues([]int32{math.MinInt32, 0}, nil) })
	add(p.Int64, "-9223372036854775808", "9223372036854775807", func(b array.Builder) {
		b.(*array.Int64Builder).AppendValues([]int64{math.MinInt64, math.MaxInt64}, nil)
	})
	add(p.Uint8, "0", "255", func(b array.Builder) { b.(*array.Uint8Builder).AppendValues([]uint8{0, 255}, nil) })
	add(p.Uint16, "1", "65535", func(b array.Builder) { b.(*array.Uint16Builder).AppendValues([]uint16{1, 65535}, nil) })
	add(p.Uint32, "1", "4294967295", func(b array.Builder) { b.(*array.Uint32Builder).AppendValues([]uint32{1, math.MaxUint32}, nil) })
	add(p.Uint64, "1", "18446744073709551615", func(b array.Builder) {
		b.(*array.Uint64Builder).AppendValues([]uint64{1, math.MaxUint64}, nil)
	})
	add(p.Float32, "0.1", "1e+21", func(b array.Builder) { b.(*array.Float32Builder).AppendValues([]float32{0.1, 1e21}, nil) })
	add(p.Float64, "4915112345678", "5e-324", func(b array.Builder) {
		b.(*array.Float64Builder).AppendValues([]float64{4915112345678, math.SmallestNonzeroFloat64}, nil)
	})
	add(f.Float16, "-1.5", "0", func(b array.Builder) {
		b.(*array.Float16Builder).AppendValues([]float16.Num{float16.New(-1.5), float16.New(0)}, nil)
	})
	add(f.Boolean, "true", "false", func(b array.Builder) { b.(*array.BooleanBuilder).AppendValues([]bool{true, false}, nil) })
	add(&arrow.Decimal128Type{Precision: 38, Scale: 2}, "-0.05", "999999999999999999999999999999999999.99", func(b array.Builder) {
		most, _ := new(big.Int).SetString(strings.Repeat("9", 38), 10)
		b.(*array.Decimal128Builder).AppendValues([]decimal128.Num{decimal128.FromI64(-5), decimal128.FromBigInt(most)}, nil)
	})
	add(&arrow.Decimal128Type{Precision: 5, Scale: -3}, "12000", "0", func(b array.Builder) {
		b.(*array.Decimal128Builder).AppendValues([]decimal128.Num{decimal128.FromI64(12), {}}, nil)
	})
	add(&arrow.Decimal256Type{Precision: 76, Scale: 0}, strings.Repeat("7", 76), "-1", func(b array.Builder) {
		big77, _ := new(big.Int).SetString(strings.Repeat("7", 76), 10)
		b.(*array.Decimal256Builder).AppendValues([]decimal256.Num{decimal256.FromBigInt(big77), decimal256.FromI64(-1)}, nil)
	})
}

func addOthers(add addColumn) {
	f, s := arrow.FixedWidthTypes, arrow.BinaryTypes
	add(f.Date32, "1969-12-31", "2024-02-29", func(b array.Builder) { b.(*array.Date32Builder).AppendValues([]arrow.Date32{-1, 19782}, nil) })
	add(f.Date64, "1969-12-31", "1970-01-01", func(b array.Builder) {
		b.(*array.Date64Builder).AppendValues([]arrow.Date64{-86400000, 0}, nil)
	})
	add(&arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "Europe/Berlin"}, "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:01Z", func(b array.Builder) {
		b.(*array.TimestampBuilder).AppendValues([]arrow.Timestamp{-1, 1e6}, nil)
	})
	add(s.String, "Zoë", "", func(b array.Builder) { b.(*array.StringBuilder).AppendValues([]string{"Zoë", ""}, nil) })
	add(s.LargeString, "a", "bc", func(b array.Builder) { b.(*array.LargeStringBuilder).AppendValues([]string{"a", "bc"}, nil) })
	add(s.Binary, "\x00\xff", "x", func(b array.Builder) { b.(*array.BinaryBuilder).AppendValues([][]byte{{0, 255}, {'x'}}, nil) })
	add(s.LargeBinary, "xyz", "", func(b array.Builder) { b.(*array.BinaryBuilder).AppendValues([][]byte{[]byte("xyz"), {}}, nil) })
	add(&arrow.FixedSizeBinaryType{ByteWidth: 2}, "ab", "cd", func(b array.Builder) {
		b.(*array.FixedSizeBinaryBuilder).AppendValues([][]byte{[]byte("ab"), []byte("cd")}, nil)
	})
	add(&arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int8, ValueType: s.String}, "gold", "silver", func(b array.Builder) {
		d := b.(*array.BinaryDictionaryBuilder)
		d.AppendString("gold")
		d.AppendString("silver")
	})
}

// texts gives a record as text.
func texts(rec arrow.Record) (out [][]string) {
	var t table
	t.add(rec)
	for c := range int(rec.NumCols()) {
		var column []string
		for _, row := range t.rows {
			column = append(column, row[c])
		}
		out = append(out, column)
	}
	return out
}

func TestTextColumn(t *testing.T) {
	rec, want := everything(checked(t))
	defer rec.Release()
	for c, got := range texts(rec) {
		if !slices.Equal(got, want[c]) {
			t.Errorf("%s: %q, want %q", rec.ColumnName(c), got, want[c])
		}
	}
	for from := range int64(3) {
		for to := from; to <= 3; to++ {
			slice := rec.NewSlice(from, to)
			for c, got := range texts(slice) {
				if !slices.Equal(got, want[c][from:to]) {
					t.Errorf("%s, rows %d to %d: %q, want %q", rec.ColumnName(c), from, to, got, want[c][from:to])
				}
			}
			slice.Release()
		}
	}
}

func TestTextColumnIsLent(t *testing.T) {
	rec, _ := everything(checked(t))
	defer rec.Release()
	at := rec.Schema().FieldIndices("utf8")[0]
	text, err := TextColumn(rec, at)
	if err != nil || &text.Data[0] != &rec.Column(at).Data().Buffers()[2].Bytes()[0] {
		t.Fatal("the text is a copy", err)
	}
	if cell, null := identity.Text(text).Value(0); string(cell) != "Zoë" || null || identity.Text(text).Len() != 3 {
		t.Fatalf("%q, %v", cell, null)
	}
}

func TestTextColumnOfNulls(t *testing.T) {
	a := array.NewNull(3)
	defer a.Release()
	rec := array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "n", Type: arrow.Null}}, nil), []arrow.Array{a}, 3)
	defer rec.Release()
	if got := texts(rec); !slices.Equal(got[0], []string{null, null, null}) {
		t.Fatalf("%q", got)
	}
}

func TestTextColumnRefuses(t *testing.T) {
	for _, kind := range []arrow.DataType{arrow.ListOf(arrow.PrimitiveTypes.Int8), arrow.FixedWidthTypes.Time32s,
		arrow.FixedWidthTypes.Duration_s, arrow.StructOf(arrow.Field{Name: "x", Type: arrow.PrimitiveTypes.Int8}), arrow.BinaryTypes.StringView} {
		b := array.NewBuilder(checked(t), kind)
		b.AppendNulls(2)
		a := b.NewArray()
		b.Release()
		rec := array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "odd", Type: kind, Nullable: true}}, nil), []arrow.Array{a}, 2)
		a.Release()
		_, err := TextColumn(rec, 0)
		if err == nil || !strings.Contains(err.Error(), `"odd"`) || !strings.Contains(err.Error(), kind.String()) {
			t.Errorf("%s: %v", kind, err)
		}
		rec.Release()
	}
}

func TestGather(t *testing.T) {
	mem := checked(t)
	rec, want := everything(mem)
	defer rec.Release()
	slice := rec.NewSlice(1, 3)
	defer slice.Release()
	for _, c := range []struct {
		rec  arrow.Record
		rows []int
		skip int
	}{{rec, nil, 0}, {rec, []int{0, 1, 2}, 0}, {rec, []int{2, 0, 0, 1, 2}, 0}, {rec, []int{1, 0, 1}, 0}, {slice, []int{1, 0, 0}, 1}} {
		got, err := Gather(mem, c.rec, c.rows)
		if err != nil {
			t.Fatal(err)
		}
		if !got.Schema().Equal(rec.Schema()) || got.NumRows() != int64(len(c.rows)) {
			t.Fatalf("%d rows, want %d", got.NumRows(), len(c.rows))
		}
		for column, cells := range texts(got) {
			for i, row := range c.rows {
				if cells[i] != want[column][c.skip+row] {
					t.Errorf("%s, rows %v: %q", rec.ColumnName(column), c.rows, cells)
				}
			}
			if nulls := got.Column(column).NullN(); nulls != len(slices.DeleteFunc(cells, func(s string) bool { return s != null })) {
				t.Errorf("%s: counts %d nulls", rec.ColumnName(column), nulls)
			}
		}
		got.Release()
	}
	for _, rows := range [][]int{{-1}, {3}, {0, 100}} {
		if _, err := Gather(mem, rec, rows); err == nil {
			t.Errorf("rows %v of 3: no error", rows)
		}
	}
}

// TestGatherEveryFixedType covers the types that have no text form.
func TestGatherEveryFixedType(t *testing.T) {
	f := arrow.FixedWidthTypes
	for _, kind := range []arrow.DataType{f.Time32ms, f.Time64ns, f.Duration_us, f.MonthInterval, f.DayTimeInterval, f.MonthDayNanoInterval} {
		mem := checked(t)
		b := array.NewBuilder(mem, kind)
		if err := b.UnmarshalJSON([]byte(jsonOf[kind])); err != nil {
			t.Fatal(kind, err)
		}
		a := b.NewArray()
		b.Release()
		g, err := gather(mem, a, []int{2, 1, 0, 0})
		if err != nil {
			t.Fatal(kind, err)
		}
		for i, row := range []int{2, 1, 0, 0} {
			if !array.SliceEqual(g, int64(i), int64(i+1), a, int64(row), int64(row+1)) {
				t.Errorf("%s: row %d is not row %d", kind, i, row)
			}
		}
		g.Release()
		a.Release()
	}
}

var jsonOf = map[arrow.DataType]string{
	arrow.FixedWidthTypes.Time32ms:             `["12:00:01.5",null,"00:00:00"]`,
	arrow.FixedWidthTypes.Time64ns:             `["12:00:01.5",null,"00:00:00"]`,
	arrow.FixedWidthTypes.Duration_us:          `[1,null,3]`,
	arrow.FixedWidthTypes.MonthInterval:        `[{"months":1},null,{"months":3}]`,
	arrow.FixedWidthTypes.DayTimeInterval:      `[{"days":1,"milliseconds":2},null,{"days":3,"milliseconds":4}]`,
	arrow.FixedWidthTypes.MonthDayNanoInterval: `[{"months":1,"days":1,"nanoseconds":2},null,{"months":0,"days":3,"nanoseconds":4}]`,
}

func TestGatherRefusesNested(t *testing.T) {
	mem := checked(t)
	a := array.MakeArrayOfNull(mem, arrow.ListOf(arrow.PrimitiveTypes.Int8), 2)
	defer a.Release()
	if _, err := gather(mem, a, []int{0}); err == nil {
		t.Fatal("a list was gathered")
	}
}

func TestDecimalText(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		v := big.NewInt(rnd.Int64N(1 << uint(1+rnd.IntN(62))))
		v.Mul(v, big.NewInt(rnd.Int64N(1<<40)-1<<39))
		scale := rnd.IntN(40)
		want := new(big.Rat).SetFrac(v, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)).FloatString(scale)
		if got := appendDecimal([]byte("x"), v, int32(scale)); !bytes.Equal(got, []byte("x"+want)) {
			t.Fatalf("%s, %d places: %s, want x%s", v, scale, got, want)
		}
	}
}
