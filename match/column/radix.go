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

// sort orders whole rows by their first key bytes, stably, in their place.
//
// Many rows are first parted by their first byte, so that all else happens within
// the processor's caches: keys are pseudo-random, and the parts alike.
func (d *desk) sort(rows []byte, width, key int) {
	d.rows = slices.Grow(d.rows[:0], len(rows))[:len(rows)]
	defer clear(d.rows)
	ends := [256]int{len(rows)}
	if len(rows) > 16*bytesOfCache {
		ends = part(d.rows, rows, width)
	} else {
		copy(d.rows, rows)
	}
	start := 0
	for _, end := range ends {
		if end > start {
			d.order(rows[start:end], d.rows[start:end], width, key)
			start = end
		}
	}
}

// part copies rows to dst, those with the same first byte together and in order,
// and says where each such part ends.
func part(dst, rows []byte, width int) (ends [256]int) {
	for at := 0; at < len(rows); at += width {
		ends[rows[at]] += width
	}
	at := 0
	for b, n := range ends {
		ends[b], at = at, at+n
	}
	for ; len(rows) > 0; rows = rows[width:] {
		b := rows[0]
		copy(dst[ends[b]:], rows[:width])
		ends[b] += width // has moved on to the part's end in the end
	}
	return ends
}

// order writes rows to dst in the order of their keys.
//
// A row is represented by the first eight bytes of its key and its place;
// those are sorted, and the rows moved once. Keys are pseudo-random, so eight
// bytes nearly always decide; where they do not, the rest of the key does.
func (d *desk) order(dst, rows []byte, width, key int) {
	n := len(rows) / width
	d.heads = slices.Grow(d.heads[:0], n)[:n]
	d.tmp = slices.Grow(d.tmp[:0], n)[:n]
	for i := range d.heads {
		d.heads[i] = head{prefix(rows[i*width:], key), uint32(i)}
	}
	radix(d.heads, d.tmp, 56)
	finish(d.heads, rows, width, key)
	for i, h := range d.heads {
		copy(dst[i*width:(i+1)*width], rows[int(h.place)*width:])
	}
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
