package lanes

import (
	"encoding/binary"

	fp "github.com/cloudflare/circl/math/fp25519"
)

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
	for range times { // all once, then all again: their latencies overlap
		for i := range z {
			fp.Sqr(&z[i], &x[i])
		}
		x = z
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
		fp.Mul(s, &p[atX], &p[atY])
		fp.Add(s, s, s) // e
		fp.Sqr(yy, &p[atY])
		fp.Sqr(xx, &p[atX])
		fp.Sqr(zz, &p[atZ])
		fp.Add(zz, zz, zz)
		fp.AddSub(yy, xx) // h, g
		h, g := yy, xx
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

// finish sets the coordinates of a sum or double: X = ef, Y = gh, Z = fg, T = eh. g
// may be where Z goes.
func finish(p *point[fp.Elt], e, f, g, h *fp.Elt, coordinates int) {
	fp.Mul(&p[atY], g, h)
	fp.Mul(&p[atZ], f, g)
	fp.Mul(&p[atX], e, f)
	if coordinates > atT {
		fp.Mul(&p[atT], e, h)
	}
}

func (portable) mix(p *point[fp.Elt], c *slim[fp.Elt], w *scratch[fp.Elt]) {
	a, b, cc := &w[0], &w[1], &w[2]
	fp.Sub(a, &p[atY], &p[atX])
	fp.Add(b, &p[atY], &p[atX])
	fp.Mul(a, a, &c[0])
	fp.Mul(b, b, &c[1])
	fp.Mul(cc, &p[atT], &c[2])
	fp.AddSub(b, a)        // h, e
	fp.AddSub(&p[atZ], cc) // g, f
	finish(p, a, cc, &p[atZ], b, 4)
}

func (portable) lookup(c *cached[fp.Elt], t *table[fp.Elt], turns []uint64) {
	place, sign := split(turns[0], tableBits)
	read(c[:], t[:], place)
	negate(&c[atYMinusX], &c[atYPlusX], &c[at2dT], sign)
}

func (portable) pick(c *slim[fp.Elt], comb []fp.Elt, turns []uint64) {
	place, sign := split(turns[0], portableBits)
	read(c[:], comb, place)
	negate(&c[0], &c[1], &c[2], sign)
}

// read sets z to the entry at a place among all, each as long as z, and reads all:
// a workspace's own table, or a comb, so often that watching it for races would
// take the tests of races minutes.
//
//go:norace
func read(z, all []fp.Elt, place uint64) {
	for i := range z {
		var z0, z1, z2, z3 uint64
		this := place
		for at := i; at < len(all); at += len(z) {
			x := &all[at]
			m := uint64(int64((this-1)&^this) >> 63) // all ones where this is zero
			this--
			z0 |= binary.LittleEndian.Uint64(x[:]) & m
			z1 |= binary.LittleEndian.Uint64(x[8:]) & m
			z2 |= binary.LittleEndian.Uint64(x[16:]) & m
			z3 |= binary.LittleEndian.Uint64(x[24:]) & m
		}
		putWords(z[i][:], &[4]uint64{z0, z1, z2, z3})
	}
}

// negate makes a cached point its negative where the sign is all ones.
func negate(yMinusX, yPlusX, t *fp.Elt, sign uint64) {
	var minus fp.Elt
	fp.Sub(&minus, &minus, t)
	for i := 0; i < fp.Size; i += 8 {
		a, b := binary.LittleEndian.Uint64(yMinusX[i:]), binary.LittleEndian.Uint64(yPlusX[i:])
		swap := (a ^ b) & sign
		binary.LittleEndian.PutUint64(yMinusX[i:], a^swap)
		binary.LittleEndian.PutUint64(yPlusX[i:], b^swap)
		c, d := binary.LittleEndian.Uint64(t[i:]), binary.LittleEndian.Uint64(minus[i:])
		binary.LittleEndian.PutUint64(t[i:], c^(c^d)&sign)
	}
}

// portableBits are those of a window: larger combs take too long to read here.
const portableBits = 5

func (portable) comb() (size, bits int) { return 3 << (portableBits - 1), portableBits }

func (portable) setComb(comb []fp.Elt, entry, coordinate int, b []byte) {
	copy(comb[3*entry+coordinate][:], b)
}

func (portable) move(z *fp.Elt, _ int, x *fp.Elt, _ int) { *z = *x }
