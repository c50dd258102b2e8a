package vole

import "mandorla/crypto/gf128"

// A receiver's trees: at every level the node on the path is unknown, and zero in
// its place. Whatever is computed from a zero is known, and taken out again.

// paths are the leaves, one a tree, that the receiver lacks.
type paths [batch]uint16

// pathsOf reads the paths from choice bits: level by level, one bit a tree.
func pathsOf(choices []uint64, first int) (p paths) {
	for level := range depth {
		for t := range batch {
			i := first + level*batch + t
			p[t] |= uint16(choices[i/64]>>(i%64)&1) << level
		}
	}
	return p
}

// grow fills a slab with the leaves that the corrections give; at the end of each
// path stands a, the receiver's part, plus what the sender's has at that leaf.
func (p *paths) grow(h *hashes, nodes *[slab]gf128.Element, corrections []byte, first int, t, a []gf128.Element) {
	var zero, side, known row
	for level := range depth - 1 {
		n := batch << level
		var ones, garbage row
		if level == 0 {
			clear(nodes[:2*batch])
		} else {
			h.branch(nodes[:2*n])
			ones = columns(nodes[n : 2*n])
			h.inner.CCR(garbage[:], zero[:])
		}
		corrections = side.take(corrections)
		side.add((*row)(t[level*batch:]))
		zeros := known
		zeros.add(&ones)
		known = p.mend(nodes[:2*n], level, zeros, ones, garbage, garbage, &side)
	}
	p.bear(h, nodes, corrections, first, (*row)(t[(depth-1)*batch:]), (*row)(a))
}

// bear is the last level.
func (p *paths) bear(h *hashes, nodes *[slab]gf128.Element, corrections []byte, first int, t, a *row) {
	var zero, garbage0, garbage1, side0, side1, last row
	h.bear(nodes[:])
	zeros, ones := columns(nodes[:slab/2]), columns(nodes[slab/2:])
	h.leaf0.CCR(garbage0[:], zero[:])
	h.leaf1.CCR(garbage1[:], zero[:])
	last.take(side1.take(side0.take(corrections)))
	pad := *t
	h.hide(&pad, first)
	for i := range pad {
		turn := uint64(p[i]) >> (depth - 1) & 1
		pad[i] = pad[i].Add(choose(turn, side0[i], side1[i]))
	}
	known := p.mend(nodes[:], depth-1, zeros, ones, garbage0, garbage1, &pad)
	known.add(&last)
	known.add(a)
	for i := range known {
		nodes[int(p[i])*batch+i] = known[i]
	}
}

// mend puts the sibling of each path's node in its place, given the sums of both
// sides with what came from zeros, and side, the true sum of the side that is not
// the path's. It returns the sum of the whole level but for the path.
func (p *paths) mend(nodes []gf128.Element, level int, zeros, ones, garbage0, garbage1 row, side *row) (known row) {
	zeros.add(&garbage0)
	ones.add(&garbage1)
	for t := range known {
		turn := uint64(p[t]) >> level & 1
		at := int(p[t] & (1<<level - 1))
		on := at + int(turn)<<level
		off := at + int(1-turn)<<level
		nodes[on*batch+t] = gf128.Element{}
		nodes[off*batch+t] = side[t].Add(choose(turn, ones[t], zeros[t]))
		known[t] = side[t].Add(choose(turn, zeros[t], ones[t]))
	}
	return known
}

// choose is zero if bit is 0 and one if it is 1.
func choose(bit uint64, zero, one gf128.Element) gf128.Element {
	return gf128.Element{
		Lo: zero.Lo ^ -bit&(zero.Lo^one.Lo),
		Hi: zero.Hi ^ -bit&(zero.Hi^one.Hi),
	}
}
