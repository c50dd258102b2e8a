package arrowio

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/memory"
)

// batchText is how many bytes of text end a record before it has all its rows.
const batchText = 32 << 20

// A csvPart reads a file of CSV.
type csvPart struct {
	file     *os.File
	scan     *scanner
	charset  charset
	count    int   // cells that each record must have
	column   []int // where the scanner's wanted cells go
	fields   *arrow.Schema
	rows     int // at most, in a record
	mem      memory.Allocator
	bad      *badLines
	last     []int // bytes in each column of the record before: a guess for the next
	lastRows int   // and its rows
	record   record
	cells    [][]byte // of the present row, in the order of the columns
	scratch  [][]byte // a space for each of them
}

func openCSV(f *os.File, _ int64, o *Options, bad *badLines) (part, error) {
	comma, err := delimiter(o.Delimiter, f.Name())
	if err != nil {
		return nil, err
	}
	charset, err := charsetOf(o.Encoding)
	if err != nil {
		return nil, err
	}
	in, err := text(f)
	if err != nil {
		return nil, err
	}
	p := &csvPart{file: f, scan: newScanner(in, comma, longest), charset: charset, rows: o.BatchRows, mem: o.Allocator, bad: bad}
	names, err := p.header(o.NoHeader)
	if err != nil {
		return nil, err
	}
	there := listed(names)
	if !o.NoHeader && slices.ContainsFunc(names, looksLikeData) {
		there = "its first line does not look like names; if it is data, set no_header and name the columns c0, c1, …"
	}
	return p, p.choose(names, o.Columns, there)
}

// delimiter is the byte between cells.
func delimiter(r rune, name string) (byte, error) {
	switch {
	case r == 0 && strings.HasSuffix(strings.TrimSuffix(strings.ToLower(name), ".gz"), ".tsv"):
		return '\t', nil
	case r == 0:
		return ',', nil
	case r >= 0x80 || strings.ContainsRune("\"\r\n", r):
		return 0, fmt.Errorf("delimiter %q: must be one ASCII character, and no quote or line break", r)
	}
	return byte(r), nil
}

// text gives the bytes of a file, unpacked if they are packed, without the mark
// that some programs put in front.
func text(f *os.File) (io.Reader, error) {
	head, err := peek(f, 2)
	if err != nil {
		return nil, err
	}
	in := bufio.NewReader(f)
	if string(head) == "\x1f\x8b" {
		unpacked, err := gzip.NewReader(f)
		if err != nil {
			return nil, fmt.Errorf("not gzip: %w", err)
		}
		in = bufio.NewReader(unpacked)
	}
	mark, _ := in.Peek(3) // an error comes again
	switch {
	case bytes.HasPrefix(mark, []byte("\xff\xfe")) || bytes.HasPrefix(mark, []byte("\xfe\xff")):
		return nil, errors.New("UTF-16; save it as UTF-8")
	case string(mark) == "\ufeff":
		in.Discard(len(mark))
	}
	return in, nil
}

// peek gives the first bytes of a file.
func peek(f io.ReaderAt, n int) ([]byte, error) {
	head := make([]byte, n)
	n, err := f.ReadAt(head, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return head[:n], err
}

// header reads the names of the columns.
func (p *csvPart) header(none bool) ([]string, error) {
	if none {
		return p.numbered()
	}
	err := p.scan.next(&p.record)
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("empty; there is not even a header")
	case err != nil:
		return nil, err
	case p.record.reason != "":
		return nil, fmt.Errorf("line %d, the header: %s", p.record.line, p.record.reason)
	}
	names := make([]string, len(p.record.cells))
	for i, c := range p.record.cells {
		name := c.appendTo(nil)
		if !p.charset.valid(name) {
			return nil, fmt.Errorf("line %d, the header: %s", p.record.line, notUTF8)
		}
		names[i] = trim(string(p.charset.appendTo(nil, name)))
	}
	return names, nil
}

// numbered counts the columns by the first record, which stays to be read.
func (p *csvPart) numbered() ([]string, error) {
	for {
		err := p.scan.next(&p.record)
		if errors.Is(err, io.EOF) {
			return nil, errors.New("empty; there is not even a row to count the columns by")
		}
		if err != nil {
			return nil, err
		}
		if p.record.reason == "" {
			names := numbered(p.record.count)
			p.scan.back(p.record)
			return names, nil
		}
		p.skip(p.record.reason)
	}
}

// choose settles which columns are read.
func (p *csvPart) choose(names, wanted []string, there string) error {
	at, err := place(names, wanted, there)
	if err != nil {
		return err
	}
	fields := make([]arrow.Field, len(at))
	for i, a := range at {
		fields[i] = arrow.Field{Name: names[a], Type: arrow.BinaryTypes.String}
		if len(wanted) > 0 {
			fields[i].Name = wanted[i]
		}
	}
	p.fields, p.count = arrow.NewSchema(fields, nil), len(names)
	p.cells, p.scratch, p.last = make([][]byte, len(at)), make([][]byte, 2*len(at)), make([]int, len(at))
	p.scan.want = slices.Sorted(slices.Values(at))
	p.column = make([]int, len(at))
	for column, a := range at {
		i, _ := slices.BinarySearch(p.scan.want, a)
		p.column[i] = column
	}
	return nil
}

func (p *csvPart) schema() *arrow.Schema { return p.fields }

func (p *csvPart) close() error { return p.file.Close() }

// skip passes over the present record.
func (p *csvPart) skip(reason string) {
	p.bad.add(filepath.Base(p.file.Name()), p.record.line, reason)
}

func (p *csvPart) next() (arrow.Record, error) {
	b := array.NewRecordBuilder(p.mem, p.fields)
	defer b.Release()
	columns := make([]*array.BinaryBuilder, len(p.cells))
	for i, f := range b.Fields() {
		columns[i] = f.(*array.StringBuilder).BinaryBuilder
		columns[i].ReserveData(p.last[i])
		columns[i].Reserve(p.lastRows)
	}
	if err := p.rowsInto(columns); err != nil {
		return nil, err
	}
	for i, c := range columns {
		p.last[i], p.lastRows = c.DataLen(), c.Len()
	}
	return b.NewRecord(), nil
}

// rowsInto reads as many rows as a record holds, and at least one.
func (p *csvPart) rowsInto(columns []*array.BinaryBuilder) error {
	var rows, size int
	for rows < p.rows && size < batchText {
		ok, err := p.row()
		if errors.Is(err, io.EOF) && rows > 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		for i, c := range p.cells {
			columns[i].Append(c)
			size += len(c)
		}
		rows++
	}
	return nil
}

// row reads the next record into the cells, or skips it.
func (p *csvPart) row() (ok bool, err error) {
	r := &p.record
	if err := p.scan.next(r); err != nil {
		return false, err
	}
	if r.reason == "" && r.count != p.count {
		r.reason = miscounted(r.count, p.count)
	}
	if r.reason != "" {
		p.skip(r.reason)
		return false, nil
	}
	for i, c := range r.cells {
		if !p.cell(p.column[i], c) {
			p.skip(notUTF8)
			return false, nil
		}
	}
	return true, nil
}

// cell puts a cell's text in its column.
func (p *csvPart) cell(column int, c cell) bool {
	if c.escaped {
		p.scratch[2*column] = c.appendTo(p.scratch[2*column][:0])
		c.text = p.scratch[2*column]
	}
	if !p.charset.valid(c.text) {
		return false
	}
	if p.charset.table != nil {
		p.scratch[2*column+1] = p.charset.appendTo(p.scratch[2*column+1][:0], c.text)
		c.text = p.scratch[2*column+1]
	}
	p.cells[column] = c.text
	return true
}
