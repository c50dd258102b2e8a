package lanes

// encode encodes each point as it is (RFC 9496 §4.3.2), at the price of an inverse
// square root.
func (w *work[E]) encode(dst []byte) {
	w.blocks(func(from, to int) { w.encodePlain(dst, from, to) })
}

func (w *work[E]) encodePlain(dst []byte, from, to int) {
	f, c, n := w.f, w.c, to-from
	x, y, z, t := w.x[from:to], w.y[from:to], w.z[from:to], w.t[from:to]
	u1, u2, q, root := w.temps(0, n)
	den, zInv, _, _ := w.temps(4, n)
	m := w.mask(3, n)
	f.add(u1, z, y)
	f.sub(q, z, y)
	f.mul(u1, u1, q)
	f.mul(u2, x, y)
	f.sqr(q, u2, 1)
	f.mul(q, q, u1)
	w.sqrtRatio(root, c.one, q, m)

	f.mul(den, root, u1)
	f.mul(u2, root, u2)
	f.mul(zInv, den, u2)
	f.mul(zInv, zInv, t)
	f.mul(q, t, zInv)
	f.odd(m, q)
	f.mul(den, den, c.invsqrtAMinD)
	f.choose(den, u2, den, m)
	f.mul(q, x, c.sqrtM1)
	f.mul(u1, y, c.sqrtM1)
	f.choose(x, x, u1, m)
	f.choose(y, y, q, m)

	f.mul(q, x, zInv)
	f.odd(m, q)
	f.sub(q, c.zero, y)
	f.choose(y, y, q, m)
	f.sub(q, z, y)
	f.mul(q, q, den)
	w.absolute(q, u1, m)
	f.canon(q, q)
	w.store(dst, q, from)
}

// encodeDoubled encodes the double of each point. The double of a point can be
// encoded with one inversion instead of an inverse square root, and inversions
// can be shared: the formulas follow from those of RFC 9496 §4.3.2 when doubling
// is put into them. With
//
//	e = 2XY, f = Z² + dT², g = Y² + X², h = Z² - dT²
//
// the double is (X:Y:Z:T) = (eh : fg : fh : eg).
func (w *work[E]) encodeDoubled(dst []byte) {
	w.blocks(w.double)
	w.invertAll()
	w.blocks(func(from, to int) { w.encodeBlock(dst, from, to) })
}

// double replaces X, Y, Z, T by e, g, f, h, and sets inverse to what is to be
// inverted: egfh, which is zero for the identity only, and one there.
func (w *work[E]) double(from, to int) {
	w.halves(from, to)
	f, c := w.f, w.c
	x, y, z, t := w.x[from:to], w.y[from:to], w.z[from:to], w.t[from:to]
	eg, fh, product := w.eg[from:to], w.fh[from:to], w.inverse[from:to]
	f.mul(eg, x, y)
	f.mul(fh, z, t)
	f.mul(product, eg, fh)
	dead := w.dead[from*f.lanes() : to*f.lanes()]
	f.zero(dead, product)
	f.choose(product, product, c.one, dead)
}

// halves replaces X, Y, Z, T by e, g, f, h.
func (w *work[E]) halves(from, to int) {
	f, c := w.f, w.c
	x, y, z, t := w.x[from:to], w.y[from:to], w.z[from:to], w.t[from:to]
	e, xx, yy, _ := w.temps(0, to-from)
	f.mul(e, x, y)
	f.add(e, e, e)
	f.sqr(xx, x, 1)
	f.sqr(yy, y, 1)
	copy(x, e)
	f.add(y, yy, xx)
	f.sqr(xx, t, 1)
	f.mul(xx, xx, c.d)
	f.sqr(yy, z, 1)
	f.add(z, yy, xx)
	f.sub(t, yy, xx)
}

// invertAll inverts every element of inverse with a single inversion: a running
// product forwards, then factors peeled off it backwards (Montgomery's trick).
func (w *work[E]) invertAll() {
	f, all := w.f, w.inverse[:w.vectors]
	if len(all) == 0 {
		return
	}
	before := w.before[:len(all)]
	before[0] = w.c.one[0]
	for v := 1; v < len(all); v++ {
		f.mul(before[v:v+1], before[v-1:v], all[v-1:v])
	}
	last := len(all) - 1
	run, next := w.temp[0][:1], w.temp[1][:1]
	f.mul(run, before[last:], all[last:])
	w.invert(run, run)
	for v := last; v >= 0; v-- {
		f.mul(next, run, all[v:v+1])
		f.mul(all[v:v+1], run, before[v:v+1])
		run, next = next, run
	}
}

// encodeBlock is RFC 9496 §4.3.2 on the doubles: whether they are rotated is the
// sign of T/Z = eg/fh, and 1/√((a-d)·(…)) has become a product.
func (w *work[E]) encodeBlock(dst []byte, from, to int) {
	f, c, n := w.f, w.c, to-from
	e, g, ff, h := w.x[from:to], w.y[from:to], w.z[from:to], w.t[from:to]
	eg, fh, inverse := w.eg[from:to], w.fh[from:to], w.inverse[from:to]
	zInv, tInv, q, magic := w.temps(0, n)
	m := w.mask(0, n)
	f.choose(inverse, inverse, c.zero, w.dead[from*f.lanes():to*f.lanes()])
	f.mul(zInv, eg, inverse)
	f.mul(tInv, fh, inverse)

	f.mul(q, eg, zInv)
	f.odd(m, q)
	f.sub(q, c.zero, e)
	f.choose(e, e, g, m)
	f.choose(g, g, q, m)
	f.mul(q, ff, c.sqrtM1)
	f.choose(h, h, q, m)
	for i := range magic {
		magic[i] = c.invsqrtAMinD[0]
	}
	f.choose(magic, magic, c.sqrtM1, m)

	f.mul(q, h, e)
	f.mul(q, q, zInv)
	f.odd(m, q)
	f.sub(q, c.zero, g)
	f.choose(g, g, q, m)

	f.mul(tInv, tInv, g)
	f.mul(tInv, tInv, magic)
	f.sub(q, h, g)
	f.mul(q, q, tInv)
	w.absolute(q, tInv, m)
	f.canon(q, q)
	w.store(dst, q, from)
}
