package arrowio

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/apache/arrow/go/v17/parquet"
	"github.com/apache/arrow/go/v17/parquet/pqarrow"
)

// TestParquetValues compares every cell with what the writer of the files says
// is in them.
func TestParquetValues(t *testing.T) {
	for _, name := range []string{"delta_binary_packed", "delta_byte_array", "delta_encoding_optional_column", "delta_encoding_required_column"} {
		t.Run(name, func(t *testing.T) {
			got := mustRead(t, data(t, "files", "parquet-testing", name+".parquet"), Options{BatchRows: 77})
			want := readCSV(t, data(t, "files", "parquet-testing", name+"_expect.csv"))[1:]
			for _, row := range got.rows {
				for c := range row {
					if row[c] == null { // the CSV has no other word for it
						row[c] = ""
					}
				}
			}
			if !reflect.DeepEqual(got.rows, want) {
				for i := range want {
					if !reflect.DeepEqual(got.rows[i], want[i]) {
						t.Fatalf("row %d: %q, want %q", i, got.rows[i], want[i])
					}
				}
			}
		})
	}
}

// column is a column as Arrow's integration files describe it.
type column struct {
	field struct {
		Name string
		Type struct {
			Name     string
			Unit     string
			BitWidth int
			Scale    int
		}
		Dictionary *struct{}
	}
	Validity []int             `json:"VALIDITY"`
	Data     []json.RawMessage `json:"DATA"`
	Count    int
}

// TestArrowValues compares every cell of the types that have a text form with
// the JSON that describes the files.
func TestArrowValues(t *testing.T) {
	for _, name := range []string{"primitive", "primitive_large_offsets", "datetime", "decimal", "decimal256", "custom_metadata"} {
		for _, ending := range []string{".arrow_file", ".stream"} {
			t.Run(name+ending, func(t *testing.T) {
				got := mustRead(t, data(t, "files", "arrow-testing", "generated_"+name+ending), Options{})
				compared := 0
				row := 0
				for _, batch := range described(t, name) {
					for c, col := range batch {
						for i := range col.Count {
							want, ok := col.text(i)
							if !ok {
								continue
							}
							compared++
							if got.rows[row+i][c] != want {
								t.Fatalf("column %d (%s), row %d: %q, want %q", c, col.field.Type.Name, row+i, got.rows[row+i][c], want)
							}
						}
					}
					row += batch[0].Count
				}
				if compared == 0 {
					t.Fatal("nothing was compared")
				}
			})
		}
	}
}

// described gives the batches that the JSON of a file describes.
func described(t *testing.T, name string) (batches [][]column) {
	f, err := os.Open(data(t, "files", "arrow-testing", "generated_"+name+".json.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Schema  struct{ Fields []json.RawMessage }
		Batches []struct{ Columns []column }
	}
	if err := json.NewDecoder(z).Decode(&file); err != nil {
		t.Fatal(err)
	}
	for _, b := range file.Batches {
		for c := range b.Columns {
			if err := json.Unmarshal(file.Schema.Fields[c], &b.Columns[c].field); err != nil {
				t.Fatal(err)
			}
		}
		batches = append(batches, b.Columns)
	}
	return batches
}

// text gives the i-th value as TextColumn should, if it has a text form that is
// worked out here.
func (c column) text(i int) (string, bool) {
	kind := c.field.Type
	if c.Data == nil || c.field.Dictionary != nil {
		return "", false
	}
	if len(c.Validity) > i && c.Validity[i] == 0 {
		return null, kind.Name != "time"
	}
	raw := strings.Trim(string(c.Data[i]), `"`)
	n, isInt := new(big.Int).SetString(raw, 10)
	switch kind.Name {
	case "int":
		return raw, true
	case "bool":
		return map[string]string{"0": "false", "1": "true", "false": "false", "true": "true"}[raw], true
	case "utf8", "largeutf8":
		var s string
		err := json.Unmarshal(c.Data[i], &s)
		return s, err == nil
	case "binary", "largebinary", "fixedsizebinary":
		var b []byte
		_, err := fmt.Sscanf(raw, "%X", &b)
		return string(b), err == nil || raw == ""
	case "decimal":
		r := new(big.Rat).SetFrac(n, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(kind.Scale)), nil))
		return r.FloatString(kind.Scale), true
	case "date", "timestamp":
		if !isInt {
			return "", false
		}
		layout := time.RFC3339Nano
		if kind.Name == "date" {
			layout = time.DateOnly
		}
		return instant(kind.Unit, n.Int64()).Format(layout), true
	}
	return "", false
}

func instant(unit string, n int64) time.Time {
	switch unit {
	case "DAY":
		return time.Unix(n*86400, 0).UTC()
	case "SECOND":
		return time.Unix(n, 0).UTC()
	case "MILLISECOND":
		return time.UnixMilli(n).UTC()
	case "MICROSECOND":
		return time.UnixMicro(n).UTC()
	}
	return time.Unix(0, n).UTC()
}

// TestDeltaEncodedNulls reads what the library forgets its place in; see atOnce.
func TestDeltaEncodedNulls(t *testing.T) {
	const rows = 150_000
	b := array.NewInt64Builder(memory.NewGoAllocator())
	for i := range rows {
		if b.Append(int64(i) * int64(i)); i%7 == 0 {
			b.AppendNull()
		}
	}
	a := b.NewInt64Array()
	rec := array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "x", Type: a.DataType(), Nullable: true}}, nil), []arrow.Array{a}, int64(a.Len()))
	var out bytes.Buffer
	properties := parquet.NewWriterProperties(parquet.WithDictionaryDefault(false), parquet.WithEncoding(parquet.Encodings.DeltaBinaryPacked),
		parquet.WithDataPageSize(1<<20))
	w, err := pqarrow.NewFileWriter(rec.Schema(), &out, properties, pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Write(rec), w.Write(rec), w.Close()); err != nil {
		t.Fatal(err)
	}
	got := mustRead(t, write(t, "a.parquet", out.String()), Options{})
	if len(got.rows) != 2*a.Len() || got.records != 6 {
		t.Fatalf("%d rows in %d records", len(got.rows), got.records)
	}
	for i, row := range got.rows {
		want := null
		if i %= a.Len(); a.IsValid(i) {
			want = fmt.Sprint(a.Value(i))
		}
		if row[0] != want {
			t.Fatalf("row %d: %s, want %s", i, row[0], want)
		}
	}
}
