package column

import (
	"bytes"
	"container/heap"
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
		c := &cursor{rows: rows, run: i}
		m.all = append(m.all, c)
		more, err := c.advance(width)
		if err != nil {
			return nil, errors.Join(err, m.close())
		}
		if more {
			m.heap = append(m.heap, c)
		}
	}
	heap.Init(m)
	m.buf = make([]byte, 0, max(1, readerBytes/width)*width)
	return &Rows{width: width, next: m.next, close: m.close}, nil
}

// A cursor is a place in a run.
type cursor struct {
	rows  *Rows
	run   int
	batch []byte // what is left of the last batch; its first row is the cursor's
}

// advance moves to the next row, if there is one.
func (c *cursor) advance(width int) (more bool, err error) {
	if len(c.batch) > width {
		c.batch = c.batch[width:]
		return true, nil
	}
	c.batch, err = c.rows.Next(readerBytes / width)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}

// A merger is a heap of cursors by their present keys.
type merger struct {
	width, key int
	heap       []*cursor
	all        []*cursor
	buf        []byte
}

func (m *merger) Len() int { return len(m.heap) }
func (m *merger) Less(i, j int) bool {
	a, b := m.heap[i], m.heap[j]
	if c := bytes.Compare(a.batch[:m.key], b.batch[:m.key]); c != 0 {
		return c < 0
	}
	return a.run < b.run
}
func (m *merger) Swap(i, j int) { m.heap[i], m.heap[j] = m.heap[j], m.heap[i] }
func (m *merger) Push(x any)    { m.heap = append(m.heap, x.(*cursor)) }
func (m *merger) Pop() any {
	last := m.heap[len(m.heap)-1]
	m.heap = m.heap[:len(m.heap)-1]
	return last
}

func (m *merger) next(most int) ([]byte, error) {
	m.buf = m.buf[:0]
	for len(m.heap) > 0 && len(m.buf) < min(cap(m.buf), most*m.width) {
		c := m.heap[0]
		m.buf = append(m.buf, c.batch[:m.width]...)
		more, err := c.advance(m.width)
		if err != nil {
			return nil, err
		}
		if !more {
			heap.Pop(m)
			continue
		}
		heap.Fix(m, 0)
	}
	if len(m.buf) == 0 {
		return nil, io.EOF
	}
	return m.buf, nil
}

func (m *merger) close() error {
	rows := make([]*Rows, len(m.all))
	for i, c := range m.all {
		rows[i] = c.rows
	}
	return closeAll(rows)
}
