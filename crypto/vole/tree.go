package vole

import (
	"crypto/rand"

	"mandorla/crypto/gf128"
	"mandorla/crypto/mmo"
)

// A tree has 2^9 leaves that the sender knows; the receiver knows all but one,
// α, and instead of that one its value plus Δ·y. Sixteen trees grow at once.
//
// In a half tree a node p has the children H(p) and p + H(p), and the two at the
// root add up to Δ, and so does every level. The receiver gets, level by level,
// the sum of all nodes on the other side than its path, K or K + Δ; a transfer
// that is correlated by Δ gives it one of q and q + Δ, so that one correction
// q + K is enough. The nodes on its path are to it Δ plus something it knows,
// which H, circular correlation robust, turns into what looks random.
//
// The leaves must not be made like that. If they added up to Δ as well, then the
// last correction b + (sum of leaves) would be b + Δ, and a receiver that has
// b + Δ·y would find Δ. So the last level hashes each parent twice, under two
// keys: leaves are random and independent, the sum of each side goes under a pad
// of its own, and the last correction is masked by the leaf at α, which the
// receiver can't compute (the pcGGM tree of ePrint 2022/1431).
//
// Leaf j of tree t is element j·16 + t. Bit l of j is the turn at level l + 1:
// H(p) is where it is 1.

// hashes are the keys of one chunk. They are new for each chunk and drawn after
// the receiver's transfers, so that a guess at Δ can be tried on one chunk only.
type hashes struct{ inner, leaf0, leaf1, pad *mmo.Hash }

func newHashes(t *transcript) hashes {
	return hashes{t.cipher("inner"), t.cipher("leaf 0"), t.cipher("leaf 1"), t.cipher("pad")}
}

// A row is one element for each of the trees that grow together.
type row [batch]gf128.Element

func (r *row) add(s *row) { gf128.AddTo(r[:], s[:]) }

func (r *row) append(b []byte) []byte {
	for _, e := range r {
		b = e.Append(b)
	}
	return b
}

// take reads a row from the front of corrections.
func (r *row) take(corrections []byte) []byte {
	for i := range r {
		r[i] = gf128.FromBytes(corrections[i*gf128.Size:])
	}
	return corrections[batch*gf128.Size:]
}

// grow fills a slab with the leaves of new trees and appends the corrections
// that puncture them. The first has the number first within its chunk. q are the
// transfers, level by level; b is the sender's part of the value at α.
func (h *hashes) grow(nodes *[slab]gf128.Element, corrections []byte, first int, delta gf128.Element, q, b []gf128.Element) []byte {
	var seeds [batch * gf128.Size]byte
	rand.Read(seeds[:])
	for t := range batch {
		k := gf128.FromBytes(seeds[t*gf128.Size:])
		nodes[t], nodes[batch+t] = k.Add(delta), k
	}
	clear(seeds[:])
	for level := range depth - 1 {
		n := batch << level
		if level > 0 {
			h.branch(nodes[:2*n])
		}
		sum := columns(nodes[n : 2*n])
		sum.add((*row)(q[level*batch:]))
		corrections = sum.append(corrections)
	}
	h.bear(nodes[:])
	sum0, sum1 := columns(nodes[:slab/2]), columns(nodes[slab/2:])
	pad0, pad1 := h.pads(delta, (*row)(q[(depth-1)*batch:]), first)
	pad0.add(&sum1)
	pad1.add(&sum0)
	sum0.add(&sum1)
	sum0.add((*row)(b))
	return sum0.append(pad1.append(pad0.append(corrections)))
}

// branch turns the nodes of one level, in the lower half, into those of the next.
func (h *hashes) branch(nodes []gf128.Element) {
	parents, ones := nodes[:len(nodes)/2], nodes[len(nodes)/2:]
	h.inner.CCR(ones, parents)
	gf128.AddTo(parents, ones)
}

// bear turns the nodes of the last level but one into leaves.
func (h *hashes) bear(nodes []gf128.Element) {
	parents, ones := nodes[:len(nodes)/2], nodes[len(nodes)/2:]
	h.leaf1.CCR(ones, parents)
	h.leaf0.CCR(parents, parents)
}

// pads are what the transfers of the last level hide the two sums under: the
// receiver whose turn is 0 knows pad0, and gets the sum of the ones.
func (h *hashes) pads(delta gf128.Element, q *row, first int) (pad0, pad1 row) {
	pad0 = *q
	for t, x := range q {
		pad1[t] = x.Add(delta)
	}
	h.hide(&pad0, first)
	h.hide(&pad1, first)
	return pad0, pad1
}

// hide turns transfers into pads. A receiver may have brought about equal
// transfers for two trees; equal pads would give it the sum of what they hide, so
// that the number of the tree goes in: π(π(x) + i) + π(x), for π AES (ePrint
// 2019/074).
func (h *hashes) hide(transfers *row, first int) {
	x := *transfers
	h.pad.MMO(transfers[:], x[:]) // π(x) + x
	transfers.add(&x)
	transfers.number(first)
	h.pad.MMO(transfers[:], transfers[:]) // π(π(x) + i) + π(x) + i
	transfers.number(first)
}

// number adds its tree's number to each.
func (r *row) number(first int) {
	for t := range r {
		r[t].Lo ^= uint64(first + t)
	}
}

// columns is the sum of the nodes of each tree.
func columns(nodes []gf128.Element) row {
	const wide = 8 * batch
	var sums [wide]gf128.Element
	if len(nodes) < wide {
		copy(sums[:], nodes)
		nodes = nil
	}
	for ; len(nodes) > 0; nodes = nodes[wide:] {
		gf128.AddTo(sums[:], nodes[:wide])
	}
	for n := wide / 2; n >= batch; n /= 2 {
		gf128.AddTo(sums[:n], sums[n:2*n])
	}
	return row(sums[:batch])
}
