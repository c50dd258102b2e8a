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
	blocks blocks // rows in memory
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
	l.blocks.add(rows, l.width)
	if int64(l.blocks.held) <= l.budget {
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
	for _, b := range l.blocks.full() {
		if _, err := l.spill.Write(b); err != nil {
			return fmt.Errorf("temporary storage: write: %w", err)
		}
	}
	if l.blocks.room() <= readerBytes {
		l.blocks.reset()
		return nil
	}
	l.blocks.wipe() // the budget is for rows, and these have gone
	l.budget = min(l.budget, readerBytes)
	return nil
}

// Width is the bytes of a row.
func (l *List) Width() int { return l.width }

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
		return blockRows(l.blocks.full(), l.width), nil
	}
	if l.sealed == nil {
		if err := l.flush(); err != nil {
			return nil, err
		}
		l.blocks.wipe()
		l.sealed = errSealed
	}
	rows, err := spillRows(l.spill, l.width)
	if err != nil {
		return nil, err
	}
	return whole(rows, l.rows), nil
}

// Close forgets the rows, and closes whatever still reads them.
func (l *List) Close() error {
	l.blocks.wipe()
	l.sealed = errClosed
	err := closeAll(l.open)
	l.open = nil
	if l.spill == nil {
		return err
	}
	spill := l.spill
	l.spill = nil
	return errors.Join(err, spill.Close())
}
