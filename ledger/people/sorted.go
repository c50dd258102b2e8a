package people

import (
	"bufio"
	"container/heap"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// A sorter takes digests in any order and gives them back in theirs, each once.
// What outgrows its memory goes to temporary files, sorted piece by piece.
type sorter struct {
	folder string
	held   []Digest
	spills []*os.File
}

func newSorter(folder string, memory int64) *sorter {
	return &sorter{folder: folder, held: make([]Digest, 0, max(memory/digestSize, 16))}
}

func (s *sorter) add(d Digest) error {
	if len(s.held) == cap(s.held) {
		if err := s.spill(); err != nil {
			return err
		}
	}
	s.held = append(s.held, d)
	return nil
}

// sortHeld puts the digests in memory in order, each once.
func (s *sorter) sortHeld() {
	order(s.held, 0)
	s.held = slices.Compact(s.held)
}

func (s *sorter) spill() error {
	s.sortHeld()
	f, err := os.CreateTemp(s.folder, "spill-*")
	if err != nil {
		return err
	}
	os.Remove(f.Name()) // where the system allows it, the file goes with the process
	s.spills = append(s.spills, f)
	w := bufio.NewWriterSize(f, bufferSize)
	for _, d := range s.held {
		if _, err := w.Write(d.append(w.AvailableBuffer())); err != nil {
			return err
		}
	}
	s.held = s.held[:0]
	return w.Flush()
}

// close removes the temporary files.
func (s *sorter) close() (err error) {
	for _, f := range s.spills {
		err = errors.Join(err, f.Close())
		os.Remove(f.Name()) // if it is still there
	}
	s.held, s.spills = nil, nil
	return err
}

// sorted starts giving the digests back.
func (s *sorter) sorted() (*merge, error) {
	s.sortHeld()
	held := s.held
	m := &merge{pieces: []*piece{{next: func() (d Digest, ok bool, err error) {
		if len(held) == 0 {
			return d, false, nil
		}
		d, held = held[0], held[1:]
		return d, true, nil
	}}}}
	for _, f := range s.spills {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return nil, err
		}
		m.pieces = append(m.pieces, &piece{next: digestsIn(f, bufferSize/4)})
	}
	return m, m.start()
}

func digestsIn(f io.Reader, buffer int) func() (Digest, bool, error) {
	r := bufio.NewReaderSize(f, buffer)
	var b [digestSize]byte
	return func() (d Digest, ok bool, err error) {
		_, err = io.ReadFull(r, b[:])
		if errors.Is(err, io.EOF) {
			return d, false, nil
		}
		if err != nil {
			return d, false, fmt.Errorf("%w: temporary file: %w", ErrDamaged, err)
		}
		return digestOf(b[:]), true, nil
	}
}

// A piece is one sorted sequence, and the digest that it has come to.
type piece struct {
	head Digest
	next func() (Digest, bool, error)
}

// A merge is several sorted sequences as one, in which each digest stands once.
// As a heap, the piece with the smallest head is its first.
type merge struct{ pieces []*piece }

func (m *merge) Len() int           { return len(m.pieces) }
func (m *merge) Less(i, j int) bool { return m.pieces[i].head.compare(m.pieces[j].head) < 0 }
func (m *merge) Swap(i, j int)      { m.pieces[i], m.pieces[j] = m.pieces[j], m.pieces[i] }
func (m *merge) Push(x any)         { m.pieces = append(m.pieces, x.(*piece)) }
func (m *merge) Pop() any {
	last := m.pieces[len(m.pieces)-1]
	m.pieces = m.pieces[:len(m.pieces)-1]
	return last
}

// start moves every piece to its first digest.
func (m *merge) start() error {
	var full []*piece
	for _, p := range m.pieces {
		d, ok, err := p.next()
		if err != nil {
			return err
		}
		if ok {
			p.head = d
			full = append(full, p)
		}
	}
	m.pieces = full
	heap.Init(m)
	return nil
}

// next is the next digest; ok is false after the last.
func (m *merge) next() (d Digest, ok bool, err error) {
	if len(m.pieces) == 0 {
		return d, false, nil
	}
	d = m.pieces[0].head
	for len(m.pieces) > 0 && m.pieces[0].head == d {
		if err := m.advance(); err != nil {
			return d, false, err
		}
	}
	return d, true, nil
}

// advance moves the first piece on by one.
func (m *merge) advance() error {
	p := m.pieces[0]
	d, ok, err := p.next()
	if err != nil {
		return err
	}
	if !ok {
		heap.Pop(m)
		return nil
	}
	p.head = d
	if len(m.pieces) > 1 {
		heap.Fix(m, 0)
	}
	return nil
}
