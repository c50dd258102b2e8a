package okvs

import (
	"mandorla/crypto/gf128"
	"mandorla/crypto/mmo"
)

// Place hashes keys under the seed of the run and says which bin each falls
// into. All slices have the same length; h may be keys. The seed is drawn by the
// party that encodes, after its set is fixed.
func (p Params) Place(seed *mmo.Hash, h []gf128.Element, bins []uint32, keys []gf128.Element) {
	seed.MMO(h, keys)
	for i, x := range h {
		bins[i] = uint32(p.Bin(x))
	}
}

// Bin is the bin of a hashed key.
func (p Params) Bin(h gf128.Element) int {
	return scale(uint32(h.Hi>>32), p.bins)
}

// scale maps the numbers of 32 bits to those below n, evenly.
func scale(x uint32, n int) int { return int(uint64(x) * uint64(n) >> 32) }

// row gives the three columns of a hashed key, all different, below n.
func row(h gf128.Element, n int) (c0, c1, c2 int) {
	c0 = scale(uint32(h.Lo), n)
	c1 = scale(uint32(h.Lo>>32), n-1)
	c2 = scale(uint32(h.Hi), n-2)
	if c1 >= c0 {
		c1++
	}
	if c2 >= min(c0, c1) {
		c2++
	}
	if c2 >= max(c0, c1) {
		c2++
	}
	return c0, c1, c2
}
