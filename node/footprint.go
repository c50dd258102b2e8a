package node

import (
	"bufio"
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"

	"mandorla/match/column"
)

// A footprint is what an input looked like in a run: per row of the run, its
// segment and eight bytes of a keyed hash of all that it brought. It tells
// whether a later input is the same, or how many rows it differs by, and is of
// no use without the node's key.
type footprint struct {
	rows *column.List // sorted
	sum  [32]byte     // of all rows
}

// mark is the bytes of a row's segment and hash.
const mark = 2 + 8

// footprint makes the footprint of a table. That of exact counts is of who is in it
// alone: the same people by other columns would be counted a second time.
func (n *Node) footprint(t *Table, people bool) (_ *footprint, err error) {
	s, err := column.NewSorter(column.Config{Width: mark, Key: mark, Budget: n.share(), Store: n.store})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	mac, brings := hmac.New(sha256.New, n.footprintKey()), t.attributes
	if people {
		brings = new(attributes)
	}
	err = t.each(func(r loggedRow) error {
		return s.Add(rowMark(mac, brings, r.values, r.attributes))
	})
	if err != nil {
		return nil, err
	}
	rows, err := s.Sort()
	if err != nil {
		return nil, err
	}
	f := &footprint{rows: column.NewList(mark, n.buffer(), n.store)}
	all := sha256.New()
	for {
		batch, err := rows.Next(4096)
		if errors.Is(err, io.EOF) {
			all.Sum(f.sum[:0])
			return f, nil
		}
		if err == nil {
			all.Write(batch)
			err = f.rows.Append(batch)
		}
		if err != nil {
			return nil, errors.Join(err, f.rows.Close())
		}
	}
}

// rowMark hashes all that a row brings. Encoded values are rounded at random
// and differ from run to run; what was written in the cells does not.
func rowMark(mac hash.Hash, a *attributes, values [][]byte, row []int64) []byte {
	mac.Reset()
	var b [8]byte
	for _, v := range values {
		binary.BigEndian.PutUint64(b[:], uint64(len(v)))
		mac.Write(b[:])
		mac.Write(v)
	}
	segment := uint16(0)
	if a.cells {
		segment = a.segment(row)
		binary.BigEndian.PutUint64(b[:], uint64(a.written(row)))
		mac.Write(b[:])
	}
	return append(binary.BigEndian.AppendUint16(nil, segment), mac.Sum(nil)[:8]...)
}

// footprintKey is derived from the node's identity key and used for nothing
// else.
func (n *Node) footprintKey() []byte {
	mac := hmac.New(sha256.New, n.id.private.Seed())
	mac.Write([]byte("mandorla footprint"))
	return mac.Sum(nil)
}

// write writes the footprint to a file.
func (f *footprint) write(path string) (err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	rows, err := f.rows.Rows()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for {
		batch, err := rows.Next(4096)
		if errors.Is(err, io.EOF) {
			return file.Sync()
		}
		if err == nil {
			_, err = file.Write(batch)
		}
		if err != nil {
			return err
		}
	}
}

// difference compares the footprint with one in a file: how many rows stand in
// one of the two alone, in the segment that has the fewest such rows but has
// some; zero if no segment has any.
func (f *footprint) difference(path string) (least uint64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	rows, err := f.rows.Rows()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	perSegment := map[uint16]uint64{}
	err = symmetric(&marks{next: rows.Next}, &marks{next: fileMarks(bufio.NewReaderSize(file, 1<<16))}, func(m []byte) {
		perSegment[binary.BigEndian.Uint16(m)]++
	})
	for _, n := range perSegment {
		if least == 0 || n < least {
			least = n
		}
	}
	return least, err
}

// fileMarks reads a footprint's file.
func fileMarks(r io.Reader) func(int) ([]byte, error) {
	buf := make([]byte, mark)
	return func(int) ([]byte, error) {
		if _, err := io.ReadFull(r, buf); err != nil {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = fmt.Errorf("a footprint that is cut short")
			}
			return nil, err
		}
		return buf, nil
	}
}

// marks walks sorted marks one by one.
type marks struct {
	next func(int) ([]byte, error)
	at   []byte // nil at the end
}

func (m *marks) advance() error {
	batch, err := m.next(1)
	if errors.Is(err, io.EOF) {
		m.at = nil
		return nil
	}
	m.at = append(m.at[:0], batch...)
	return err
}

// symmetric gives the marks that stand in one of two sorted streams alone.
func symmetric(a, b *marks, only func([]byte)) error {
	if err := errors.Join(a.advance(), b.advance()); err != nil {
		return err
	}
	for a.at != nil || b.at != nil {
		var err error
		switch c := compareMarks(a.at, b.at); {
		case c < 0:
			only(a.at)
			err = a.advance()
		case c > 0:
			only(b.at)
			err = b.advance()
		default:
			err = errors.Join(a.advance(), b.advance())
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// compareMarks compares two marks; the end of a stream is beyond all.
func compareMarks(a, b []byte) int {
	switch {
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return bytes.Compare(a, b)
}
