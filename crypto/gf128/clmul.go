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

// mul is the product of elements by clmul.
func mul(a, b Element) Element {
	w0, w1, w2, w3 := wide(a, b)
	return reduce(w0, w1, w2, w3)
}

// wide is the product before it is reduced, by Karatsuba.
func wide(a, b Element) (w0, w1, w2, w3 uint64) {
	l0, l1 := clmul(a.Lo, b.Lo)
	h0, h1 := clmul(a.Hi, b.Hi)
	m0, m1 := clmul(a.Lo^a.Hi, b.Lo^b.Hi)
	return l0, l1 ^ m0 ^ l0 ^ h0, h0 ^ m1 ^ l1 ^ h1, h1
}

// reduce brings the coefficients of x^0 to x^255 below x^128.
func reduce(a, b, c, d uint64) Element {
	c ^= d>>63 ^ d>>62 ^ d>>57 // what d·(x^7+x^2+x+1) has beyond its word
	b ^= d ^ d<<1 ^ d<<2 ^ d<<7
	b ^= c>>63 ^ c>>62 ^ c>>57
	a ^= c ^ c<<1 ^ c<<2 ^ c<<7
	return Element{a, b}
}
