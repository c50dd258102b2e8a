// Package lanes is the arithmetic under package ristretto: up to [Chunk] points
// of ristretto255 (RFC 9496), side by side, times one secret scalar. It knows
// bytes in and bytes out; keys, hashing and goroutines are ristretto's.
//
// A tier is a [field]: arithmetic modulo 2^255-19 on vectors of one, four or
// eight elements. Everything above it — decoding, the map to the group, the
// multiplications, encoding — is written once, for all tiers. All lanes of a
// vector do the same, whatever their scalars, and a table is always read
// whole: neither a branch nor an address depends on a scalar.
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
// Scalars are little-endian and below the order. It is wide because it lists what
// can be done without a type for points.
type Engine interface {
	Name() string
	// Mul multiplies encoded points by k.
	Mul(dst, src []byte, k *[Size]byte) int
	// MapMul maps 64 uniform bytes a point to the group and multiplies by k.
	MapMul(dst, uniform []byte, k *[Size]byte)
	// MapDouble maps 64 uniform bytes a point to the group and doubles: as
	// uniform as the point itself, and an encoding costs nothing more.
	MapDouble(dst, uniform []byte)
	// Power encodes g, the group's generator, times each scalar.
	Power(dst, scalars []byte)
	Check(src []byte) int
	// Verdicts judges every encoding.
	Verdicts(dst []Verdict, src []byte)
	// Sums makes so many sums of points.
	Sums(n int) Sums
	// Base makes a base of an encoded point; nil of what is none, and of the
	// identity. Generator is the base g.
	Base(point []byte) Base
	Generator() Base
}

// An engine is the Engine of a field.
type engine[E any] struct {
	field[E]
	c     *constants[E]
	label string
	pool  *sync.Pool
}

func newEngine[E any](label string, f field[E]) Engine {
	c := newConstants(f)
	return engine[E]{f, c, label, &sync.Pool{New: func() any { return newWork(f, c) }}}
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
		w.decode(src)
		if bad = w.refused(Identity); bad == Fine {
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

func (e engine[E]) Power(dst, scalars []byte) {
	e.with(len(dst)/Size, func(w *work[E]) {
		w.power(scalars, 1)
		w.encodeDoubled(dst)
	})
}

func (e engine[E]) Check(src []byte) (bad int) {
	e.with(len(src)/Size, func(w *work[E]) {
		w.decode(src)
		bad = w.refused(Identity)
	})
	return bad
}

func (e engine[E]) Verdicts(dst []Verdict, src []byte) {
	e.with(len(src)/Size, func(w *work[E]) {
		w.decode(src)
		copy(dst, w.verdicts[:w.n])
	})
}
