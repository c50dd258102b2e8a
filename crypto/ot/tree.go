package ot

import (
	"crypto/subtle"

	"mandorla/crypto/gf128"
)

const (
	depth  = 4             // base OTs of a tree
	trees  = Count / depth // that all base OTs make
	leaves = 1 << depth    // of a tree
)

// A tree is the leaves of one. The leaf that the sender lacks is the one that its
// four bits of delta name; bit 3 of them chooses at the root.
type tree [leaves]gf128.Element

// A forest is the streams' ciphers of all trees of a session.
type forest [trees]ciphers

// The message of the trees is, for each, two hidden sums for every level below the
// first, and the sum of its tags; then the digest of all tags.
const (
	tagSize    = 32
	treeSums   = (depth - 1) * 2 * gf128.Size
	treeSize   = treeSums + tagSize
	forestSize = trees*treeSize + 32
)

// levelOT is the base OT of a level of a tree.
func levelOT(tree, level int) int { return depth*tree + depth - 1 - level }

// plant grows all trees from both seeds of every pair, and makes their message. The
// children on side b of a level are under seed 1-b, so that the sender lacks those
// on the side of its bit.
func plant(o *oracle, pairs *[Count][2]gf128.Element) (*forest, []byte) {
	f, msg, tags := new(forest), make([]byte, 0, forestSize), make([]byte, 0, trees*leaves*tagSize)
	var t tree
	defer clear(t[:])
	for i := range f {
		msg = t.grow(o, i, pairs, msg)
		own := t.tags(o, i)
		sum := sumOf(&own)
		msg = append(msg, sum[:]...)
		for y := range own {
			tags = append(tags, own[y][:]...)
		}
		t.key(o, i)
		f[i].set(&t, 0)
	}
	all := digest(useTags, o[:], tags)
	return f, append(msg, all[:]...)
}

// grow makes the leaves of tree i and appends the hidden sums of its levels.
func (t *tree) grow(o *oracle, i int, pairs *[Count][2]gf128.Element, msg []byte) []byte {
	top := &pairs[levelOT(i, 0)]
	t[0], t[1] = o.block(useTop, i, 0, 0, top[1]), o.block(useTop, i, 0, 1, top[0])
	for level := 1; level < depth; level++ {
		sums := t.double(o, i, level)
		for side := range 2 {
			pad := o.block(usePad, i, level, side, pairs[levelOT(i, level)][1-side])
			msg = sums[side].Add(pad).Append(msg)
		}
	}
	return msg
}

// double replaces the nodes above a level by their children, and gives the sums of
// those on either side.
func (t *tree) double(o *oracle, i, level int) (sums [2]gf128.Element) {
	for j := 1<<level - 1; j >= 0; j-- { // downwards: the children of j come at 2j
		children := o.of(useNode, i, level, j, t[j])
		t[2*j], t[2*j+1] = gf128.FromBytes(children[:]), gf128.FromBytes(children[gf128.Size:])
		clear(children[:])
		sums[0], sums[1] = sums[0].Add(t[2*j]), sums[1].Add(t[2*j+1])
	}
	return sums
}

// tags are what the leaves of tree i are checked by: leaves that differ have
// different ones, or SHA-256 has a collision.
func (t *tree) tags(o *oracle, i int) (tags [leaves][tagSize]byte) {
	for y, leaf := range t {
		tags[y] = o.of(useTag, i, depth, y, leaf)
	}
	return tags
}

// key replaces the leaves of tree i by the keys of their streams.
func (t *tree) key(o *oracle, i int) {
	for y, leaf := range t {
		t[y] = o.block(useStream, i, depth, y, leaf)
	}
}

func sumOf(tags *[leaves][tagSize]byte) (sum [tagSize]byte) {
	for y := range tags {
		subtle.XORBytes(sum[:], sum[:], tags[y][:])
	}
	return sum
}

// replant grows all trees but for the leaves that delta names, from the chosen seeds
// and the receiver's message. The ciphers of each tree come in the order that delta
// gives: at y is that of leaf y + delta's bits, and at 0 none.
func replant(o *oracle, delta gf128.Element, chosen *[Count]gf128.Element, msg []byte) (*forest, error) {
	f, tags := new(forest), make([]byte, 0, trees*leaves*tagSize)
	var t tree
	defer clear(t[:])
	for i := range f {
		part := msg[i*treeSize : (i+1)*treeSize]
		bits := delta.Bit(depth*i) | delta.Bit(depth*i+1)<<1 | delta.Bit(depth*i+2)<<2 | delta.Bit(depth*i+3)<<3
		t.regrow(o, i, bits, chosen, part[:treeSums])
		own := t.tags(o, i)
		fill(&own, bits, [tagSize]byte(part[treeSums:]))
		for y := range own {
			tags = append(tags, own[y][:]...)
		}
		t.key(o, i)
		t.turn(bits)
		f[i].set(&t, 1)
	}
	all := digest(useTags, o[:], tags)
	if subtle.ConstantTimeCompare(all[:], msg[trees*treeSize:]) != 1 {
		return nil, ErrCheck
	}
	return f, nil
}

// regrow makes the leaves of tree i but for the one that bits names, which is zero.
func (t *tree) regrow(o *oracle, i int, bits uint64, chosen *[Count]gf128.Element, sums []byte) {
	lacks := bits >> (depth - 1) // the node that is not known
	top := chosen[levelOT(i, 0)]
	for side := range uint64(2) {
		t[side] = masked(o.block(useTop, i, 0, int(side), top), ^equal(side, lacks))
	}
	for level := 1; level < depth; level++ {
		t.double(o, i, level)
		bit := bits >> (depth - 1 - level) & 1
		known := 2*lacks + 1 - bit // its brother is in the sum
		lacks = 2*lacks + bit
		var brother gf128.Element
		for side := range uint64(2) {
			pad := o.block(usePad, i, level, int(side), chosen[levelOT(i, level)])
			sum := gf128.FromBytes(sums[(2*(level-1)+int(side))*gf128.Size:])
			brother = brother.Add(masked(sum.Add(pad), ^equal(side, bit)))
		}
		t.mend(2<<level, known, lacks, brother)
	}
}

// mend sets, of n nodes, the one at known to what makes the sum of its side that
// given, and the one at lacks to zero.
func (t *tree) mend(n int, known, lacks uint64, sum gf128.Element) {
	for j := range uint64(n) {
		t[j] = masked(t[j], ^(equal(j, known) | equal(j, lacks)))
		sum = sum.Add(masked(t[j], equal(j&1, known&1)))
	}
	for j := range uint64(n) {
		t[j] = t[j].Add(masked(sum, equal(j, known)))
	}
}

// fill sets the tag at a secret place to what makes the sum of all that given.
func fill(tags *[leaves][tagSize]byte, at uint64, sum [tagSize]byte) {
	for y := range tags {
		keep := ^byte(equal(uint64(y), at))
		for b := range tags[y] {
			tags[y][b] &= keep
		}
	}
	all := sumOf(tags)
	for y := range tags {
		here := byte(equal(uint64(y), at))
		for b := range tags[y] {
			tags[y][b] |= (all[b] ^ sum[b]) & here
		}
	}
}

// turn brings the key at y + bits to y, for all y, and forgets the one at 0.
func (t *tree) turn(bits uint64) {
	for b := range depth {
		swap := -(bits >> b & 1)
		for y := range t {
			if z := y | 1<<b; z != y {
				d := masked(t[y].Add(t[z]), swap)
				t[y], t[z] = t[y].Add(d), t[z].Add(d)
			}
		}
	}
	t[0] = gf128.Element{}
}

// equal is all ones if two small numbers are the same, and zero otherwise.
func equal(a, b uint64) uint64 {
	x := a ^ b
	return -((x - 1) &^ x >> 63)
}

// masked is a where the mask is all ones, and zero where it is zero.
func masked(a gf128.Element, mask uint64) gf128.Element {
	return gf128.Element{Lo: a.Lo & mask, Hi: a.Hi & mask}
}
