package column

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// sortRows sorts whole rows in place by their first key bytes, stably.
//
// A row is represented by the first eight bytes of its key and its place;
// those are sorted, and the rows moved once. Keys are pseudo-random, so eight
// bytes nearly always decide; where they do not, the rest of the key does.
func sortRows(rows []byte, width, key int) []byte {
	n := len(rows) / width
	if n < 2 {
		return rows
	}
	heads := make([]head, n)
	for i := range heads {
		heads[i] = head{prefix(rows[i*width:], key), uint32(i)}
	}
	heads = radix(heads, make([]head, n))
	finish(heads, rows, width, key)
	out := make([]byte, len(rows))
	for i, h := range heads {
		copy(out[i*width:(i+1)*width], rows[int(h.place)*width:])
	}
	clear(rows)
	return out
}

// A head stands for a row while it is sorted.
type head struct {
	prefix uint64
	place  uint32
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

// radix distributes by the first 16 bits and sorts each part by comparison:
// parts are short where keys are random, and never worse than n log n.
func radix(heads, tmp []head) []head {
	if len(heads) < 1<<10 {
		slices.SortStableFunc(heads, compareHeads)
		return heads
	}
	starts := make([]int, 1<<16+1)
	for _, h := range heads {
		starts[h.prefix>>48+1]++
	}
	for i := 1; i < len(starts); i++ {
		starts[i] += starts[i-1]
	}
	next := slices.Clone(starts)
	for _, h := range heads {
		p := h.prefix >> 48
		tmp[next[p]] = h
		next[p]++
	}
	for i := range starts[:1<<16] {
		if part := tmp[starts[i]:starts[i+1]]; len(part) > 1 {
			slices.SortFunc(part, compareHeads)
		}
	}
	return tmp
}

// compareHeads keeps rows of equal heads in their order.
func compareHeads(a, b head) int {
	return cmp.Or(cmp.Compare(a.prefix, b.prefix), cmp.Compare(a.place, b.place))
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
