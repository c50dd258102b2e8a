package arrowio

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// customers writes a table of ten columns as CSV.
func customers(b *testing.B, rows int, quotes string) (path string, size int64) {
	b.Helper()
	path = filepath.Join(b.TempDir(), "a.csv")
	var text strings.Builder
	text.WriteString("id,first_name,last_name,email,phone,street,postcode,city,tier,spend\n")
	for i := range rows {
		fmt.Fprintf(&text, "%d,Jeannette,%sJohnson%s,jeannette.johnson%d@example.com,+49 30 %07d,%s12 Mills Road%s,%05d,Berlin,gold,%d.50\n",
			i, quotes, quotes, i, i%1e7, quotes, quotes, i%1e5, i%5000)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	return path, int64(text.Len())
}

// drain reads a source to its end, and counts the rows.
func drain(b *testing.B, source string, o Options) (rows int64) {
	b.Helper()
	r, err := Open(source, o)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	for {
		rec, err := r.Next(context.Background())
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			b.Fatal(err)
		}
		rows += rec.NumRows()
		rec.Release()
	}
}

func BenchmarkCSV(b *testing.B) {
	for _, quotes := range []string{"", "\""} {
		path, size := customers(b, 200_000, quotes)
		for _, columns := range [][]string{{"email"}, {"email", "phone", "postcode"}, nil} {
			b.Run(fmt.Sprintf("quoted=%t/columns=%d", quotes != "", len(columns)), func(b *testing.B) {
				b.SetBytes(size)
				for b.Loop() {
					drain(b, path, Options{Columns: columns})
				}
			})
		}
	}
}

// strings64k is a record of one column of strings.
func strings64k() arrow.Record {
	b := array.NewRecordBuilder(memory.NewGoAllocator(), oneColumn("email"))
	defer b.Release()
	for i := range mostRows {
		b.Field(0).(*array.StringBuilder).Append(fmt.Sprintf("jeannette.johnson%d@example.com", i))
	}
	return b.NewRecord()
}

func BenchmarkParquet(b *testing.B) { benchmarkColumn(b, "parquet") }

func BenchmarkArrow(b *testing.B) { benchmarkColumn(b, "arrow") }

func benchmarkColumn(b *testing.B, format string) {
	rec := strings64k()
	path := save(b, format, rec.Schema(), rec, rec, rec, rec, rec, rec, rec, rec)
	var rows int64
	for b.Loop() {
		rows += drain(b, path, Options{Columns: []string{"email"}})
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkTextColumn(b *testing.B) {
	numbers := array.NewInt64Builder(memory.NewGoAllocator())
	for i := range mostRows {
		numbers.Append(int64(i) * 7919)
	}
	a := numbers.NewArray()
	lent := strings64k()
	written := array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "n", Type: a.DataType()}}, nil), []arrow.Array{a}, mostRows)
	for name, rec := range map[string]arrow.Record{"lent": lent, "written": written} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := TextColumn(rec, 0); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*mostRows/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkGather(b *testing.B) {
	rec := strings64k()
	rows := make([]int, mostRows)
	for i := range rows {
		rows[i] = i * 31 % mostRows
	}
	for b.Loop() {
		g, err := Gather(memory.NewGoAllocator(), rec, rows)
		if err != nil {
			b.Fatal(err)
		}
		g.Release()
	}
	b.ReportMetric(float64(b.N)*mostRows/b.Elapsed().Seconds(), "rows/s")
}
