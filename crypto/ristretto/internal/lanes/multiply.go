package lanes

// multiply multiplies every point by half of k: what is encoded is the double.
func (w *work[E]) multiply(k *[Size]byte) {
	w.scalar = halve(k)
	w.digits.set(&w.scalar)
	for v := range w.vectors {
		w.take(v)
		w.fillTable()
		w.walk()
		w.give(v)
	}
}

// take fetches a vector of points, give puts it back.
func (w *work[E]) take(v int) {
	*w.acc = point[E]{atY: w.y[v], atZ: w.z[v], atX: w.x[v], atT: w.t[v]}
}

func (w *work[E]) give(v int) {
	w.y[v], w.z[v], w.x[v], w.t[v] = w.acc[atY], w.acc[atZ], w.acc[atX], w.acc[atT]
}

// fillTable sets the table to 1 to 8 times acc.
func (w *work[E]) fillTable() {
	w.cache(w.table.entry(0), w.acc)
	for i := 1; i < 8; i++ {
		w.f.plus(w.acc, w.table.entry(0), w.inner, 4)
		w.cache(w.table.entry(i), w.acc)
	}
}

func (w *work[E]) cache(c *cached[E], p *point[E]) {
	y, x := p[atY:atY+1], p[atX:atX+1]
	w.f.sub(c[atYMinusX:][:1], y, x)
	w.f.add(c[atYPlusX:][:1], y, x)
	w.f.add(c[at2Z:][:1], p[atZ:][:1], p[atZ:][:1])
	w.f.mul(c[at2dT:][:1], p[atT:], w.c.twoD)
}

// walk sets acc to the sum of the digits' points, from the most significant on.
// The addition is complete: it takes equal points and the identity.
func (w *work[E]) walk() {
	last := len(w.digits) - 1
	*w.acc = point[E]{atY: w.c.one[0], atZ: w.c.one[0], atX: w.c.zero[0], atT: w.c.zero[0]}
	w.add(last, 3)
	for i := last - 1; i > 0; i-- {
		w.f.double(w.acc, w.inner, 4)
		w.add(i, 3)
	}
	w.f.double(w.acc, w.inner, 4)
	w.add(0, 4)
}

func (w *work[E]) add(digit, coordinates int) {
	abs, sign := split(w.digits[digit])
	w.f.lookup(w.pick, w.table, abs, sign)
	w.f.plus(w.acc, w.pick, w.inner, coordinates)
}
