package arrowio

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestCSVSpectrum(t *testing.T) {
	var want map[string]struct{ Rows int }
	expected(t, &want, "files", "csv_spectrum")
	for name, figures := range want {
		t.Run(name, func(t *testing.T) {
			got := mustRead(t, data(t, "files", "csv-spectrum", "csvs", name+".csv"), Options{})
			if name == "location_coordinates" {
				// Its one row has quotes in the middle of a cell without quotes, which
				// RFC 4180 (section 2, rule 5) forbids: where the cells end is then
				// anybody's guess, so the row is skipped, counted and named for its
				// owner to mend. The JSON beside it is no measure: it has a telephone
				// number that the file has not.
				if len(got.rows) != 0 || !reflect.DeepEqual(got.bad, []BadLine{{"location_coordinates.csv", 2, bareQuote}}) {
					t.Fatalf("%q, bad lines %v", got.rows, got.bad)
				}
				return
			}
			text, err := os.ReadFile(data(t, "files", "csv-spectrum", "json", name+".json"))
			if err != nil {
				t.Fatal(err)
			}
			var rows []map[string]string
			if err := json.Unmarshal(text, &rows); err != nil {
				t.Fatal(err)
			}
			if len(got.rows) != figures.Rows || !reflect.DeepEqual(objects(got), rows) || got.count != 0 {
				t.Fatalf("%q, want %q", objects(got), rows)
			}
		})
	}
}

func objects(t table) (out []map[string]string) {
	for _, row := range t.rows {
		o := map[string]string{}
		for c, cell := range row {
			o[t.names[c]] = cell
		}
		out = append(out, o)
	}
	return out
}

// TestCSVWithFaults reads the same kinds of files as TestCSVSpectrum, but from
// another collection, which has broken ones.
func TestCSVWithFaults(t *testing.T) {
	var want map[string]struct {
		Lines  int
		Widths []int
		UTF8   bool
	}
	expected(t, &want, "psi", "c3r_csv")
	for name, figures := range want {
		t.Run(name, func(t *testing.T) {
			path := data(t, "psi", "c3r", "csv", name)
			got := mustRead(t, path, Options{})
			bad := 0
			if len(figures.Widths) > 1 || !figures.UTF8 {
				bad = 1
			}
			if len(got.rows) != figures.Lines-1-bad || len(got.names) != widthOf(t, path) || got.count != uint64(bad) {
				t.Fatalf("%d rows of %d columns, bad lines %v; want %v", len(got.rows), len(got.names), got.bad, figures)
			}
			if bad > 0 && got.bad[0].Line != 2 {
				t.Fatal(got.bad)
			}
		})
	}
}

func widthOf(t *testing.T, path string) int {
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := bytes.Cut(text, []byte("\n"))
	return 1 + bytes.Count(first, []byte(","))
}

func TestCSVEncodingOfOneCell(t *testing.T) {
	path := data(t, "psi", "c3r", "csv", "nonUtf8Encoding.csv")
	// The bytes are no UTF-8; who asks for other columns does not mind.
	got := mustRead(t, path, Options{Columns: []string{"City", "FirstName"}})
	if len(got.rows) != 1 || !slices.Equal(got.rows[0], []string{"4", "1"}) {
		t.Fatalf("%q", got.rows)
	}
	got = mustRead(t, path, Options{Columns: []string{"Notes"}, Encoding: "latin-1"})
	if got.rows[0][0] != "\u0089\u0010" {
		t.Fatalf("%q", got.rows)
	}
}

func TestCSVHeaderWithBlanks(t *testing.T) {
	got := mustRead(t, data(t, "linkage", "febrl", "dataset1.csv"), Options{Columns: []string{"surname", "rec_id"}})
	if len(got.rows) != 1000 || !slices.Equal(got.rows[0], []string{" waller", "rec-223-org"}) ||
		!slices.Equal(got.names, []string{"surname", "rec_id"}) {
		t.Fatalf("%d rows, the first %q", len(got.rows), got.rows[0])
	}
}

func TestCSVCells(t *testing.T) {
	type rows = [][]string
	for _, c := range []struct {
		name, file, text string
		o                Options
		want             rows
		bad              []BadLine
	}{
		{"plain", "a.csv", "a,b\n1,2\n", Options{}, rows{{"1", "2"}}, nil},
		{"no last line end", "a.csv", "a,b\n1,2", Options{}, rows{{"1", "2"}}, nil},
		{"byte order mark", "a.csv", "\ufeffa,b\n1,2\n", Options{Columns: []string{"a"}}, rows{{"1"}}, nil},
		{"quoted name after the mark", "a.csv", "\ufeff\"a\",b\n1,2\n", Options{Columns: []string{"a"}}, rows{{"1"}}, nil},
		{"crlf", "a.csv", "a,b\r\n1,\"2\"\r\n\r\n3,4\r\n", Options{}, rows{{"1", "2"}, {"3", "4"}}, nil},
		{"blank lines", "a.csv", "\n\na,b\n\n1,2\n\n\r\n3,4\n\n", Options{}, rows{{"1", "2"}, {"3", "4"}}, nil},
		{"empty cells", "a.csv", "a,b\n,\n\"\",\"\"\n", Options{}, rows{{"", ""}, {"", ""}}, nil},
		{"tabs", "a.tsv", "a\tb\n1,5\t2\n", Options{}, rows{{"1,5", "2"}}, nil},
		{"semicolons", "a.txt", "a;b\n1,5;2\n", Options{Delimiter: ';'}, rows{{"1,5", "2"}}, nil},
		{"order of columns", "a.csv", "a,b,c\n1,2,3\n\"4\",\"5\",\"6\"\n", Options{Columns: []string{"c", "a"}}, rows{{"3", "1"}, {"6", "4"}}, nil},
		{"no header", "a.csv", "x,y\nz,w\n", Options{NoHeader: true, Columns: []string{"c1"}}, rows{{"y"}, {"w"}}, nil},
		{"no header, broken start", "a.csv", "x\"\n\"y\",1\n", Options{NoHeader: true}, rows{{"y", "1"}}, []BadLine{{"a.csv", 1, bareQuote}}},
		{"doubled quotes", "a.csv", "a,b\n\"say \"\"hi\"\"\",\"\"\"\"\n", Options{}, rows{{`say "hi"`, `"`}}, nil},
		{"many lines", "a.csv", "a,b\n\"1\n\n2\",\"x\r\ny\"\n3\n4,5\n", Options{}, rows{{"1\n\n2", "x\r\ny"}, {"4", "5"}}, []BadLine{{"a.csv", 6, "cells: 1, not 2"}}},
		{"twice the same name", "a.csv", "a,b,b\n1,2,3\n", Options{Columns: []string{"a"}}, rows{{"1"}}, nil},
		{"latin-1", "a.csv", "n\xe4me,b\nM\xfcller,\"\x80\"\n", Options{Encoding: "latin-1", Columns: []string{"näme", "b"}}, rows{{"Müller", "\u0080"}}, nil},
		{"windows-1252", "a.csv", "a,b\n\x80,\"\x93\"\"\x94\"\n", Options{Encoding: "Windows-1252"}, rows{{"€", "“\"”"}}, nil},
		{"not utf-8", "a.csv", "a,b\n\xff,1\n2,\xff\n3,4\n", Options{Columns: []string{"a"}}, rows{{"2"}, {"3"}}, []BadLine{{"a.csv", 2, notUTF8}}},
		{"nothing but a header", "a.csv", "a,b\n", Options{}, nil, nil},
		{"too many and too few", "a.csv", "a,b\n1,2,3\n1\n1,2\n", Options{}, rows{{"1", "2"}},
			[]BadLine{{"a.csv", 2, "cells: 3, not 2"}, {"a.csv", 3, "cells: 1, not 2"}}},
		{"stray quotes", "a.csv", "a,b\n1,x\"y\n1,\"x\"y\n1, \"x\"\n1,2\n", Options{}, rows{{"1", "2"}},
			[]BadLine{{"a.csv", 2, bareQuote}, {"a.csv", 3, afterQuote}, {"a.csv", 4, bareQuote}}},
		{"a quote left open", "a.csv", "a,b\n1,\"x\n3,4\n5,\"6\"\n7,8\n", Options{}, rows{{"3", "4"}, {"5", "6"}, {"7", "8"}},
			[]BadLine{{"a.csv", 2, afterQuote}}},
		{"a quote left open at the end", "a.csv", "a,b\n1,\"x\n3,4\n5,6", Options{}, rows{{"3", "4"}, {"5", "6"}},
			[]BadLine{{"a.csv", 2, openQuote}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := mustRead(t, write(t, c.file, c.text), c.o)
			if !reflect.DeepEqual(got.rows, c.want) || !slices.Equal(got.bad, c.bad) || got.count != uint64(len(c.bad)) {
				t.Fatalf("%q, bad %v; want %q, bad %v", got.rows, got.bad, c.want, c.bad)
			}
		})
	}
}

func TestCSVRefused(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		o                Options
		want             string
	}{
		{"missing column", "a.csv", "id,mail\n1,2\n", Options{Columns: []string{"email"}}, `no column "email"; it has "id", "mail"`},
		{"missing without header", "a.csv", "Ann,1\n", Options{Columns: []string{"email"}, NoHeader: true}, `it has "c0", "c1"`},
		{"column twice in the file", "a.csv", "a, a\n1,2\n", Options{Columns: []string{"a"}}, "stands there twice"},
		{"column asked for twice", "a.csv", "a\n1\n", Options{Columns: []string{"a", "a"}}, "asked for twice"},
		{"empty", "a.csv", "", Options{}, "empty"},
		{"blank", "a.csv", "\n\n", Options{}, "empty"},
		{"blank, no header", "a.csv", "\n\n", Options{NoHeader: true}, "empty"},
		{"broken header", "a.csv", "a,\"b\n1,2\n", Options{}, "the header: a quote that is never closed"},
		{"header not UTF-8", "a.csv", "a\xff,b\n1,2\n", Options{}, "the header: not UTF-8"},
		{"UTF-16", "a.csv", "\xff\xfea\x00", Options{}, "UTF-16"},
		{"encoding", "a.csv", "a\n", Options{Encoding: "ebcdic"}, "known: latin-1, utf-8, windows-1252"},
		{"delimiter", "a.csv", "a\n", Options{Delimiter: '"'}, "must be one ASCII character"},
		{"wide delimiter", "a.csv", "a\n", Options{Delimiter: '§'}, "must be one ASCII character"},
		{"extension", "a.xls", "a\n", Options{}, "unknown format"},
		{"not gzip", "a.csv.gz", "\x1f\x8bnot", Options{}, "not gzip"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := read(write(t, c.file, c.text), c.o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %q", err, c.want)
			}
		})
	}
}

// A file without a header must not have its first customer named in an error.
func TestCSVErrorNamesNoCustomer(t *testing.T) {
	for _, line := range []string{"Ann,ann@example.org,5", "Ann,Lee,+49 30 1234567", "Ann,Lee,1990-01-01", "Ann,7,Berlin"} {
		_, err := read(write(t, "a.csv", line+"\n"), Options{Columns: []string{"email"}})
		if err == nil || strings.Contains(err.Error(), "Ann") || !strings.Contains(err.Error(), "no_header") {
			t.Errorf("the error for a file without header: %v", err)
		}
	}
}

func TestCSVTooLong(t *testing.T) {
	long := strings.Repeat("x", longest)
	lines := strings.Repeat(strings.Repeat("y", 63)+"\n", longest/64)
	for _, c := range []struct {
		name, text string
		want       [][]string
		bad        []BadLine
	}{
		{"just short enough", "a\n" + long + "\n1\n", [][]string{{long}, {"1"}}, nil},
		{"a line", "a\n" + long + "x\n1\n", [][]string{{"1"}}, []BadLine{{"a.csv", 2, tooLong}}},
		{"a very long line", "a\n" + long + long + long + "\n1\n", [][]string{{"1"}}, []BadLine{{"a.csv", 2, tooLong}}},
		{"the last line", "a\n1\n" + long + long + long, [][]string{{"1"}}, []BadLine{{"a.csv", 3, tooLong}}},
		{"in quotes", "a,b\n1,\"" + long + "\"\n1,2\n", [][]string{{"1", "2"}}, []BadLine{{"a.csv", 2, tooLong}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := mustRead(t, write(t, "a.csv", c.text), Options{})
			if !reflect.DeepEqual(got.rows, c.want) || !slices.Equal(got.bad, c.bad) {
				t.Fatalf("%d rows, bad %v", len(got.rows), got.bad)
			}
		})
	}
	got := mustRead(t, write(t, "a.csv", "a\n\"x\n"+lines+lines+lines+"z\n"), Options{})
	if len(got.rows) != 3*longest/64+1 || len(got.bad) != 1 || got.bad[0].Line != 2 {
		t.Fatalf("an open quote swallowed lines: %d rows, bad %v", len(got.rows), got.bad)
	}
}

func TestCSVKeepsTheFirstBadLines(t *testing.T) {
	got := mustRead(t, write(t, "a.csv", "a\n"+strings.Repeat("1,2\n", 100)), Options{})
	if got.count != 100 || len(got.bad) != 20 || got.bad[19].Line != 21 {
		t.Fatal(got.count, got.bad)
	}
}

func TestCSVPacked(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	io.WriteString(w, "\ufeffa,b\n"+strings.Repeat("1,2\n", 1000))
	w.Close()
	got := mustRead(t, write(t, "a.csv.gz", packed.String()), Options{Columns: []string{"b"}})
	if len(got.rows) != 1000 || got.rows[999][0] != "2" {
		t.Fatal(len(got.rows))
	}
	cut := write(t, "a.csv.gz", packed.String()[:packed.Len()-12])
	if _, err := read(cut, Options{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatalf("a packed file cut short: %v", err)
	}
}

func TestCSVInSeveralParts(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"part-2.csv": "b,a\n4,3\nbad\n", "part-1.csv": "a,b\n1,2\n", "part-3.tsv": "a\tb\n5\t6\n",
		"part-0.csv": "", "_SUCCESS": "", ".part-1.csv.crc": "x", "notes.md": "read me", "_old.csv": "c\n1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	os.Mkdir(filepath.Join(dir, "x.csv"), 0o700)
	named := Options{Columns: []string{"a", "b"}}
	got := mustRead(t, dir, named)
	if !reflect.DeepEqual(got.rows, [][]string{{"1", "2"}, {"3", "4"}, {"5", "6"}}) || got.bad[0] != (BadLine{"part-2.csv", 3, miscounted(1, 2)}) {
		t.Fatalf("the folder: %q, bad %v", got.rows, got.bad)
	}
	if got := mustRead(t, filepath.Join(dir, "part-[12].*"), named); len(got.rows) != 2 {
		t.Fatalf("the glob: %q", got.rows)
	}
	if _, err := read(filepath.Join(dir, "part-*"), Options{}); err == nil || !strings.Contains(err.Error(), "part-2.csv: not the same columns as in part-1.csv") {
		t.Fatalf("columns in another order: %v", err)
	}
	for _, source := range []string{"nothing", "nothing-*.csv", "part-0.csv", "x.csv"} {
		if _, err := read(filepath.Join(dir, source), Options{}); err == nil {
			t.Errorf("%s: no error", source)
		}
	}
}

func TestNextStops(t *testing.T) {
	r, err := Open(write(t, "a.csv", "a\n1\n2\n3\n"), Options{BatchRows: 2, Allocator: checked(t)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	rec, err := r.Next(ctx)
	if err != nil || rec.NumRows() != 2 {
		t.Fatal(rec, err)
	}
	rec.Release()
	cancel()
	if _, err := r.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("after the cancellation: %v", err)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(context.Background()); !errors.Is(err, io.EOF) {
		t.Fatalf("after the end: %v", err)
	}
}
