package arrowio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
)

// A part is one file of a source, opened for the columns that are wanted.
type part interface {
	schema() *arrow.Schema
	next() (arrow.Record, error) // io.EOF ends it; the caller releases
	close() error
}

// An opener opens a file of its format, which the part closes.
type opener func(f *os.File, size int64, o *Options, bad *badLines) (part, error)

// byExtension is the table of the formats that are read. The openers of Arrow
// files look at the first bytes themselves: both kinds go by either name.
var byExtension = map[string]opener{
	".csv": openCSV, ".tsv": openCSV, ".txt": openCSV, ".gz": openCSV,
	".parquet": guard(openParquet), ".pq": guard(openParquet),
	".arrow": guard(openIPC), ".feather": guard(openIPC), ".ipc": guard(openIPC),
	".arrows": guard(openIPC), ".stream": guard(openIPC),
}

// parts names the files of a source, in order, without the empty ones: some
// writers leave those behind where a part has no rows.
func parts(source string) ([]string, error) {
	names, err := expand(source)
	if err != nil {
		return nil, err
	}
	filled := names[:0]
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			return nil, err
		}
		if info.Size() > 0 {
			filled = append(filled, name)
		}
	}
	if len(filled) == 0 {
		return nil, fmt.Errorf("%s: empty; there is not even a header", source)
	}
	return filled, nil
}

// expand turns a file, a folder or a glob into the names of files.
func expand(source string) ([]string, error) {
	info, err := os.Stat(source)
	switch {
	case err == nil && info.IsDir():
		return folder(source)
	case err == nil:
		return []string{source}, nil
	case !errors.Is(err, fs.ErrNotExist) || !strings.ContainsAny(source, "*?["):
		return nil, err
	}
	names, err := filepath.Glob(source)
	if err != nil {
		return nil, fmt.Errorf("%s: not a glob: %w", source, err)
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		info, err := os.Stat(name)
		return err == nil && info.IsDir()
	})
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no file matches: %w", source, fs.ErrNotExist)
	}
	slices.Sort(names)
	return names, nil
}

// folder names the files in a folder that have an extension we know. Names that
// begin with a dot or an underscore are other programs' notes.
func folder(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		known := byExtension[extension(e.Name())] != nil
		if known && !e.IsDir() && !strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(e.Name(), "_") {
			names = append(names, filepath.Join(dir, e.Name()))
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no file in this folder ends in %s", dir, extensions())
	}
	return names, nil
}

func extension(name string) string { return strings.ToLower(filepath.Ext(name)) }

func extensions() string {
	return strings.Join(slices.Sorted(maps.Keys(byExtension)), ", ")
}

// openPart opens one file.
func openPart(name string, o *Options, bad *badLines) (part, error) {
	open, err := openerOf(name)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	p, err := open(f, info.Size(), o, bad)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return p, nil
}

// openerOf decides by the extension, and by the first bytes where that says
// nothing.
func openerOf(name string) (opener, error) {
	if open := byExtension[extension(name)]; open != nil {
		return open, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var head [6]byte
	io.ReadFull(f, head[:])
	switch {
	case string(head[:4]) == parquetMagic:
		return guard(openParquet), nil
	case string(head[:]) == ipcMagic || string(head[:4]) == continuation:
		return guard(openIPC), nil
	}
	return nil, fmt.Errorf("%s: unknown format; the name must end in one of %s", filepath.Base(name), extensions())
}
