package vole

import "mandorla/crypto/gf128"

// transfers is the number of transfers that a window asks for.
func transfers(chunks int, first bool) int {
	n := chunks * treeTransfers
	if first {
		n += heldTransfers
	}
	return n
}

// pack makes one element of 128 transfers: with t = q + x·Δ for bits x, the sums
// of t, q and x, each times its power of x^i, are related in the same way. So the
// first chunk's noise comes from transfers that were already checked.
func pack(transfers []gf128.Element) []gf128.Element {
	out := make([]gf128.Element, len(transfers)/128)
	for i := range out {
		var sum gf128.Element // by Horner, from the highest power on
		for j := 127; j >= 0; j-- {
			sum = timesX(sum).Add(transfers[i*128+j])
		}
		out[i] = sum
	}
	return out
}

// packBits is pack of the first choice bits.
func packBits(bits []uint64) []gf128.Element {
	out := make([]gf128.Element, held)
	for i := range out {
		out[i] = gf128.Element{Lo: bits[2*i], Hi: bits[2*i+1]}
	}
	return out
}

// slabOf is slab i of the noise, whose halves lie apart.
func slabOf(first, second *[half]gf128.Element, i int) *[slab]gf128.Element {
	if i < slabs/2 {
		return (*[slab]gf128.Element)(first[i*slab:])
	}
	return (*[slab]gf128.Element)(second[(i-slabs/2)*slab:])
}

// places are the positions in the noise of the paths' ends, in a slab that
// starts at first.
func (p *paths) places(at []int, first int) {
	for t, leaf := range p {
		at[t] = first + int(leaf)*batch + t
	}
}

// wiped is the slice emptied, its memory cleared.
func wiped(s []gf128.Element) []gf128.Element {
	clear(s)
	return s[:0]
}
