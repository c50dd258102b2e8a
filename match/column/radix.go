package column

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// A desk is the room that sorting takes besides the rows, kept from one run to
// the next.
type desk struct {
	heads, tmp []head
	rows       []byte
}

// A head stands for a row while it is sorted.
type head struct {
	prefix uint64
	place  uint32
}

// perHead is the bytes of a row's two heads.
const perHead = 2 * 16

// sort orders whole rows by their first key bytes, stably. The result takes the
// place of rows, whose memory the desk keeps.
//
// A row is represented by the first eight bytes of its key and its place;
// those are sorted, and the rows moved once. Keys are pseudo-random, so eight
// bytes nearly always decide; where they do not, the rest of the key does.
func (d *desk) sort(rows []byte, width, key int) []byte {
	n := len(rows) / width
	if n < 2 {
		return rows
	}
	d.heads = slices.Grow(d.heads[:0], n)[:n]
	d.tmp = slices.Grow(d.tmp[:0], n)[:n]
	for i := range d.heads {
		d.heads[i] = head{prefix(rows[i*width:], key), uint32(i)}
	}
	radix(d.heads, d.tmp, 56)
	finish(d.heads, rows, width, key)
	out := slices.Grow(d.rows[:0], len(rows))[:len(rows)]
	for i, h := range d.heads {
		copy(out[i*width:(i+1)*width], rows[int(h.place)*width:])
	}
	clear(rows)
	d.rows = rows[:0]
	return out
}

// prefix is a key's first eight bytes, in an order that is the key's.
func prefix(row []byte, key int) uint64 {
	if key >= 8 {
		return binary.BigEndian.Uint64(row)
	}
	var b [8]byte
	copy(b[:], row[:key])
	return binary.BigEndian.Uint64(b[:])
}

// few is how many heads are sorted faster by insertion.
const few = 32

// radix sorts heads by their prefixes from the byte at shift on: distributed by
// that byte, each part is sorted by the next ones. Equal prefixes keep their
// order. tmp is room of the same length.
func radix(heads, tmp []head, shift int) {
	if len(heads) <= few {
		insert(heads)
		return
	}
	var next [256]int
	for _, h := range heads {
		next[byte(h.prefix>>shift)]++
	}
	at := 0
	for i, n := range next {
		next[i], at = at, at+n
	}
	for _, h := range heads {
		b := byte(h.prefix >> shift)
		tmp[next[b]] = h
		next[b]++
	}
	copy(heads, tmp)
	if shift == 0 {
		return
	}
	from := 0
	for _, to := range next { // each has moved on to its part's end
		if to > from+1 {
			radix(heads[from:to], tmp[from:to], shift-8)
		}
		from = to
	}
}

// insert sorts a few heads by their prefixes, stably.
func insert(heads []head) {
	for i := 1; i < len(heads); i++ {
		h, j := heads[i], i
		for ; j > 0 && heads[j-1].prefix > h.prefix; j-- {
			heads[j] = heads[j-1]
		}
		heads[j] = h
	}
}

// finish orders the rows whose first eight bytes are the same by the rest of
// their keys.
func finish(heads []head, rows []byte, width, key int) {
	if key <= 8 {
		return
	}
	rest := func(h head) []byte { return rows[int(h.place)*width+8 : int(h.place)*width+key] }
	for i := 0; i < len(heads); {
		j := i + 1
		for j < len(heads) && heads[j].prefix == heads[i].prefix {
			j++
		}
		if j > i+1 {
			slices.SortStableFunc(heads[i:j], func(a, b head) int { return bytes.Compare(rest(a), rest(b)) })
		}
		i = j
	}
}
