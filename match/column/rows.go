package column

import (
	"errors"
	"fmt"
	"io"
)

// Rows is a stream of rows. Close gives back what it holds.
type Rows struct {
	width int
	next  func(max int) ([]byte, error)
	close func() error
}

// Next is up to max whole rows, at least one, lent until the next call;
// io.EOF ends.
func (r *Rows) Next(max int) ([]byte, error) { return r.next(max) }

// errClosed is the use of rows after their end.
var errClosed = errors.New("column: rows were asked for after they had been closed")

// Close may be called more than once. Nothing can be read any more.
func (r *Rows) Close() error {
	release := r.close
	r.close = func() error { return nil }
	r.next = func(int) ([]byte, error) { return nil, errClosed }
	return release()
}

// perBatch is how many rows EachBatch gives at most.
const perBatch = 1 << 15

// EachBatch gives all the rows that are left to do, some at a time, lent for
// the call.
func EachBatch(r *Rows, do func(rows []byte) error) error {
	for {
		batch, err := r.Next(perBatch)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = do(batch)
		}
		if err != nil {
			return err
		}
	}
}

// closeAll closes readers, each at most once.
func closeAll(rows []*Rows) error {
	var errs []error
	for _, r := range rows {
		errs = append(errs, r.Close())
	}
	return errors.Join(errs...)
}

// memoryRows reads rows that stand in memory.
func memoryRows(rows []byte, width int) *Rows {
	next := func(max int) ([]byte, error) {
		if len(rows) == 0 {
			return nil, io.EOF
		}
		n := min(len(rows), max*width)
		out := rows[:n:n]
		rows = rows[n:]
		return out, nil
	}
	return &Rows{width: width, next: next, close: func() error { return nil }}
}

// blockRows reads rows that stand in blocks of memory, one after the other.
func blockRows(blocks [][]byte, width int) *Rows {
	at := memoryRows(nil, width)
	next := func(max int) ([]byte, error) {
		rows, err := at.next(max)
		for errors.Is(err, io.EOF) && len(blocks) > 0 {
			at, blocks = memoryRows(blocks[0], width), blocks[1:]
			rows, err = at.next(max)
		}
		return rows, err
	}
	return &Rows{width: width, next: next, close: func() error { return nil }}
}

// whole makes an end before the nth row an error: storage has lost some.
func whole(r *Rows, n uint64) *Rows {
	next := r.next
	r.next = func(max int) ([]byte, error) {
		batch, err := next(max)
		n -= uint64(len(batch) / r.width)
		if errors.Is(err, io.EOF) && n != 0 {
			return nil, fmt.Errorf("temporary storage: read: %w", io.ErrUnexpectedEOF)
		}
		return batch, err
	}
	return r
}

// readerBytes is the buffer of a reader of temporary storage.
const readerBytes = 1 << 16

// perRead is how many rows go into it.
func perRead(width int) int { return max(1, readerBytes/width) }

// spillRows reads the rows of a spill.
func spillRows(s Spill, width int) (*Rows, error) { return openRows(s.Open, width) }

// openRows reads the rows of whatever is opened.
func openRows(open func() (io.ReadCloser, error), width int) (*Rows, error) {
	f, err := open()
	if err != nil {
		return nil, fmt.Errorf("temporary storage: open: %w", err)
	}
	b := &blockReader{r: f, width: width, buf: make([]byte, perRead(width)*width)}
	return &Rows{width: width, next: b.rows, close: func() error {
		if err := f.Close(); err != nil {
			return fmt.Errorf("temporary storage: close: %w", err)
		}
		return nil
	}}, nil
}

// A blockReader reads whole rows through a buffer.
type blockReader struct {
	r     io.Reader
	width int
	buf   []byte
	left  []byte // read, not lent yet
}

func (b *blockReader) rows(most int) ([]byte, error) {
	if len(b.left) == 0 {
		if err := b.fill(); err != nil {
			return nil, err
		}
	}
	n := min(len(b.left), most*b.width)
	out := b.left[:n:n]
	b.left = b.left[n:]
	return out, nil
}

func (b *blockReader) fill() error {
	n, err := io.ReadFull(b.r, b.buf)
	if errors.Is(err, io.ErrUnexpectedEOF) && n%b.width == 0 {
		err = nil
	}
	if errors.Is(err, io.EOF) {
		return io.EOF
	}
	if err != nil {
		return fmt.Errorf("temporary storage: read: %w", err)
	}
	b.left = b.buf[:n]
	return nil
}
