// Package gf128 is arithmetic in GF(2^128) by the polynomial
// x^128 + x^7 + x^2 + x + 1, on single elements and on slices of them.
//
// Bit i of an element is the coefficient of x^i, in the plain order: not the
// reflected one of GCM. Everything runs in constant time: the elements may be
// secret, the lengths of slices may not. It knows no protocol.
//
// Package simd's assembly is used where the machine has the instructions and gives
// the portable code's answers at the start; MANDORLA_ENGINE=portable turns it off.
package gf128

import (
	"encoding/binary"

	"mandorla/crypto/internal/simd"
)

// Size is the bytes of an encoded element.
const Size = 16

// An Element is an element of GF(2^128): Lo holds the coefficients of x^0 to
// x^63, Hi those of x^64 to x^127. The zero value is zero.
type Element struct{ Lo, Hi uint64 }

// One is the neutral element of multiplication.
var One = Element{Lo: 1}

// FromBytes reads an element from the first [Size] bytes of b, the lowest
// coefficients first. Every encoding is canonical.
func FromBytes(b []byte) Element {
	return Element{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])}
}

// Put writes the element into the first [Size] bytes of b.
func (a Element) Put(b []byte) {
	binary.LittleEndian.PutUint64(b, a.Lo)
	binary.LittleEndian.PutUint64(b[8:], a.Hi)
}

// Append appends the [Size] bytes of the element to b.
func (a Element) Append(b []byte) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, a.Lo), a.Hi)
}

// Bit is coefficient i.
func (a Element) Bit(i int) uint64 {
	if i < 64 {
		return a.Lo >> i & 1
	}
	return a.Hi >> (i - 64) & 1
}

// IsZero reports whether the element is zero.
func (a Element) IsZero() bool { return a.Lo|a.Hi == 0 }

// Add is a + b, and as well a - b.
func (a Element) Add(b Element) Element { return Element{a.Lo ^ b.Lo, a.Hi ^ b.Hi} }

// Mul is a · b.
func (a Element) Mul(b Element) Element {
	if tier == simd.Portable {
		return mul(a, b)
	}
	var out Element
	tier.Products(&out.Lo, &a.Lo, &b.Lo, 1)
	return out
}

// Inv is 1/a, by a^(2^128 - 2); 1/0 is 0.
func (a Element) Inv() Element {
	out, square := One, a
	for range 127 {
		square = square.Mul(square)
		out = out.Mul(square)
	}
	return out
}
