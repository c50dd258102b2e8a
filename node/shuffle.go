package node

import (
	"encoding/binary"
	"fmt"
	"io"

	"mandorla/activation"
	"mandorla/match/column"
)

// A shuffle gives rows again in the order of their places. It sorts them within a
// budget of memory, and what is more in encrypted temporary files: a row is cut
// into pieces of one width, each behind the row's place, which a stable sort brings
// together again.
type shuffle struct {
	sorter *column.Sorter
	cells  int // of a row
	buf    []byte
	pieces []byte
}

// Of a piece the first bytes are the place of its row.
const (
	placeWidth = len(activation.Place{})
	pieceWidth = 64
	perPiece   = pieceWidth - placeWidth
)

func newShuffle(cells int, budget int64, store column.Store) (*shuffle, error) {
	sorter, err := column.NewSorter(column.Config{Width: pieceWidth, Key: placeWidth, Budget: budget, Store: store})
	return &shuffle{sorter: sorter, cells: cells}, err
}

// add copies a row.
func (s *shuffle) add(at activation.Place, row []activation.Cell) error {
	s.buf = s.buf[:0]
	for _, cell := range row {
		s.buf = binary.AppendUvarint(s.buf, sizeOf(cell))
		s.buf = append(s.buf, cell.Text...)
	}
	s.pieces = s.pieces[:0]
	for rest := s.buf; len(rest) > 0; {
		n := min(len(rest), perPiece)
		s.pieces = append(append(s.pieces, at[:]...), rest[:n]...)
		s.pieces = append(s.pieces, make([]byte, perPiece-n)...)
		rest = rest[n:]
	}
	return s.sorter.Add(s.pieces)
}

// sizeOf is what stands before a cell: 0 if it is null, else one more than its
// length.
func sizeOf(cell activation.Cell) uint64 {
	if cell.Null {
		return 0
	}
	return uint64(len(cell.Text)) + 1
}

// each gives all rows in order. The slice is used again for the next row.
func (s *shuffle) each(do func(row []activation.Cell) error) error {
	pieces, err := s.sorter.Sort()
	if err != nil {
		return err
	}
	var at activation.Place
	s.buf = s.buf[:0]
	row := make([]activation.Cell, s.cells)
	give := func() error {
		if len(s.buf) == 0 {
			return nil
		}
		if err := uncut(s.buf, row); err != nil {
			return err
		}
		s.buf = s.buf[:0]
		return do(row)
	}
	err = column.EachBatch(pieces, func(batch []byte) error {
		for ; len(batch) > 0; batch = batch[pieceWidth:] {
			if next := activation.Place(batch[:placeWidth]); next != at {
				if err := give(); err != nil {
					return err
				}
				at = next
			}
			s.buf = append(s.buf, batch[placeWidth:pieceWidth]...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return give()
}

// uncut reads the cells of a row from its pieces.
func uncut(pieces []byte, row []activation.Cell) error {
	for c := range row {
		size, n := binary.Uvarint(pieces)
		if n <= 0 || size > uint64(len(pieces)-n)+1 {
			return errCut
		}
		pieces = pieces[n:]
		row[c] = activation.Cell{Null: size == 0}
		if size > 0 {
			row[c].Text, pieces = string(pieces[:size-1]), pieces[size-1:]
		}
	}
	if len(pieces) >= perPiece {
		return errCut
	}
	return nil
}

// errCut: what was written is not what is read.
var errCut = fmt.Errorf("temporary storage: the list's rows came back broken; start again: %w", io.ErrUnexpectedEOF)

// close gives back memory and storage.
func (s *shuffle) close() error { return s.sorter.Close() }
