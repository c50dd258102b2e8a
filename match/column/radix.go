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

// sort orders the rows of blocks by their first key bytes, stably, in their place.
//
// Many rows are first parted by their first byte, so that all else happens within
// the processor's caches: keys are pseudo-random, and the parts alike.
func (d *desk) sort(blocks [][]byte, width, key int) {
	n := 0
	for _, b := range blocks {
		n += len(b)
	}
	d.rows = room(d.rows, n)
	defer wipe(d.rows)
	var ends [256]int
	if n > 16*bytesOfCache {
		ends = part(d.rows, blocks, width)
	} else {
		gatherBlocks(d.rows, blocks)
		ends[0] = n
	}
	out := &blockWriter{blocks: blocks}
	start := 0
	for _, end := range ends {
		if end > start {
			d.order(out, d.rows[start:end], width, key)
			start = end
		}
	}
}

// room is a slice of n elements, in the room of another if that is enough.
func room[T any](of []T, n int) []T {
	if cap(of) < n {
		return make([]T, n)
	}
	return of[:n]
}

// gatherBlocks copies what is in blocks to one place.
func gatherBlocks(dst []byte, blocks [][]byte) {
	for _, b := range blocks {
		dst = dst[copy(dst, b):]
	}
}

// part copies rows to dst, those with the same first byte together and in order,
// and says where each such part ends.
func part(dst []byte, blocks [][]byte, width int) (ends [256]int) {
	for _, rows := range blocks {
		for at := 0; at < len(rows); at += width {
			ends[rows[at]] += width
		}
	}
	at := 0
	for b, n := range ends {
		ends[b], at = at, at+n
	}
	for _, rows := range blocks {
		for ; len(rows) > 0; rows = rows[width:] {
			b := rows[0]
			copy(dst[ends[b]:], rows[:width])
			ends[b] += width // has moved on to the part's end in the end
		}
	}
	return ends
}

// A blockWriter writes rows over those of blocks, one after the other.
type blockWriter struct {
	blocks [][]byte
	at     int // in the first of them
}

// write writes the next row.
func (w *blockWriter) write(row []byte) {
	if w.at == len(w.blocks[0]) {
		w.blocks, w.at = w.blocks[1:], 0
	}
	copy(w.blocks[0][w.at:], row)
	w.at += len(row)
}

// order writes rows to out in the order of their keys.
//
// A row is represented by the first eight bytes of its key and its place;
// those are sorted, and the rows moved once. Keys are pseudo-random, so eight
// bytes nearly always decide; where they do not, the rest of the key does.
func (d *desk) order(out *blockWriter, rows []byte, width, key int) {
	n := len(rows) / width
	d.heads, d.tmp = room(d.heads, n), room(d.tmp, n)
	for i := range d.heads {
		d.heads[i] = head{prefix(rows[i*width:], key), uint32(i)}
	}
	radix(d.heads, d.tmp, 56)
	finish(d.heads, rows, width, key)
	for _, h := range d.heads {
		out.write(rows[int(h.place)*width:][:width])
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
