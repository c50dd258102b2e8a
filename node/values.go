package node

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"mandorla/match/column"
)

// A valueLog holds the canonical identifiers of the eligible rows between the
// one reading of the file and the run: in memory up to a budget, then in
// encrypted temporary storage. A record is how far on the row is in the source, per
// level the canonical value or its absence, the row's attributes, and what is
// sold of it.
type valueLog struct {
	levels  int
	extra   int // attributes of a row
	sold    int // bytes of what is sold of it
	budget  int64
	store   column.Store
	rows    uint64
	number  uint64   // of the last row in the source
	longest int      // bytes of a record
	full    [][]byte // records in memory, in slabs, which are never copied to grow
	last    []byte   // the slab that is filled
	spill   column.Spill
}

// slab is the bytes of a piece of the log in memory.
const slab = 1 << 18

// A loggedRow is a row of the log; values[l] is empty where it has no identifier.
type loggedRow struct {
	place      uint64 // in the log, where [Table.each] gives the row
	number     uint64 // in the source
	values     [][]byte
	attributes []int64
	sold       []byte
}

// append adds a row.
func (v *valueLog) append(r loggedRow) error {
	start := len(v.last)
	v.last = binary.AppendUvarint(v.last, r.number-v.number)
	v.number = r.number
	for _, value := range r.values {
		v.last = binary.AppendUvarint(v.last, uint64(len(value)))
		v.last = append(v.last, value...)
	}
	for _, a := range r.attributes {
		v.last = binary.AppendVarint(v.last, a)
	}
	v.last = append(v.last, r.sold...)
	v.longest = max(v.longest, len(v.last)-start)
	v.rows++
	if len(v.last) < slab {
		return nil
	}
	v.full = append(v.full, v.last)
	v.last = make([]byte, 0, slab+2*v.longest)
	if int64(len(v.full))*slab < v.budget {
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
	for _, records := range v.slabs() {
		if _, err := v.spill.Write(records); err != nil {
			return fmt.Errorf("temporary storage: %w", err)
		}
	}
	v.full, v.last = nil, v.last[:0]
	return nil
}

// slabs are what is in memory, each of whole records.
func (v *valueLog) slabs() [][]byte { return append(slices.Clip(v.full), v.last) }

func (v *valueLog) close() error {
	v.full, v.last = nil, nil
	if v.spill == nil {
		return nil
	}
	return v.spill.Close()
}

// read starts at the first row again.
func (v *valueLog) read() (*valueReader, error) {
	r := &valueReader{values: make([][]byte, v.levels), attributes: make([]int64, v.extra), sold: v.sold}
	if v.spill == nil {
		r.slabs = v.slabs()
		return r, nil
	}
	if err := v.flush(); err != nil {
		return nil, err
	}
	var err error
	if r.from, err = v.spill.Open(); err != nil {
		return nil, fmt.Errorf("temporary storage: %w", err)
	}
	r.longest, r.window = v.longest, make([]byte, slab+v.longest)
	return r, nil
}

// A valueReader reads a valueLog's rows in order.
type valueReader struct {
	slabs   [][]byte      // of a log in memory: those to come
	from    io.ReadCloser // of a log in storage; nil of the other
	err     error         // of from, once it gives nothing more
	longest int           // bytes of a record
	window  []byte        // has whole records
	left    []byte        // of the window or a slab: what is yet to be read
	last    uint64        // the number of the row before
	values  [][]byte

	attributes []int64
	sold       int // bytes of what is sold of a row
}

// next is the next row, lent until the next call. An empty value is none. io.EOF
// ends.
func (r *valueReader) next() (loggedRow, error) {
	if len(r.left) <= r.longest && r.err == nil {
		r.fill()
	}
	if len(r.left) == 0 {
		return loggedRow{}, r.err
	}
	on, err := r.number()
	if err != nil {
		return loggedRow{}, err
	}
	r.last += on
	for l := range r.values {
		if r.values[l], err = r.value(); err != nil {
			return loggedRow{}, err
		}
	}
	for i := range r.attributes {
		n, err := r.number()
		if err != nil {
			return loggedRow{}, err
		}
		r.attributes[i] = int64(n>>1) ^ -int64(n&1)
	}
	sold, err := r.bytes(uint64(r.sold))
	return loggedRow{number: r.last, values: r.values, attributes: r.attributes, sold: sold}, err
}

// fill goes on to the next slab that has rows. From storage it moves what is left
// to the front of the window, and reads on behind it.
func (r *valueReader) fill() {
	if r.from == nil {
		r.turn()
		return
	}
	n := copy(r.window, r.left)
	for n < len(r.window) && r.err == nil {
		var more int
		more, r.err = r.from.Read(r.window[n:])
		n += more
	}
	r.left = r.window[:n]
}

// turn goes on to the next slab, once the one before is through.
func (r *valueReader) turn() {
	for len(r.left) == 0 && len(r.slabs) > 0 {
		r.left, r.slabs = r.slabs[0], r.slabs[1:]
	}
	if len(r.left) == 0 {
		r.err = io.EOF
	}
}

// number reads a number, of which most are less than 128.
func (r *valueReader) number() (uint64, error) {
	if len(r.left) > 0 && r.left[0] < 1<<7 {
		n := r.left[0]
		r.left = r.left[1:]
		return uint64(n), nil
	}
	return r.long()
}

func (r *valueReader) long() (uint64, error) {
	n, size := binary.Uvarint(r.left)
	if size <= 0 {
		return 0, r.short()
	}
	r.left = r.left[size:]
	return n, nil
}

func (r *valueReader) value() ([]byte, error) {
	n, err := r.number()
	if err != nil {
		return nil, err
	}
	return r.bytes(n)
}

func (r *valueReader) bytes(n uint64) ([]byte, error) {
	if n > uint64(len(r.left)) {
		return nil, r.short()
	}
	out := r.left[:n:n]
	r.left = r.left[n:]
	return out, nil
}

// short is the error of a record that is not whole.
func (r *valueReader) short() error {
	if r.err == nil || errors.Is(r.err, io.EOF) {
		r.err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("temporary storage: %w", r.err)
}

func (r *valueReader) Close() error {
	if r.from == nil {
		return nil
	}
	return r.from.Close()
}
