package column

import (
	"bytes"
	"errors"
	"io"
)

// mergeRuns reads sorted runs as one. Rows with equal keys come in the order
// of their runs.
func mergeRuns(runs []Spill, width, key int) (*Rows, error) {
	m := &merger{width: width, key: key}
	for i, r := range runs {
		rows, err := spillRows(r, width)
		if err != nil {
			return nil, errors.Join(err, m.close())
		}
		m.all = append(m.all, rows)
		c := &cursor{rows: rows, run: i}
		more, err := c.advance(width, key)
		if err != nil {
			return nil, errors.Join(err, m.close())
		}
		if more {
			m.heap = append(m.heap, c)
		}
	}
	for i := len(m.heap) / 2; i >= 0; i-- {
		m.sift(i)
	}
	m.buf = make([]byte, 0, perRead(width)*width)
	return &Rows{width: width, next: m.next, close: m.close}, nil
}

// A cursor is a place in a run.
type cursor struct {
	rows   *Rows
	run    int
	batch  []byte // what is left of the last batch; its first row is the cursor's
	prefix uint64 // of that row's key
}

// advance moves to the next row, if there is one.
func (c *cursor) advance(width, key int) (more bool, err error) {
	c.batch = c.batch[min(width, len(c.batch)):]
	if len(c.batch) == 0 {
		c.batch, err = c.rows.Next(perRead(width))
	}
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	c.prefix = prefix(c.batch, key)
	return true, nil
}

// A merger is a heap of cursors: the one at place i comes before those at 2i+1
// and 2i+2.
type merger struct {
	width, key int
	heap       []*cursor
	all        []*Rows
	buf        []byte
}

// after reports whether a's row comes after b's.
func (m *merger) after(a, b *cursor) bool {
	if a.prefix != b.prefix {
		return a.prefix > b.prefix
	}
	c := bytes.Compare(a.batch[:m.key], b.batch[:m.key])
	return c > 0 || (c == 0 && a.run > b.run)
}

// sift moves the cursor at place i down to where it belongs.
func (m *merger) sift(i int) {
	for {
		child := 2*i + 1
		if child+1 < len(m.heap) && m.after(m.heap[child], m.heap[child+1]) {
			child++
		}
		if child >= len(m.heap) || !m.after(m.heap[i], m.heap[child]) {
			return
		}
		m.heap[i], m.heap[child] = m.heap[child], m.heap[i]
		i = child
	}
}

func (m *merger) next(most int) ([]byte, error) {
	m.buf = m.buf[:0]
	for len(m.heap) > 0 && len(m.buf) < min(cap(m.buf), most*m.width) {
		c := m.heap[0]
		m.buf = append(m.buf, c.batch[:m.width]...)
		more, err := c.advance(m.width, m.key)
		if err != nil {
			return nil, err
		}
		if !more {
			last := len(m.heap) - 1
			m.heap[0], m.heap = m.heap[last], m.heap[:last]
		}
		m.sift(0)
	}
	if len(m.buf) == 0 {
		return nil, io.EOF
	}
	return m.buf, nil
}

func (m *merger) close() error { return closeAll(m.all) }
