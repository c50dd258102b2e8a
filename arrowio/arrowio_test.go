package arrowio

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// data gives the path of third-party data, or skips the test where there is none.
func data(t testing.TB, path ...string) string {
	t.Helper()
	name := filepath.Join(append([]string{"..", "..", "shared", "data"}, path...)...)
	if _, err := os.Stat(name); err != nil {
		t.Skip("the third-party data is not here")
	}
	return name
}

// expected reads a section of the figures that other programs found in the data.
func expected(t testing.TB, into any, keys ...string) {
	t.Helper()
	text, err := os.ReadFile(data(t, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		var section map[string]json.RawMessage
		if err := json.Unmarshal(text, &section); err != nil {
			t.Fatal(err)
		}
		text = section[k]
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(keys, err)
	}
}

// checked gives an allocator that fails the test if anything is left in it.
func checked(t testing.TB) memory.Allocator {
	mem := memory.NewCheckedAllocator(memory.NewGoAllocator())
	t.Cleanup(func() { mem.AssertSize(t, 0) })
	return mem
}

// write makes a file of the test.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A table is what was read of a source: text, with null as a word of its own.
type table struct {
	names   []string
	rows    [][]string
	records int
	count   uint64
	bad     []BadLine
}

const null = "\x00null"

// read reads a source to its end. Every record is looked at; a type without a
// text form reads as its name.
func read(source string, o Options) (table, error) {
	var t table
	r, err := Open(source, o)
	if err != nil {
		return t, err
	}
	defer r.Close()
	for _, f := range r.Schema().Fields() {
		t.names = append(t.names, f.Name)
	}
	for {
		rec, err := r.Next(context.Background())
		if errors.Is(err, io.EOF) {
			t.count, t.bad = r.BadLines()
			return t, r.Close()
		}
		if err != nil {
			return t, err
		}
		t.add(rec)
		rec.Release()
	}
}

func (t *table) add(rec arrow.Record) {
	first := len(t.rows)
	t.records++
	for range rec.NumRows() {
		t.rows = append(t.rows, make([]string, rec.NumCols()))
	}
	for c := range rec.Columns() {
		text, err := TextColumn(rec, c)
		for i := range int(rec.NumRows()) {
			if err != nil {
				t.rows[first+i][c] = rec.Column(c).DataType().String()
				continue
			}
			cell, isNull := text.value(i)
			t.rows[first+i][c] = string(cell)
			if isNull {
				t.rows[first+i][c] = null
			}
		}
	}
}

func mustRead(t testing.TB, source string, o Options) table {
	t.Helper()
	if o.Allocator == nil {
		o.Allocator = checked(t)
	}
	got, err := read(source, o)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func readCSV(t testing.TB, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// nestedParquet names the first column that cannot be read of files that have one.
var nestedParquet = map[string]string{
	"list_columns.parquet":       "int64_list",
	"nulls.snappy.parquet":       "b_struct",
	"datapage_v2.snappy.parquet": "\"e\"",
}

func TestParquetFiles(t *testing.T) {
	var want map[string]struct{ Rows, Columns int }
	expected(t, &want, "files", "parquet")
	for name, figures := range want {
		t.Run(name, func(t *testing.T) {
			path := data(t, "files", "parquet-testing", name)
			if nested, ok := nestedParquet[name]; ok {
				_, err := read(path, Options{})
				if err == nil || !strings.Contains(err.Error(), nested) {
					t.Fatalf("a nested column: %v", err)
				}
				return
			}
			got := mustRead(t, path, Options{})
			if len(got.rows) != figures.Rows || len(got.names) != figures.Columns {
				t.Fatalf("%d rows of %d columns, want %v", len(got.rows), len(got.names), figures)
			}
		})
	}
}

func TestArrowFiles(t *testing.T) {
	var want map[string]struct{ Rows, Columns, Batches int }
	expected(t, &want, "files", "arrow_1.0.0_littleendian")
	for name, figures := range want {
		for _, ending := range []string{".arrow_file", ".stream"} {
			t.Run(name+ending, func(t *testing.T) {
				got := mustRead(t, data(t, "files", "arrow-testing", name+ending), Options{})
				if len(got.rows) != figures.Rows || len(got.names) != figures.Columns {
					t.Fatalf("%d rows of %d columns, want %v", len(got.rows), len(got.names), figures)
				}
				if figures.Rows > 0 && got.records > figures.Batches {
					t.Fatalf("%d records of %d batches", got.records, figures.Batches)
				}
			})
		}
	}
}
