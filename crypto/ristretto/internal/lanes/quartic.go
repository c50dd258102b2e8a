package lanes

// A point that was decoded can be encoded again without a second square root. What
// an encoding holds is the coordinate s of a point on another curve, the Jacobi
// quartic
//
//	t² = s⁴ + 2A·s² + 1, where A = (1-d)/(1+d),
//
// from which decoding takes it to x = 2cs/t, y = (1-s²)/(1+s²), where c = 1/√(a-d).
// The double of a point comes from there too: with e, f, g, h as in encodeDoubled, of
//
//	s = (e/c)/(g+h), t = 2f/(g+h).
//
// So a double can be added to a decoded point over there, and s of the sum is left to
// be made canonical, by divisions, which are shared. The addition is that of quartics
// in general (Hisil, Wong, Carter and Dawson: Jacobi quartic curves revisited, 2009).
// It does not hold where the two are the same point, or the double is the identity.

// shift adds the combs' point times a scalar each to encoded points, and encodes
// them. It returns the first encoding that is of no point, or Fine. The one branch on
// the scalars is where the addition does not hold: with random ones it never is taken.
func (w *work[E]) shift(dst, src, scalars []byte, combs []E) (bad int) {
	w.blocks(func(from, to int) {
		w.judge(src, from, to)
		w.lift(src, from, to)
	})
	if bad = w.refused(Nothing); bad != Fine {
		return bad
	}
	w.origin()
	w.sweep(combs, scalars, 1)
	w.blocks(w.meet)
	if w.met() {
		w.invertAll()
		w.blocks(w.represent)
		w.invertAll()
		w.blocks(func(from, to int) { w.divide(dst, from, to) })
		return Fine
	}
	w.decode(src)
	w.sweep(combs, scalars, 0)
	w.encode(dst)
	return Fine
}

// lift sets eg and fh to s and t of the block that was decoded just now: t is c√v.
func (w *work[E]) lift(src []byte, from, to int) {
	f, n := w.f, to-from
	s, t := w.eg[from:to], w.fh[from:to]
	_, _, u2, v := w.temps(0, n)
	root, negated, _, _ := w.temps(4, n)
	w.load(s, from, src, 0, Size)
	f.mul(t, root, u2)
	f.mul(t, t, v)
	f.mul(t, t, w.c.invsqrtAMinD)
	f.sub(negated, w.c.zero, t)
	f.choose(t, t, negated, w.mask(0, n))
}

// meet adds the doubles of the points to what was lifted. The sum is s = U/V and
// t = G/V², with U, V and G in the place of X, Y and Z. eg becomes V²-U², fh V²+U²,
// and inverse G(V²+U²), which is to be inverted; it is zero where this does not hold,
// and made one there.
func (w *work[E]) meet(from, to int) {
	w.halves(from, to)
	f, c, n := w.f, w.c, to-from
	u, v, g, h := w.x[from:to], w.y[from:to], w.z[from:to], w.t[from:to]
	s, t, product := w.eg[from:to], w.fh[from:to], w.inverse[from:to]
	both, a, b, p := w.temps(0, n)
	num, m, ww, pp := w.temps(4, n)
	q := w.temp[8][:n]
	f.add(both, h, v)
	f.mul(a, u, c.inverseC)
	f.add(b, g, g) // the double is s = a/both, t = b/both

	f.mul(p, s, a)
	f.mul(m, t, b)
	f.mul(num, s, b)
	f.mul(q, t, a)
	f.add(num, num, q)
	f.sqr(ww, both, 1)
	f.sqr(pp, p, 1)
	f.mul(q, p, c.twoA)
	f.add(m, m, q)
	f.add(q, ww, pp)
	f.mul(m, m, q)
	f.sqr(q, s, 1)
	f.mul(q, q, ww)
	f.sqr(a, a, 1)
	f.add(q, q, a)
	f.mul(q, q, p)
	f.add(q, q, q)
	f.add(m, m, q)

	f.mul(u, both, num)
	f.sub(v, ww, pp)
	f.mul(g, both, m)
	f.sqr(a, u, 1)
	f.sqr(b, v, 1)
	f.sub(s, b, a)
	f.add(t, b, a)
	f.mul(product, g, t)
	dead := w.dead[from*w.lanes : to*w.lanes]
	f.zero(dead, product)
	f.choose(product, product, c.one, dead)
}

// met reports whether the addition holds for all points.
func (w *work[E]) met() bool {
	var dead uint64
	for _, m := range w.dead[:w.n] {
		dead |= m
	}
	return dead == 0
}

// represent chooses, among the quotients that stand for a sum, the one that RFC 9496
// §4.3.2 encodes: of the point turned by √-1 where xy is negative, and of the one with
// a negative y instead where x is. Its numerator takes the place of U, its denominator
// is to be inverted.
func (w *work[E]) represent(from, to int) {
	f, c, n := w.f, w.c, to-from
	u, v, g, inverse := w.x[from:to], w.y[from:to], w.z[from:to], w.inverse[from:to]
	minus, plus := w.eg[from:to], w.fh[from:to]
	uv, x, y, q := w.temps(0, n)
	m, dead := w.mask(0, n), w.dead[from*w.lanes:to*w.lanes]
	f.mul(uv, u, v)
	f.mul(x, uv, c.twoC)
	f.mul(x, x, plus)
	f.mul(x, x, inverse)
	f.mul(y, minus, g)
	f.mul(y, y, inverse)
	f.mul(q, x, y)
	f.zero(dead, q) // the identity
	f.odd(m, q)

	f.mul(q, uv, c.tOfOne)
	f.add(q, q, g)
	f.choose(u, u, q, m)
	f.choose(v, v, minus, m)
	f.mul(y, y, c.minusSqrtM1)
	f.choose(x, x, y, m)

	f.odd(m, x)
	f.choose(inverse, v, u, m)
	f.choose(u, u, v, m)
	f.choose(inverse, inverse, c.one, dead)
}

// divide encodes the quotients.
func (w *work[E]) divide(dst []byte, from, to int) {
	f, n := w.f, to-from
	s, negated, _, _ := w.temps(0, n)
	f.mul(s, w.x[from:to], w.inverse[from:to])
	f.choose(s, s, w.c.zero, w.dead[from*w.lanes:to*w.lanes])
	w.absolute(s, negated, w.mask(0, n))
	f.canon(s, s)
	w.store(dst, s, from)
}
