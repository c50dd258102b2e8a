package lanes

// ladder raises x to 2^250-1 in z, and to 11 in eleven: what the two long
// powers of this field have in common.
func (w *work[E]) ladder(z, eleven, t, x []E) {
	f := w.f
	f.sqr(z, x, 1)
	f.sqr(t, z, 2)
	f.mul(t, x, t) // 9
	f.mul(eleven, z, t)
	f.sqr(z, eleven, 1)
	f.mul(z, t, z) // 2^5-1
	f.sqr(t, z, 5)
	f.mul(z, t, z) // 2^10-1
	f.sqr(t, z, 10)
	f.mul(t, t, z) // 2^20-1
	w.climb(t, 20) // 2^40-1
	f.sqr(t, t, 10)
	f.mul(z, t, z) // 2^50-1
	f.sqr(t, z, 50)
	f.mul(t, t, z) // 2^100-1
	w.climb(t, 100)
	f.sqr(t, t, 50)
	f.mul(z, t, z)
}

// climb raises 2^n-1 to 2^2n-1. Its own temporary is the last.
func (w *work[E]) climb(t []E, n int) {
	s := w.temp[len(w.temp)-1][:len(t)]
	w.f.sqr(s, t, n)
	w.f.mul(t, s, t)
}

// invert is x^(p-2), and zero for zero.
func (w *work[E]) invert(z, x []E) {
	eleven, t, r, _ := w.temps(9, len(x))
	w.ladder(r, eleven, t, x)
	w.f.sqr(r, r, 5)
	w.f.mul(z, r, eleven)
}

// sqrtRatio is SQRT_RATIO_M1 of RFC 9496 §4.2: r is √(u/v), not negative, and
// the mask is set, where there is such a root; else r is √(√-1·u/v).
// It uses the temporaries 8 to 13 and the masks 0 to 2.
func (w *work[E]) sqrtRatio(r, u, v []E, square []uint64) {
	f, n := w.f, len(r)
	uv3, power, t, eleven := w.temps(8, n)
	f.sqr(t, v, 1)
	f.mul(t, t, v)
	f.mul(uv3, t, u)
	f.sqr(t, t, 1)
	f.mul(t, t, v)
	f.mul(r, t, u)                // u·v⁷
	w.ladder(power, eleven, t, r) // to (p-5)/8
	f.sqr(power, power, 2)
	f.mul(power, power, r)
	f.mul(r, uv3, power)

	check, sum := t, eleven
	f.sqr(check, r, 1)
	f.mul(check, check, v)
	m, flipped, flippedI := w.mask(0, n), w.mask(1, n), w.mask(2, n)
	f.sub(sum, check, u)
	f.zero(square, sum)
	f.add(sum, check, u)
	f.zero(flipped, sum)
	f.mul(sum, u, w.c.sqrtM1)
	f.add(sum, check, sum)
	f.zero(flippedI, sum)
	for i := range square {
		m[i] = flipped[i] | flippedI[i]
		square[i] |= flipped[i]
	}
	f.mul(sum, r, w.c.sqrtM1)
	f.choose(r, r, sum, m)
	w.absolute(r, sum, m)
}
