package lanes

import "encoding/binary"

// decode sets the points to what src encodes (RFC 9496 §4.3.1) and returns the
// place of the first that is refused, or Fine. Encodings are public: which one
// is refused may show in the time it takes.
func (w *work[E]) decode(src []byte) int {
	verdict := Fine
	for i := range w.n {
		if !plausible(src[i*Size:][:Size]) {
			verdict = i
			w.begin(i) // those before it may yet be refused
			break
		}
	}
	for from := 0; from < w.vectors; from += block {
		bad := w.decodeBlock(src, from, min(from+block, w.vectors))
		for i := range min(len(bad), w.n-from*w.f.lanes()) {
			if bad[i] != 0 {
				return from*w.f.lanes() + i
			}
		}
	}
	return verdict
}

// plausible tells whether b is below p, not negative and not zero, which would
// be the identity.
func plausible(b []byte) bool {
	b0, b1 := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	b2, b3 := binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:])
	tooLarge := b3 == 1<<63-1 && b1&b2 == 1<<64-1 && b0 >= 1<<64-19
	return b0&1 == 0 && b3>>63 == 0 && !tooLarge && b0|b1|b2|b3 != 0
}

// decodeBlock decodes a block and returns a mask of the lanes that hold no point.
func (w *work[E]) decodeBlock(src []byte, from, to int) (bad []uint64) {
	f, c, n := w.f, w.c, to-from
	x, y, z, t := w.x[from:to], w.y[from:to], w.z[from:to], w.t[from:to]
	s, u1, u2, v := w.temps(0, n)
	root, u2sq, q, _ := w.temps(4, n)
	square, zero := w.mask(3, n), w.mask(5, n)

	w.load(s, from, src, 0, Size)
	f.sqr(q, s, 1)
	f.sub(u1, c.one, q)
	f.add(u2, c.one, q)
	f.sqr(u2sq, u2, 1)
	f.sqr(v, u1, 1)
	f.mul(v, v, c.minusD)
	f.sub(v, v, u2sq)
	f.mul(q, v, u2sq)
	w.sqrtRatio(root, c.one, q, square)

	f.mul(x, root, u2) // den_x
	f.mul(y, root, x)
	f.mul(y, y, v) // den_y
	f.mul(y, y, u1)
	f.add(s, s, s)
	f.mul(x, s, x)
	w.absolute(x, q, w.mask(0, n))
	f.mul(t, x, y)
	for i := range z {
		z[i] = c.one[0]
	}

	bad = w.mask(4, n)
	f.odd(bad, t)
	f.zero(zero, y)
	for i := range bad {
		bad[i] |= zero[i] | ^square[i]
	}
	return bad
}
