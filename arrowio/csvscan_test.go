package arrowio

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
)

// scan reads all records of a text, as text, with nil for a bad one.
func scan(in io.Reader, longest int) (rows [][]string, lines []int, err error) {
	s := newScanner(in, ',', longest)
	var r record
	for {
		if err := s.next(&r); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return rows, lines, err
		}
		var row []string
		if r.reason == "" {
			row = []string{}
			for _, c := range r.cells {
				row = append(row, string(c.appendTo(nil)))
			}
			if len(row) != r.count {
				return nil, nil, fmt.Errorf("%d cells, counted %d", len(row), r.count)
			}
		}
		rows, lines = append(rows, row), append(lines, r.line)
	}
}

// plainly gives the records that encoding/csv finds, which drops the CR inside
// quotes.
func plainly(text string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord = -1
	return r.ReadAll()
}

func withoutCR(rows [][]string) [][]string {
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(row[i], "\r\n", "\n")
		}
	}
	return rows
}

func TestScannerAgainstTheStandardLibrary(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "bc", "", "", " ", ",", "\"", "\n", "é", "\"\"", "\n\n", "0123456789"}
	for i := range 3000 {
		var text bytes.Buffer
		w := csv.NewWriter(&text)
		w.UseCRLF = i%3 == 0
		row := make([]string, 1+rnd.IntN(5))
		for range rnd.IntN(20) {
			for c := range row {
				row[c] = ""
				for range rnd.IntN(4) {
					row[c] += pieces[rnd.IntN(len(pieces))]
				}
			}
			w.Write(row)
		}
		w.Flush()
		want, err := plainly(text.String())
		if err != nil {
			t.Fatal(err)
		}
		var in io.Reader = bytes.NewReader(text.Bytes())
		if i%5 == 0 {
			in = iotest.OneByteReader(in)
		}
		// The window is small, so that records lie across its end.
		got, _, err := scan(iotest.DataErrReader(in), 300)
		if err != nil || len(got) != len(want) || len(got) > 0 && !reflect.DeepEqual(withoutCR(got), want) {
			t.Fatalf("%q:\n%q, %v, want\n%q", text.String(), got, err, want)
		}
	}
}

func TestScannerWantsSomeCells(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		text := ""
		width := 1 + rnd.IntN(6)
		for i := range width {
			cell := fmt.Sprint(i)
			if rnd.IntN(3) == 0 {
				cell = "\"" + cell + "\""
			}
			text += "," + cell
		}
		want := []int{}
		for i := range width {
			if rnd.IntN(2) == 0 {
				want = append(want, i)
			}
		}
		s := newScanner(strings.NewReader(text[1:]), ',', 100)
		s.want = want
		var r record
		if err := s.next(&r); err != nil || r.count != width || len(r.cells) != len(want) {
			t.Fatalf("%q: %v cells, want %v of %d: %v", text, r.cells, want, width, err)
		}
		for i, c := range r.cells {
			if string(c.text) != fmt.Sprint(want[i]) {
				t.Fatalf("%q: cell %d is %q", text, want[i], c.text)
			}
		}
	}
}

func FuzzCSV(f *testing.F) {
	for _, text := range []string{"", "a,b\n1,2\n", "\"a\"\"b\",c\r\n", "a\"b\n", "\"a\nb\n", "\"a\"b,c\n\n\r\n", "\"\"\r", "a,\xff\n", "\r\n\r", "\"a\r\n\"\r\n", "\"a\r\r\n\""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<12 {
			return
		}
		got, lines, err := scan(strings.NewReader(text), 1<<12)
		if err != nil {
			t.Fatal(err)
		}
		for i := range lines {
			if i > 0 && lines[i] <= lines[i-1] || lines[i] > 1+strings.Count(text, "\n") {
				t.Fatalf("%q: records on lines %v", text, lines)
			}
		}
		if !strings.Contains(text, "\"") {
			filled := 0
			for line := range strings.Lines(text) {
				if len(dropCR([]byte(strings.TrimSuffix(line, "\n")))) > 0 {
					filled++
				}
			}
			if len(got) != filled {
				t.Fatalf("%q: %d records of %d lines", text, len(got), filled)
			}
		}
		if want, err := plainly(text); err == nil && len(want)+len(got) > 0 && !reflect.DeepEqual(withoutCR(got), want) {
			t.Fatalf("%q: %q, want %q", text, got, want)
		}
		if _, _, err := scan(iotest.HalfReader(strings.NewReader(text)), 16); err != nil {
			t.Fatalf("%q: with a small window: %v", text, err)
		}
	})
}
