package lanes

import "encoding/hex"

// hexBase is the encoding of the group's generator g (RFC 9496 §4.4).
const hexBase = "e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"

// power sets each point to g times its scalar, halved so many times.
func (w *work[E]) power(scalars []byte, halvings int) {
	w.origin()
	w.sweep(w.c.combs(), scalars, halvings)
}

// origin sets each point to the identity.
func (w *work[E]) origin() {
	w.identity(w.acc)
	for v := range w.vectors {
		w.give(v)
	}
}

// sweep adds to each point the point of the combs times its scalar, halved so many
// times. There are no doublings: every window of a scalar has a comb of its own.
// The combs are the same for all points, and each is read whole.
func (w *work[E]) sweep(combs []E, scalars []byte, halvings int) {
	size, bits := w.f.comb()
	turns := len(combs) / size
	for v := range w.vectors {
		w.recode(v, scalars, halvings, turns, bits)
		w.take(v)
		for i := range turns {
			w.f.pick(w.near, combs[i*size:][:size], w.turn(i))
			w.f.mix(w.acc, w.near, w.inner)
		}
		w.give(v)
	}
}

// newCombs makes the combs of an encoded point for a field: its odd multiples times
// 2^(i·bits) for window i. It is nil where there is no such point, or it is the
// identity. It takes a millisecond.
func newCombs[E any](f field[E], base []byte) []E {
	size, bits := f.comb()
	turns := (254 + bits - 1) / bits
	w := newWork(portable{}, newConstants(portable{}))
	w.begin(1)
	w.decode(base)
	if w.refused(Identity) != Fine {
		return nil
	}
	combs := make([]E, turns*size)
	w.take(0)
	for i := range turns {
		w.multiples(bits)
		w.slim(func(entry, coordinate int, b []byte) {
			f.setComb(combs[i*size:][:size], entry, coordinate, b)
		})
	}
	return combs
}

// combsOfG makes the combs of the generator.
func combsOfG[E any](f field[E]) []E {
	base, _ := hex.DecodeString(hexBase)
	return newCombs(f, base)
}

// multiples sets the points to odd multiples of acc, as many as a window of so many
// bits needs, and acc to what it is for the next.
func (w *work[E]) multiples(bits int) {
	w.begin(w.lanes << (bits - 1))
	next := *w.acc
	w.f.double(&next, w.inner, 1)
	w.cache(w.pick, &next)
	for entry := range w.vectors {
		w.give(entry)
		w.f.plus(w.acc, w.pick, w.inner, 4)
	}
	w.f.double(&next, w.inner, bits-1)
	*w.acc = next
}

// slim tells set the coordinates of the points, made slim, for the first lane.
func (w *work[E]) slim(set func(entry, coordinate int, b []byte)) {
	x, y, t, inverse := w.x[:w.vectors], w.y[:w.vectors], w.t[:w.vectors], w.inverse[:w.vectors]
	w.f.add(inverse, w.z[:w.vectors], w.z[:w.vectors])
	w.invertAll()
	c := w.before[:w.vectors]
	tell := func(coordinate int) {
		w.f.mul(c, c, inverse)
		w.f.canon(c, c)
		var b [Size]byte
		for entry := range c {
			w.f.get(b[:], &c[entry], 0)
			set(entry, coordinate, b[:])
		}
	}
	w.f.sub(c, y, x)
	tell(0)
	w.f.add(c, y, x)
	tell(1)
	w.f.mul(c, t, w.c.twoD)
	tell(2)
}
