package lanes

import fp "github.com/cloudflare/circl/math/fp25519"

// portable is one lane of circl's field: assembly on amd64, else Go.
type portable struct{}

// Portable is the tier of every machine.
func Portable() Engine { return newEngine("portable", portable{}) }

// step is by how much to go on in an operand: one of length one stands still.
func step[T any](x []T) int {
	if len(x) == 1 {
		return 0
	}
	return 1
}

func (portable) lanes() int { return 1 }

func (portable) put(z *fp.Elt, _ int, b []byte) {
	copy(z[:], b)
	z[fp.Size-1] &= 127
}

func (portable) get(b []byte, x *fp.Elt, _ int) { copy(b, x[:]) }

func (portable) mul(z, x, y []fp.Elt) {
	sx, sy := step(x), step(y)
	for i := range z {
		fp.Mul(&z[i], &x[i*sx], &y[i*sy])
	}
}

func (portable) add(z, x, y []fp.Elt) {
	sx, sy := step(x), step(y)
	for i := range z {
		fp.Add(&z[i], &x[i*sx], &y[i*sy])
	}
}

func (portable) sub(z, x, y []fp.Elt) {
	sx, sy := step(x), step(y)
	for i := range z {
		fp.Sub(&z[i], &x[i*sx], &y[i*sy])
	}
}

func (portable) sqr(z, x []fp.Elt, times int) {
	for i := range z {
		fp.Sqr(&z[i], &x[i])
		for range times - 1 {
			fp.Sqr(&z[i], &z[i])
		}
	}
}

func (portable) canon(z, x []fp.Elt) {
	for i := range z {
		z[i] = x[i]
		fp.Modp(&z[i])
	}
}

func (portable) odd(m []uint64, x []fp.Elt) {
	for i := range m {
		e := x[i]
		fp.Modp(&e)
		m[i] = -uint64(e[0] & 1)
	}
}

func (portable) zero(m []uint64, x []fp.Elt) {
	for i := range m {
		e := x[i]
		fp.Modp(&e)
		var any byte
		for _, b := range e {
			any |= b
		}
		m[i] = -((uint64(any) - 1) >> 63)
	}
}

func (portable) choose(z, x, y []fp.Elt, m []uint64) {
	sx, sy := step(x), step(y)
	for i := range z {
		e := x[i*sx]
		fp.Cmov(&e, &y[i*sy], uint(m[i]&1))
		z[i] = e
	}
}

func (portable) double(p *point[fp.Elt], w *scratch[fp.Elt], times int) {
	yy, zz, xx, s := &w[0], &w[1], &w[2], &w[3]
	for left := times; left > 0; left-- {
		fp.Add(s, &p[atX], &p[atY])
		fp.Sqr(s, s)
		fp.Sqr(yy, &p[atY])
		fp.Sqr(xx, &p[atX])
		fp.Sqr(zz, &p[atZ])
		fp.Add(zz, zz, zz)
		fp.AddSub(yy, xx) // h, g
		h, g := yy, xx
		fp.Sub(s, s, h)   // e
		fp.Sub(zz, zz, g) // f
		finish(p, s, zz, g, h, coordinatesOf(left))
	}
}

func (portable) plus(p *point[fp.Elt], c *cached[fp.Elt], w *scratch[fp.Elt], coordinates int) {
	a, b, cc, d := &w[0], &w[1], &w[2], &w[3]
	fp.Sub(a, &p[atY], &p[atX])
	fp.Add(b, &p[atY], &p[atX])
	fp.Mul(a, a, &c[atYMinusX])
	fp.Mul(b, b, &c[atYPlusX])
	fp.Mul(cc, &p[atT], &c[at2dT])
	fp.Mul(d, &p[atZ], &c[at2Z])
	fp.AddSub(b, a)  // h, e
	fp.AddSub(d, cc) // g, f
	finish(p, a, cc, d, b, coordinates)
}

// coordinatesOf says how many coordinates a doubling needs to leave when so many
// are left with it: the last one leaves T as well.
func coordinatesOf(left int) int {
	if left == 1 {
		return 4
	}
	return 3
}

// finish sets the coordinates of a sum or double: X = ef, Y = gh, Z = fg, T = eh.
func finish(p *point[fp.Elt], e, f, g, h *fp.Elt, coordinates int) {
	fp.Mul(&p[atY], g, h)
	fp.Mul(&p[atZ], f, g)
	fp.Mul(&p[atX], e, f)
	if coordinates > atT {
		fp.Mul(&p[atT], e, h)
	}
}

func (portable) lookup(c *cached[fp.Elt], t *table[fp.Elt], abs, sign uint64) {
	*c = cached[fp.Elt]{atYMinusX: {1}, atYPlusX: {1}, at2Z: {2}}
	for i := range 8 {
		is := uint(((abs ^ uint64(i+1)) - 1) >> 63)
		for j := range c {
			fp.Cmov(&c[j], &t[4*i+j], is)
		}
	}
	var minus fp.Elt
	fp.Cswap(&c[atYMinusX], &c[atYPlusX], uint(sign&1))
	fp.Sub(&minus, &fp.Elt{}, &c[at2dT])
	fp.Cmov(&c[at2dT], &minus, uint(sign&1))
}
