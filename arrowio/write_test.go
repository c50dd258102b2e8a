package arrowio

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// result is a record such as a run ends in, with the schema's metadata.
func result(mem memory.Allocator) arrow.Record {
	metadata := arrow.NewMetadata([]string{"run", "agreement"}, []string{"r1", "sha256:00"})
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "airline.tier", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "count", Type: arrow.PrimitiveTypes.Uint64, Nullable: true},
		{Name: "count.sd", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
		{Name: "spend.sum", Type: &arrow.Decimal128Type{Precision: 20, Scale: 2}, Nullable: true},
		{Name: "since", Type: arrow.FixedWidthTypes.Date32, Nullable: true},
		{Name: "seen", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, Nullable: true},
		{Name: "open", Type: arrow.FixedWidthTypes.Boolean, Nullable: true},
		{Name: "key", Type: &arrow.FixedSizeBinaryType{ByteWidth: 3}, Nullable: true},
		{Name: "loss", Type: arrow.PrimitiveTypes.Int64},
	}, &metadata)
	rec, _, err := array.RecordFromJSON(mem, schema, strings.NewReader(`[
		{"airline.tier":"gold, \"plus\"\nline","count":"18446744073709551615","count.sd":0.1,"spend.sum":"12345678901234567.89","since":"2024-02-29","seen":"2024-02-29T12:00:00.5Z","open":true,"key":"AGEv","loss":"-9223372036854775808"},
		{"airline.tier":null,"count":null,"count.sd":null,"spend.sum":null,"since":null,"seen":null,"open":null,"key":null,"loss":"0"},
		{"airline.tier":"Zoë","count":0,"count.sd":1e300,"spend.sum":"-0.01","since":"1969-12-31","seen":"1969-12-31T23:59:59Z","open":false,"key":"YWJj","loss":"1"}]`))
	if err != nil {
		panic(err)
	}
	withMetadata := array.NewRecord(schema, rec.Columns(), rec.NumRows())
	rec.Release()
	return withMetadata
}

// save writes records to a file of a format.
func save(t testing.TB, format string, schema *arrow.Schema, records ...arrow.Record) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out."+format)
	w, err := Create(path, format, schema)
	if err != nil {
		t.Fatal(err)
	}
	for _, rec := range records {
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := w.Discard(); err != nil {
		t.Fatalf("to discard after the commit: %v", err)
	}
	return path
}

func TestRoundTripOfColumns(t *testing.T) {
	for _, format := range []string{"parquet", "arrow"} {
		for records := range 3 {
			t.Run(fmt.Sprint(format, records), func(t *testing.T) {
				mem := checked(t)
				rec := result(mem)
				defer rec.Release()
				path := save(t, format, rec.Schema(), slices.Repeat([]arrow.Record{rec}, records)...)
				r, err := Open(path, Options{Allocator: mem})
				if err != nil {
					t.Fatal(err)
				}
				defer r.Close()
				if !r.Schema().Equal(rec.Schema()) || !r.Schema().Metadata().Equal(rec.Schema().Metadata()) {
					t.Fatalf("%v\nwant\n%v", r.Schema(), rec.Schema())
				}
				var rows [][]string
				got := mustRead(t, path, Options{})
				for range records {
					rows = append(rows, byRow(texts(rec))...)
				}
				if !slices.EqualFunc(got.rows, rows, slices.Equal) {
					t.Fatalf("%q\nwant\n%q", got.rows, rows)
				}
			})
		}
	}
}

func byRow(columns [][]string) [][]string {
	rows := make([][]string, len(columns[0]))
	for i := range rows {
		for _, c := range columns {
			rows[i] = append(rows[i], c[i])
		}
	}
	return rows
}

func TestRoundTripOfEveryType(t *testing.T) {
	for _, format := range []string{"parquet", "arrow", "csv"} {
		t.Run(format, func(t *testing.T) {
			mem := checked(t)
			rec, want := everything(mem)
			defer rec.Release()
			if lost, ok := lossy[format]; ok {
				rec = without(rec, lost...)
				defer rec.Release()
				want = texts(rec)
			}
			got := mustRead(t, save(t, format, rec.Schema(), rec), Options{})
			for i, row := range byRow(want) {
				for c, cell := range row {
					if format == "csv" && cell == null {
						cell = ""
					}
					if got.rows[i][c] != cell {
						t.Errorf("%s: %q, want %q", rec.ColumnName(c), got.rows[i][c], cell)
					}
				}
			}
		})
	}
}

// lossy names the columns that a format cannot hold: CSV is UTF-8, and the
// library's Parquet has no decimals of such a scale.
var lossy = map[string][]string{
	"parquet": {"decimal256(76, 0)", "decimal(5, -3)"},
	"csv":     {"binary"},
}

func without(rec arrow.Record, names ...string) arrow.Record {
	var fields []arrow.Field
	var columns []arrow.Array
	for i, f := range rec.Schema().Fields() {
		if !slices.Contains(names, f.Name) {
			fields, columns = append(fields, f), append(columns, rec.Column(i))
		}
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), columns, rec.NumRows())
}

func TestWriteCSV(t *testing.T) {
	rec := result(checked(t))
	defer rec.Release()
	f, err := os.Open(save(t, "csv", rec.Schema(), rec, rec))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 7 || rows[0][1] != "count" || rows[1][0] != "gold, \"plus\"\nline" || rows[1][1] != "18446744073709551615" ||
		rows[1][3] != "12345678901234567.89" || rows[2][1] != "" || rows[6][2] != "1e+300" {
		t.Fatalf("%q, %v", rows, err)
	}
}

func TestWriteJSON(t *testing.T) {
	rec := result(checked(t))
	defer rec.Release()
	for records := range 3 {
		text, err := os.ReadFile(save(t, "json", rec.Schema(), slices.Repeat([]arrow.Record{rec}, records)...))
		if err != nil {
			t.Fatal(err)
		}
		var rows []struct {
			Tier  *string      `json:"airline.tier"`
			Count *uint64      `json:"count"`
			SD    *float64     `json:"count.sd"`
			Sum   *json.Number `json:"spend.sum"`
			Since *string      `json:"since"`
			Open  *bool        `json:"open"`
			Key   []byte       `json:"key"`
			Loss  int64        `json:"loss"`
		}
		d := json.NewDecoder(bytes.NewReader(text))
		if err := d.Decode(&rows); err != nil || len(rows) != 3*records || d.More() {
			t.Fatalf("%s: %v", text, err)
		}
		if records == 0 {
			continue
		}
		if r := rows[0]; *r.Tier != "gold, \"plus\"\nline" || *r.Count != math.MaxUint64 || *r.SD != 0.1 || *r.Sum != "12345678901234567.89" ||
			*r.Since != "2024-02-29" || !*r.Open || !bytes.Equal(r.Key, []byte{0, 'a', '/'}) || r.Loss != math.MinInt64 {
			t.Fatalf("%s", text)
		}
		if r := rows[1]; r.Tier != nil || r.Count != nil || r.SD != nil || r.Sum != nil || r.Open != nil || r.Key != nil {
			t.Fatalf("nulls: %s", text)
		}
	}
}

func TestWriteJSONWithoutNumbers(t *testing.T) {
	mem := checked(t)
	b := array.NewFloat32Builder(mem)
	b.AppendValues([]float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), 1}, nil)
	a := b.NewArray()
	defer a.Release()
	b.Release()
	rec := array.NewRecord(arrow.NewSchema([]arrow.Field{{Name: "x\"", Type: a.DataType()}}, nil), []arrow.Array{a}, 4)
	defer rec.Release()
	text, _ := os.ReadFile(save(t, "json", rec.Schema(), rec))
	if want := "[\n{\"x\\\"\":null},\n{\"x\\\"\":null},\n{\"x\\\"\":null},\n{\"x\\\"\":1}\n]\n"; string(text) != want {
		t.Fatalf("%s, want %s", text, want)
	}
}

func TestStreams(t *testing.T) {
	mem := checked(t)
	rec := result(mem)
	defer rec.Release()
	for _, format := range Formats() {
		var out bytes.Buffer
		w, err := NewStream(&out, format, rec.Schema())
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Write(rec), w.Write(rec), w.Commit(), w.Discard()); err != nil {
			t.Fatal(format, err)
		}
		if format == "json" {
			continue
		}
		ending := map[string]string{"arrow": "arrows"}[format]
		if ending == "" {
			ending = format
		}
		if got := mustRead(t, write(t, "a."+ending, out.String()), Options{}); len(got.rows) != 6 {
			t.Errorf("%s: %d rows of 6", format, len(got.rows))
		}
		if format == "arrow" && !strings.HasPrefix(out.String(), continuation) {
			t.Errorf("arrow on a stream is not the stream format")
		}
	}
}

func TestWholeOrNothing(t *testing.T) {
	rec := result(checked(t))
	defer rec.Release()
	for _, format := range Formats() {
		dir := t.TempDir()
		path := filepath.Join(dir, "out."+format)
		if err := os.WriteFile(path, []byte("before"), 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := Create(path, format, rec.Schema())
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(rec); err != nil {
			t.Fatal(err)
		}
		if text, _ := os.ReadFile(path); string(text) != "before" {
			t.Fatalf("%s: the file changed before the commit", format)
		}
		if err := errors.Join(w.Discard(), w.Discard()); err != nil {
			t.Fatal(err)
		}
		if names := entries(t, dir); !slices.Equal(names, []string{"out." + format}) {
			t.Fatalf("after the discard: %v", names)
		}
		if err := errors.Join(w.Write(rec), w.Commit()); !errors.Is(err, errEnded) {
			t.Fatalf("%s: after the end: %v", format, err)
		}
		if text, _ := os.ReadFile(path); string(text) != "before" {
			t.Fatalf("%s: the file changed after a discard", format)
		}
	}
}

func entries(t *testing.T, dir string) (names []string) {
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		names = append(names, e.Name())
	}
	return names
}

func TestCommitThatFails(t *testing.T) {
	rec := result(checked(t))
	defer rec.Release()
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	if err := os.MkdirAll(filepath.Join(path, "x"), 0o700); err != nil { // a folder in its place
		t.Fatal(err)
	}
	w, err := Create(path, "csv", rec.Schema())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(rec); err != nil {
		t.Fatal(err)
	}
	if err := w.Commit(); err == nil {
		t.Fatal("a folder was replaced")
	}
	if names := entries(t, dir); !slices.Equal(names, []string{"out.csv"}) || w.Discard() != nil {
		t.Fatalf("after the failure: %v", names)
	}
}

func TestFullDisk(t *testing.T) {
	rec := result(checked(t))
	defer rec.Release()
	for _, format := range Formats() {
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		if err != nil {
			t.Skip("no /dev/full here")
		}
		defer full.Close()
		w, err := NewStream(full, format, rec.Schema())
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Write(rec), w.Commit()); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

func TestWriteRefuses(t *testing.T) {
	rec := result(checked(t))
	defer rec.Release()
	if _, err := Create(filepath.Join(t.TempDir(), "a.xls"), "xls", rec.Schema()); err == nil || !strings.Contains(err.Error(), "csv, json, parquet, arrow") {
		t.Errorf("an unknown format: %v", err)
	}
	if _, err := Create(filepath.Join(t.TempDir(), "no", "a.csv"), "csv", rec.Schema()); err == nil {
		t.Error("a folder that is not there")
	}
	list := arrow.NewSchema([]arrow.Field{{Name: "odd", Type: arrow.ListOf(arrow.PrimitiveTypes.Int8)}}, nil)
	for _, format := range []string{"csv", "json"} {
		dir := t.TempDir()
		if _, err := Create(filepath.Join(dir, "a."+format), format, list); err == nil || !strings.Contains(err.Error(), `"odd"`) {
			t.Errorf("%s of a list: %v", format, err)
		}
		if names := entries(t, dir); len(names) > 0 {
			t.Errorf("left behind: %v", names)
		}
	}
	w, err := NewStream(&bytes.Buffer{}, "csv", oneColumn("a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(rec); err == nil {
		t.Error("a record of another schema was written")
	}
}

func oneColumn(name string) *arrow.Schema {
	return arrow.NewSchema([]arrow.Field{{Name: name, Type: arrow.BinaryTypes.String}}, nil)
}

func TestFormatOf(t *testing.T) {
	for path, want := range map[string]string{"a.csv": "csv", "x/b.PARQUET": "parquet", "c.arrow": "arrow", "d.json": "json", "e.xls": "", "f": ""} {
		got, err := FormatOf(path)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", path, got, err)
		}
	}
}
