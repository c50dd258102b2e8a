package node

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"mandorla/match/column"
)

// A valueLog holds the canonical identifiers of the eligible rows between the
// one reading of the file and the run: in memory up to a budget, then in
// encrypted temporary storage. A record is the row's number in the source, per
// level the canonical value or its absence, the row's attributes, and what is
// sold of it.
type valueLog struct {
	levels int
	extra  int // attributes of a row
	sold   int // bytes of what is sold of it
	budget int64
	store  column.Store
	rows   uint64
	buf    bytes.Buffer
	spill  column.Spill
}

// A loggedRow is a row of the log; values[l] is empty where it has no identifier.
type loggedRow struct {
	number     uint64 // in the source
	values     [][]byte
	attributes []int64
	sold       []byte
}

// append adds a row.
func (v *valueLog) append(r loggedRow) error {
	var head [binary.MaxVarintLen64]byte
	v.buf.Write(head[:binary.PutUvarint(head[:], r.number)])
	for _, value := range r.values {
		v.buf.Write(head[:binary.PutUvarint(head[:], uint64(len(value)))])
		v.buf.Write(value)
	}
	for _, a := range r.attributes {
		v.buf.Write(head[:binary.PutVarint(head[:], a)])
	}
	v.buf.Write(r.sold)
	v.rows++
	if int64(v.buf.Len()) < v.budget {
		return nil
	}
	return v.flush()
}

// flush moves what is in memory to temporary storage.
func (v *valueLog) flush() (err error) {
	if v.spill == nil {
		if v.spill, err = v.store.Create(); err != nil {
			return err
		}
	}
	if _, err := v.buf.WriteTo(v.spill); err != nil {
		return fmt.Errorf("temporary storage: %w", err)
	}
	v.buf.Reset()
	return nil
}

func (v *valueLog) close() error {
	v.buf = bytes.Buffer{}
	if v.spill == nil {
		return nil
	}
	return v.spill.Close()
}

// read starts at the first row again.
func (v *valueLog) read() (*valueReader, error) {
	if v.spill == nil {
		return v.reader(bufio.NewReader(bytes.NewReader(v.buf.Bytes())), nil), nil
	}
	if err := v.flush(); err != nil {
		return nil, err
	}
	f, err := v.spill.Open()
	if err != nil {
		return nil, fmt.Errorf("temporary storage: %w", err)
	}
	return v.reader(bufio.NewReaderSize(f, 1<<16), f), nil
}

func (v *valueLog) reader(r *bufio.Reader, close io.Closer) *valueReader {
	return &valueReader{r: r, close: close, values: make([][]byte, v.levels),
		attributes: make([]int64, v.extra), sold: make([]byte, v.sold)}
}

// A valueReader reads a valueLog's rows in order.
type valueReader struct {
	r      *bufio.Reader
	close  io.Closer
	values [][]byte
	buf    []byte

	attributes []int64
	sold       []byte
}

// next is the next row, lent until the next call. An empty value is none. io.EOF
// ends.
func (r *valueReader) next() (loggedRow, error) {
	number, err := binary.ReadUvarint(r.r)
	if err != nil {
		return loggedRow{}, err
	}
	r.buf = r.buf[:0]
	ends := make([]int, len(r.values))
	for l := range r.values {
		n, err := binary.ReadUvarint(r.r)
		if err != nil {
			return loggedRow{}, errors.Join(io.ErrUnexpectedEOF, err)
		}
		start := len(r.buf)
		r.buf = append(r.buf, make([]byte, n)...)
		if _, err := io.ReadFull(r.r, r.buf[start:]); err != nil {
			return loggedRow{}, fmt.Errorf("temporary storage: %w", err)
		}
		ends[l] = len(r.buf)
	}
	for i := range r.attributes {
		if r.attributes[i], err = binary.ReadVarint(r.r); err != nil {
			return loggedRow{}, errors.Join(io.ErrUnexpectedEOF, err)
		}
	}
	if _, err := io.ReadFull(r.r, r.sold); err != nil {
		return loggedRow{}, fmt.Errorf("temporary storage: %w", err)
	}
	start := 0
	for l, end := range ends {
		r.values[l] = r.buf[start:end]
		start = end
	}
	return loggedRow{number, r.values, r.attributes, r.sold}, nil
}

func (r *valueReader) Close() error {
	if r.close == nil {
		return nil
	}
	return r.close.Close()
}
