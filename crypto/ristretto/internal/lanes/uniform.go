package lanes

// fromUniform sets each point to the sum of the maps of the two halves of 64
// uniform bytes (RFC 9496 §4.3.4).
func (w *work[E]) fromUniform(uniform []byte) {
	w.blocks(func(from, to int) {
		// What encoding needs later is free yet.
		x, y, z, t := w.eg[from:to], w.fh[from:to], w.inverse[from:to], w.temp[6][:to-from]
		w.mapHalf(x, y, z, t, uniform, from, 0)
		w.mapHalf(w.x[from:to], w.y[from:to], w.z[from:to], w.t[from:to], uniform, from, Size)
		for i := range x {
			*w.other = point[E]{atY: y[i], atZ: z[i], atX: x[i], atT: t[i]}
			w.cache(w.pick, w.other)
			w.take(from + i)
			w.f.plus(w.acc, w.pick, w.inner, 4)
			w.give(from + i)
		}
	})
}

// mapHalf is MAP of RFC 9496 §4.3.4 on a block, with its names.
func (w *work[E]) mapHalf(x, y, z, t []E, uniform []byte, from, first int) {
	f, c, n := w.f, w.c, len(x)
	in, r, u, v := w.temps(0, n)
	s, q, _, _ := w.temps(4, n)
	square := w.mask(3, n)

	w.load(in, from, uniform, first, UniformSize)
	f.sqr(r, in, 1)
	f.mul(r, r, c.sqrtM1)
	f.add(u, r, c.one)
	f.mul(u, u, c.oneMinusDSq)
	f.mul(v, r, c.minusD)
	f.sub(v, v, c.one)
	f.add(q, r, c.d)
	f.mul(v, v, q)
	w.sqrtRatio(s, u, v, square)

	f.mul(q, s, in)
	w.absolute(q, u, w.mask(0, n))
	f.sub(q, c.zero, q)
	f.choose(s, q, s, square)
	f.sub(u, r, c.one)
	f.choose(r, r, c.minusOne, square) // r is c from here on
	f.mul(u, u, r)
	f.mul(u, u, c.dMinusOneSq)
	f.sub(u, u, v) // N

	f.mul(v, v, s)
	f.add(v, v, v)                // w0
	f.mul(u, u, c.sqrtADMinusOne) // w1
	f.sqr(q, s, 1)
	f.add(s, c.one, q) // w3
	f.sub(q, c.one, q) // w2
	f.mul(x, v, s)
	f.mul(y, q, u)
	f.mul(z, u, s)
	f.mul(t, v, q)
}
