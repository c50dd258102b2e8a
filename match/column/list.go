package column

import (
	"errors"
	"fmt"
)

// A List is rows in the order in which they were appended, read as often as
// wanted once the appending is over.
type List struct {
	width  int
	budget int64
	store  Store
	rows   uint64
	buf    []byte
	spill  Spill
	sealed error // why nothing can be appended any more
	open   []*Rows
}

// errSealed is an append to something that is being read already.
var errSealed = errors.New("column: rows cannot be added after the first reading")

// errWidth is an add of something else than whole rows.
func errWidth(rows []byte, width int) error {
	return fmt.Errorf("column: %d bytes are no rows of %d", len(rows), width)
}

// NewList makes an empty list of rows of the given width. Rows beyond budget
// bytes go to the store.
func NewList(width int, budget int64, store Store) *List {
	return &List{width: width, budget: budget, store: store}
}

// Append copies some rows to the list's end.
func (l *List) Append(rows []byte) error {
	if l.sealed != nil {
		return l.sealed
	}
	if len(rows)%l.width != 0 {
		return errWidth(rows, l.width)
	}
	if len(rows) == 0 {
		return nil
	}
	l.rows += uint64(len(rows) / l.width)
	l.buf = append(l.buf, rows...)
	if int64(len(l.buf)) <= l.budget {
		return nil
	}
	return l.flush()
}

// flush moves what is in memory to the store.
func (l *List) flush() (err error) {
	if l.spill == nil {
		if l.spill, err = create(l.store); err != nil {
			return err
		}
	}
	if _, err := l.spill.Write(l.buf); err != nil {
		return fmt.Errorf("temporary storage: write: %w", err)
	}
	l.buf = l.buf[:0]
	if cap(l.buf) > readerBytes {
		l.buf = nil // the budget is for rows, and these have gone
		l.budget = min(l.budget, readerBytes)
	}
	return nil
}

// Len is the number of rows.
func (l *List) Len() uint64 { return l.rows }

// Rows reads the list from its start. Several may be read at once. After the
// first call nothing can be appended.
func (l *List) Rows() (*Rows, error) {
	rows, err := l.read()
	if err == nil {
		l.open = append(l.open, rows)
	}
	return rows, err
}

func (l *List) read() (*Rows, error) {
	if errors.Is(l.sealed, errClosed) {
		return nil, errClosed
	}
	if l.spill == nil {
		l.sealed = errSealed
		return memoryRows(l.buf, l.width), nil
	}
	if l.sealed == nil {
		if err := l.flush(); err != nil {
			return nil, err
		}
		l.sealed, l.buf = errSealed, nil
	}
	rows, err := spillRows(l.spill, l.width)
	if err != nil {
		return nil, err
	}
	return whole(rows, l.rows), nil
}

// Close forgets the rows, and closes whatever still reads them.
func (l *List) Close() error {
	clear(l.buf)
	l.buf, l.sealed = nil, errClosed
	err := closeAll(l.open)
	l.open = nil
	if l.spill == nil {
		return err
	}
	spill := l.spill
	l.spill = nil
	return errors.Join(err, spill.Close())
}
