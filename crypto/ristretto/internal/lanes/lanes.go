// Package lanes is the arithmetic under package ristretto: up to [Chunk] points
// of ristretto255 (RFC 9496), side by side, times one secret scalar. It knows
// bytes in and bytes out; keys, hashing and goroutines are ristretto's.
//
// A tier is a [field]: arithmetic modulo 2^255-19 on vectors of one, four or
// eight elements. Everything above it — decoding, the map to the group, the
// multiplication, encoding — is written once, for all tiers. All lanes of a
// vector share the scalar, so they follow the same digits, and a table is
// always read whole: neither a branch nor an address depends on the scalar.
//
// It is no general field or group library, and its results are only as fresh
// as the workspace: it is for package ristretto alone.
package lanes

import "sync"

const (
	// Size is the bytes of an encoded point, and of a scalar.
	Size = 32
	// UniformSize is the uniform bytes that are mapped to one point.
	UniformSize = 64
	// Chunk is the most points that an Engine takes at once.
	Chunk = 256
	// Fine is what is returned when no encoding was refused.
	Fine = -1
)

// An Engine does the arithmetic of a tier on the calling goroutine. dst may be
// src. Mul and Check return the place of the first encoding that is not
// canonical or is the identity's, or Fine; dst is undefined after a refusal.
type Engine interface {
	Name() string
	// Mul multiplies encoded points by k, little-endian and below the order.
	Mul(dst, src []byte, k *[Size]byte) int
	// MapMul maps 64 uniform bytes a point to the group and multiplies by k.
	MapMul(dst, uniform []byte, k *[Size]byte)
	// MapDouble maps 64 uniform bytes a point to the group and doubles: as
	// uniform as the point itself, and an encoding costs nothing more.
	MapDouble(dst, uniform []byte)
	Check(src []byte) int
}

// An engine is the Engine of a field.
type engine[E any] struct {
	field[E]
	label string
	pool  *sync.Pool
}

func newEngine[E any](label string, f field[E]) Engine {
	c := newConstants(f)
	return engine[E]{f, label, &sync.Pool{New: func() any { return newWork(f, c) }}}
}

func (e engine[E]) Name() string { return e.label }

// with lends the work on n points a workspace, and wipes it afterwards.
func (e engine[E]) with(n int, do func(w *work[E])) {
	w := e.pool.Get().(*work[E])
	w.begin(n)
	do(w)
	w.wipe()
	e.pool.Put(w)
}

func (e engine[E]) Mul(dst, src []byte, k *[Size]byte) (bad int) {
	e.with(len(src)/Size, func(w *work[E]) {
		if bad = w.decode(src); bad == Fine {
			w.multiply(k)
			w.encodeDoubled(dst)
		}
	})
	return bad
}

func (e engine[E]) MapMul(dst, uniform []byte, k *[Size]byte) {
	e.with(len(dst)/Size, func(w *work[E]) {
		w.fromUniform(uniform)
		w.multiply(k)
		w.encodeDoubled(dst)
	})
}

func (e engine[E]) MapDouble(dst, uniform []byte) {
	e.with(len(dst)/Size, func(w *work[E]) {
		w.fromUniform(uniform)
		w.encodeDoubled(dst)
	})
}

func (e engine[E]) Check(src []byte) (bad int) {
	e.with(len(src)/Size, func(w *work[E]) { bad = w.decode(src) })
	return bad
}
