package arrowio

import (
	"bufio"
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

// An encoder writes records in one format. It keeps none of them.
type encoder interface {
	write(arrow.Record) error
	close() error // what stands at the end
}

// A format is how a result can be written. On a stream, Arrow looks different
// from a file.
type format struct {
	name         string
	file, stream func(io.Writer, *arrow.Schema) (encoder, error)
}

// formats is the table of what is written.
var formats = []format{
	{"csv", newCSV, newCSV},
	{"json", newJSON, newJSON},
	{"parquet", newParquet, newParquet},
	{"arrow", newArrowFile, newArrowStream},
}

// Formats names the formats that can be written.
func Formats() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

func formatNamed(name string) (format, error) {
	i := slices.IndexFunc(formats, func(f format) bool { return f.name == name })
	if i < 0 {
		return format{}, fmt.Errorf("unknown format %q; known: %s", name, strings.Join(Formats(), ", "))
	}
	return formats[i], nil
}

// FormatOf says which format the name of a file asks for.
func FormatOf(path string) (string, error) {
	name := strings.TrimPrefix(extension(path), ".")
	if _, err := formatNamed(name); err != nil {
		return "", fmt.Errorf("%s: the name must end in one of .%s", filepath.Base(path), strings.Join(Formats(), ", ."))
	}
	return name, nil
}

// A Writer writes records to a file, which appears whole at [Writer.Commit] or
// not at all, or to a stream. After an error it only waits to be discarded.
// Dictionary-encoded columns are written plain: no format here can change a
// dictionary on the way.
type Writer struct {
	schema *arrow.Schema
	enc    encoder
	out    *bufio.Writer
	file   *os.File // beside the path until the commit; nil for a stream, and at the end
	path   string
	err    error // the first one; errEnded after Commit or Discard
}

var errEnded = errors.New("the writer has ended")

// Create begins to write a file in a format. Until the commit it lies beside its
// place, under another name; it is for its owner's eyes only (mode 0600).
func Create(path, format string, schema *arrow.Schema) (*Writer, error) {
	f, err := formatNamed(format)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return nil, err
	}
	w, err := newWriter(file, f.file, schema)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", filepath.Base(path), err), file.Close(), os.Remove(file.Name()))
	}
	w.file, w.path = file, path
	return w, nil
}

// NewStream begins to write a stream in a format. Its Commit only writes out
// what is left.
func NewStream(w io.Writer, format string, schema *arrow.Schema) (*Writer, error) {
	f, err := formatNamed(format)
	if err != nil {
		return nil, err
	}
	return newWriter(w, f.stream, schema)
}

func newWriter(out io.Writer, start func(io.Writer, *arrow.Schema) (encoder, error), schema *arrow.Schema) (*Writer, error) {
	w := &Writer{schema: plainSchema(schema), out: bufio.NewWriterSize(out, 1<<16)}
	err := guarded(fmt.Errorf, func() (err error) {
		w.enc, err = start(w.out, w.schema)
		return err
	})
	return w, err
}

// Write writes a record, which stays the caller's.
func (w *Writer) Write(rec arrow.Record) error {
	if w.err != nil {
		return w.err
	}
	columns := make([]arrow.Array, 0, rec.NumCols())
	defer func() { releaseAll(columns) }()
	for _, c := range rec.Columns() {
		plain, err := plainArray(memory.NewGoAllocator(), c)
		if err != nil {
			w.err = err
			return err
		}
		columns = append(columns, plain)
	}
	if w.err = alike(w.schema, plainSchema(rec.Schema())); w.err != nil {
		return w.err
	}
	plain := array.NewRecord(w.schema, columns, rec.NumRows())
	defer plain.Release()
	w.err = guarded(fmt.Errorf, func() error { return w.enc.write(plain) })
	return w.err
}

// Commit ends the file and puts it in its place, durably. If it fails there is
// no file.
func (w *Writer) Commit() error {
	if w.err != nil {
		return errors.Join(w.err, w.Discard())
	}
	err := guarded(fmt.Errorf, w.enc.close)
	if err == nil {
		err = w.out.Flush()
	}
	if err != nil || w.file == nil {
		return errors.Join(err, w.Discard())
	}
	if err = errors.Join(w.file.Sync(), w.file.Close()); err == nil {
		err = os.Rename(w.file.Name(), w.path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(w.file.Name()), w.end())
	}
	return errors.Join(syncFolder(filepath.Dir(w.path)), w.end())
}

// Discard removes what was written of a file. After a commit it does nothing.
func (w *Writer) Discard() error {
	file := w.file
	if w.end(); file == nil {
		return nil
	}
	return errors.Join(file.Close(), os.Remove(file.Name()))
}

// end leaves the writer with nothing more to do.
func (w *Writer) end() error {
	w.file, w.err = nil, errEnded
	return nil
}

// syncFolder makes the names in a folder durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
