package synth

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// The files that [Write] makes.
const (
	customersFile   = "customers.csv"
	cardholdersFile = "cardholders.csv"
	truthFile       = "truth.json"
)

// mostRows is how many rows a table may have: there are not phone numbers for
// more people.
const mostRows = numbers / 2

// Options say which tables to make. The same options make the same bytes.
type Options struct {
	Rows    uint64  // of each table
	Overlap float64 // share of the customers that are in both tables, 0 to 1
	Seed    uint64
}

// Write makes customers.csv, cardholders.csv and truth.json in a folder, which
// it makes too. Each file is there whole or not at all; an earlier one is
// replaced.
func Write(dir string, o Options) (Truth, error) {
	if o.Rows < 1 || o.Rows > mostRows {
		return Truth{}, fmt.Errorf("synth: %d rows; ask for 1 to %d", o.Rows, mostRows)
	}
	if !(o.Overlap >= 0 && o.Overlap <= 1) {
		return Truth{}, errors.New("synth: the overlap is a share: ask for 0 to 1")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return Truth{}, err
	}
	// What an earlier call found is no truth about other tables.
	if err := os.Remove(filepath.Join(dir, truthFile)); err != nil && !errors.Is(err, os.ErrNotExist) {
		return Truth{}, err
	}
	w := newWorld(o)
	var truth Truth
	parts := []func() error{
		func() error { return w.write(filepath.Join(dir, customersFile), airline) },
		func() error { return w.write(filepath.Join(dir, cardholdersFile), bank) },
		func() error { truth = w.truth(); return nil },
	}
	ended := make(chan error, len(parts))
	for _, part := range parts {
		go func() { ended <- part() }()
	}
	if err := errors.Join(<-ended, <-ended, <-ended); err != nil {
		return Truth{}, err
	}
	return truth, truth.write(filepath.Join(dir, truthFile))
}

// write writes a table as CSV, row by row.
func (w *world) write(path string, t table) error {
	return whole(path, func(out io.Writer) error {
		c := csv.NewWriter(out)
		if err := c.Write(headers[t]); err != nil {
			return err
		}
		for place := range w.rows {
			r := w.row(t, w.order[t].back(place))
			if err := c.Write(r.cells()); err != nil {
				return err
			}
		}
		c.Flush()
		return c.Error()
	})
}

func (t *Truth) write(path string) error {
	return whole(path, func(out io.Writer) error {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(t)
	})
}

// whole writes a file that appears whole or not at all.
func whole(path string, body func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	out := bufio.NewWriterSize(f, 1<<20)
	err = body(out)
	if err = errors.Join(err, out.Flush(), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
