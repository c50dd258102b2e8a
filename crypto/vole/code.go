package vole

import (
	"encoding/binary"

	"mandorla/crypto/gf128"
)

// The code maps noise (s, d), two halves, to s + E·B·B'·d. B and B' convolve: they
// add to every row a random half of the 24 rows before it, and the 25th always.
// E adds up seven rows for every output: one of each quarter and three of all.
//
// The seed of the code is public, and drawn when neither side can change it any
// more. Nothing here branches on the noise.

const (
	window = 24         // random taps of a row
	reach  = window + 1 // the tap that is always there
	near   = window / 2 // taps that far are not multiplied by x
)

// A code is one session's code.
type code struct {
	taps [2][half]uint32     // bit j of a row: the row j+1 before it; by pass
	rows [half]gf128.Element // seven rows of d for each output: see the masks
}

// Where rows holds the seven: four times 15 bits below, three times 17 above.
const (
	quarterBits = 15
	quarter     = 1 << quarterBits
	halfBits    = 17
)

// newCode derives a code from a session's transcript.
func newCode(t *transcript) *code {
	c := new(code)
	t.cipher("code rows").Stream(c.rows[:], 0)
	stream := make([]gf128.Element, half*3/16)
	for pass, label := range []string{"code taps 0", "code taps 1"} {
		t.cipher(label).Stream(stream, 0)
		cut(c.taps[pass][:], stream)
	}
	return c
}

// cut takes 24 fresh bits for every row.
func cut(taps []uint32, stream []gf128.Element) {
	var b [3 * gf128.Size]byte
	for i := 0; i < len(taps); i += 16 {
		for j := range 3 {
			stream[i/16*3+j].Put(b[j*gf128.Size:])
		}
		for j := range 15 {
			taps[i+j] = binary.LittleEndian.Uint32(b[3*j:]) & (1<<window - 1)
		}
		taps[i+15] = uint32(b[45]) | uint32(b[46])<<8 | uint32(b[47])<<16
	}
}

// timesX is x·a. That the farther taps are multiplied by it makes the code one
// over GF(2^128): over GF(2) the 128 coordinates of the noise would be 128
// problems with noise in the same places, each of which helps with the others.
func timesX(a gf128.Element) gf128.Element {
	return gf128.Element{Lo: a.Lo<<1 ^ -(a.Hi>>63)&0x87, Hi: a.Hi<<1 | a.Lo>>63}
}

// encode turns the parity half d and the other half in out into outputs, in out.
func (c *code) encode(out, d *[half]gf128.Element) {
	convolve(d, &c.taps[0])
	convolve(d, &c.taps[1])
	c.expand(out, d)
}

// convolve is one pass. The first rows lack some of those before them: the last
// rows stand in once the pass is over, which hands noise at one end of the first
// pass to the other end of the second.
func convolve(d *[half]gf128.Element, taps *[half]uint32) {
	for i := range reach {
		d[i] = timesX(d[i]).Add(early(d, taps, i, 0))
	}
	convolveRows(d, taps)
	for i := range reach {
		d[i] = d[i].Add(early(d, taps, i, half))
	}
}

// early is what row i < reach gets from the rows before it: from those that
// exist, with shift 0, or from those that the end stands in for, with shift half.
func early(d *[half]gf128.Element, taps *[half]uint32, i, shift int) gf128.Element {
	var sum, far gf128.Element
	for j := 1; j <= reach; j++ {
		from := i - j + shift
		if from < 0 || from >= half || (taps[i]|1<<window)>>(j-1)&1 == 0 {
			continue
		}
		if j > near {
			far = far.Add(d[from])
			continue
		}
		sum = sum.Add(d[from])
	}
	return sum.Add(timesX(far))
}

// expand adds seven rows of d to each output.
func (c *code) expand(out, d *[half]gf128.Element) {
	for i := range out {
		r := c.rows[i]
		lo, hi := r.Lo, r.Hi
		a0, a1 := &d[lo%quarter], &d[quarter+lo>>quarterBits%quarter]
		a2, a3 := &d[2*quarter+lo>>(2*quarterBits)%quarter], &d[3*quarter+lo>>(3*quarterBits)%quarter]
		b0, b1, b2 := &d[hi%half], &d[hi>>halfBits%half], &d[hi>>(2*halfBits)%half]
		out[i].Lo ^= a0.Lo ^ a1.Lo ^ a2.Lo ^ a3.Lo ^ b0.Lo ^ b1.Lo ^ b2.Lo
		out[i].Hi ^= a0.Hi ^ a1.Hi ^ a2.Hi ^ a3.Hi ^ b0.Hi ^ b1.Hi ^ b2.Hi
	}
}
