package gf128

import "math/bits"

// clmul is the product of two polynomials over GF(2). There is no carry-less
// multiplication without assembly, so that integers stand in: with only every
// fourth bit of the factors set, the sums within a product stay below sixteen
// and do not run into the next bit that matters.
func clmul(a, b uint64) (lo, hi uint64) {
	lo = clmulLow(a, b)
	// The upper half of a product is the lower half of the reversed one.
	hi = bits.Reverse64(clmulLow(bits.Reverse64(a), bits.Reverse64(b))) >> 1
	return lo, hi
}

func clmulLow(a, b uint64) uint64 {
	const m0, m1, m2, m3 = 0x1111111111111111, 0x2222222222222222, 0x4444444444444444, 0x8888888888888888
	a0, a1, a2, a3 := a&m0, a&m1, a&m2, a&m3
	b0, b1, b2, b3 := b&m0, b&m1, b&m2, b&m3
	z0 := a0*b0 ^ a1*b3 ^ a2*b2 ^ a3*b1
	z1 := a0*b1 ^ a1*b0 ^ a2*b3 ^ a3*b2
	z2 := a0*b2 ^ a1*b1 ^ a2*b0 ^ a3*b3
	z3 := a0*b3 ^ a1*b2 ^ a2*b1 ^ a3*b0
	return z0&m0 | z1&m1 | z2&m2 | z3&m3
}
