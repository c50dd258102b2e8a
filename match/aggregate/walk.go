package aggregate

import (
	"errors"
	"io"

	"mandorla/match/column"
)

// A walk reads rows of a list at ever later places.
type walk struct {
	rows  *column.Rows
	width int
	batch []byte
	first uint64 // the place of the batch's first row
}

func newWalk(l *column.List, width int) (*walk, error) {
	rows, err := l.Rows()
	return &walk{rows: rows, width: width}, err
}

func (w *walk) close() error { return w.rows.Close() }

// at is the row at a place that is not before the last one asked for, lent
// until the next call.
func (w *walk) at(i uint64) ([]byte, error) {
	for i >= w.first+uint64(len(w.batch)/w.width) {
		w.first += uint64(len(w.batch) / w.width)
		batch, err := w.rows.Next(4096)
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		w.batch = batch
	}
	at := int(i-w.first) * w.width
	return w.batch[at : at+w.width], nil
}
