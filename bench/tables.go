package bench

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"mandorla/bench/floor"
	"mandorla/bench/synth"
)

// The members. The airline starts the runs.
const (
	airline = "airline"
	bank    = "bank"
)

// tables are the two files of one size, and what a run over them has to find.
type tables struct {
	rows  uint64
	paths map[string]string // by member
	truth *floor.Joined
}

// makeTables writes the tables of one size into a folder, joins them, and sees
// that the join finds what they were made to have in common.
func makeTables(ctx context.Context, dir string, o synth.Options) (*tables, error) {
	truth, err := synth.Write(dir, o)
	if err != nil {
		return nil, err
	}
	t := &tables{rows: o.Rows, paths: map[string]string{}}
	for member, f := range files {
		t.paths[member] = filepath.Join(dir, member+".csv")
		if err := widen(ctx, filepath.Join(dir, f.name), t.paths[member], f.digit); err != nil {
			return nil, err
		}
	}
	if _, err := t.join(ctx); err != nil {
		return nil, err
	}
	if t.truth.Count != truth.Levels[0].Count {
		return nil, fmt.Errorf("%w: the plain join of %d rows finds %d, the tables were made to have %d in common",
			ErrWrong, t.rows, t.truth.Count, truth.Levels[0].Count)
	}
	return t, nil
}

// join is the plain join, measured.
func (t *tables) join(ctx context.Context) (j *floor.Joined, err error) {
	t.truth, err = floor.Join(ctx, floor.Table(t.paths[airline]), floor.Table(t.paths[bank]))
	return t.truth, err
}

// files are what package synth writes for each member, and which digit of the
// row's own number, from its end, is the row's segment: two different ones, so
// that the shared customers spread over all cells.
var files = map[string]struct {
	name  string
	digit int
}{airline: {"customers.csv", 1}, bank: {"cardholders.csv", 2}}

// widen adds to a table what a cross-table needs: a dimension of ten codes, and
// two more measures.
func widen(ctx context.Context, from, to string, digit int) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close(), os.Remove(from)) }()
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	buffered := bufio.NewWriterSize(out, 1<<20)
	r, w := csv.NewReader(bufio.NewReaderSize(in, 1<<20)), csv.NewWriter(buffered)
	r.ReuseRecord = true
	if err := widenRows(ctx, r, w, digit); err != nil {
		return err
	}
	w.Flush()
	return errors.Join(w.Error(), buffered.Flush())
}

func widenRows(ctx context.Context, r *csv.Reader, w *csv.Writer, digit int) error {
	line, err := r.Read()
	if err != nil {
		return err
	}
	for row := append([]string(nil), append(line, "segment", "second", "third")...); ; {
		if err := errors.Join(context.Cause(ctx), w.Write(row)); err != nil {
			return err
		}
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		id := line[0]
		number, err := strconv.ParseUint(id[1:], 10, 64)
		if err != nil {
			return err
		}
		row = append(append(row[:0], line...), id[len(id)-digit:len(id)-digit+1],
			strconv.FormatUint(number%mostMeasure, 10), strconv.FormatUint(number*7%mostMeasure, 10))
	}
}
