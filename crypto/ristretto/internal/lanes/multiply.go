package lanes

// multiply multiplies every point by half of k: what is encoded is the double.
func (w *work[E]) multiply(k *[Size]byte) {
	w.scalar.set(k[:], 1, tableTurns*tableBits)
	for lane := range w.lanes {
		w.scalar.turns(w.turns[lane:], w.lanes, tableTurns, tableBits)
	}
	for v := range w.vectors {
		w.take(v)
		w.fillTable()
		w.walk()
		w.give(v)
	}
}

// multiplyEach multiplies each point by a scalar of its own.
func (w *work[E]) multiplyEach(scalars []byte) {
	for v := range w.vectors {
		w.recode(v, scalars, 0, tableTurns, tableBits)
		w.take(v)
		w.fillTable()
		w.walk()
		w.give(v)
	}
}

// recode prepares the turns of a vector: its lanes' scalars, halved so many times.
func (w *work[E]) recode(v int, scalars []byte, halvings, turns, width int) {
	for lane := range w.lanes {
		k := nothing
		if i := v*w.lanes + lane; i < w.n {
			k = scalars[i*Size:][:Size]
		}
		w.scalar.set(k, halvings, turns*width)
		w.scalar.turns(w.turns[lane:], w.lanes, turns, uint(width))
	}
}

// turn are the lanes of a turn.
func (w *work[E]) turn(i int) []uint64 { return w.turns[i*w.lanes:][:w.lanes] }

// take fetches a vector of points, give puts it back.
func (w *work[E]) take(v int) { w.points.take(w.acc, v) }
func (w *work[E]) give(v int) { w.points.give(w.acc, v) }

// fillTable sets the table to odd multiples of acc.
func (w *work[E]) fillTable() {
	w.cache(w.table.entry(0), w.acc)
	*w.other = *w.acc
	w.f.double(w.other, w.inner, 1)
	w.cache(w.pick, w.other)
	for i := 1; i < tableEntries; i++ {
		w.f.plus(w.acc, w.pick, w.inner, 4)
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

// walk sets acc to the sum of the turns' points, from the most significant on.
// The addition is complete: it takes equal points and the identity.
func (w *work[E]) walk() {
	const last = tableTurns - 1
	w.identity(w.acc)
	w.add(last, 3)
	for i := last - 1; i > 0; i-- {
		w.f.double(w.acc, w.inner, tableBits)
		w.add(i, 3)
	}
	w.f.double(w.acc, w.inner, tableBits)
	w.add(0, 4)
}

func (w *work[E]) add(turn, coordinates int) {
	w.f.lookup(w.pick, w.table, w.turn(turn))
	w.f.plus(w.acc, w.pick, w.inner, coordinates)
}

func (w *work[E]) identity(p *point[E]) {
	*p = point[E]{atY: w.c.one[0], atZ: w.c.one[0], atX: w.c.zero[0], atT: w.c.zero[0]}
}
