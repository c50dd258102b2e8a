package lanes

import "encoding/binary"

// A Verdict is what an encoding is found to be of.
type Verdict uint8

// The verdicts, from the best to the worst.
const (
	Point    Verdict = iota // but the identity
	Identity                // which is a point, but seldom welcome
	Nothing                 // no point, or its encoding is another
)

// decode sets the points to what src encodes (RFC 9496 §4.3.1), with a verdict on
// each; those that are no points become anything. Encodings are public.
func (w *work[E]) decode(src []byte) {
	w.blocks(func(from, to int) { w.judge(src, from, to) })
}

// judge decodes a block, with its verdicts.
func (w *work[E]) judge(src []byte, from, to int) {
	bad := w.decodeBlock(src, from, to)
	from *= w.lanes
	for i := range min(len(bad), w.n-from) {
		w.verdicts[from+i] = verdict(src[(from+i)*Size:][:Size], bad[i] != 0)
	}
}

// refused is the place of the first verdict that is as bad as the given one, or
// worse, or Fine.
func (w *work[E]) refused(worst Verdict) int {
	for i, v := range w.verdicts[:w.n] {
		if v >= worst {
			return i
		}
	}
	return Fine
}

// verdict looks at what decodeBlock did not: whether b is below p and not
// negative, and whether it is zero.
func verdict(b []byte, bad bool) Verdict {
	b0, b1 := binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
	b2, b3 := binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:])
	tooLarge := b3 == 1<<63-1 && b1&b2 == 1<<64-1 && b0 >= 1<<64-19
	switch {
	case bad || b0&1 == 1 || b3>>63 == 1 || tooLarge:
		return Nothing
	case b0|b1|b2|b3 == 0:
		return Identity
	}
	return Point
}

// decodeBlock decodes a block and returns a mask of the lanes that hold no point. Of
// what it leaves behind [work.lift] goes on with 1/√(v·u2²), u2, v and where x was
// negative.
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
