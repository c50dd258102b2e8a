package ristretto

import (
	"fmt"

	"mandorla/crypto/ristretto/internal/lanes"
)

// A Base is a public point that many secret scalars are multiplied by. Its tables
// take a millisecond or two and up to 170 KB, and pay from some hundred scalars on.
// Concurrent use is safe.
type Base struct{ base lanes.Base }

// NewBase makes a base of an encoded point. It refuses what is not canonical and
// the identity.
func NewBase(point [Size]byte) (*Base, error) {
	b := active.Base(point[:])
	if b == nil {
		return nil, fmt.Errorf("ristretto: base: %w", &PointError{0})
	}
	return &Base{b}, nil
}

// Generator is the base g, the generator of the group.
func Generator() *Base { return &Base{active.Generator()} }

// Shift adds the base times a secret scalar each to the n encoded points of src and
// encodes them into dst, which may be src. The identity is such a point; the first
// encoding that is of none is a [*PointError], and dst is undefined then.
func (b *Base) Shift(dst, src, scalars []byte) error {
	if len(src)%Size != 0 || len(dst) != len(src) || len(scalars) != len(src) {
		return errLength
	}
	if !canonical(scalars) {
		return errScalar
	}
	return share(len(src)/Size, func(from, to int) int {
		return b.base.Shift(dst[from*Size:to*Size], src[from*Size:to*Size], scalars[from*Size:to*Size])
	})
}

// AddMultiples adds a base times a secret scalar each, to the sum at its place.
func (s *Sums) AddMultiples(places []int, b *Base, scalars []byte) error {
	if len(scalars) != len(places)*Size {
		return errLength
	}
	if !canonical(scalars) {
		return errScalar
	}
	return share(len(places), func(from, to int) int {
		b.base.AddTo(s.sums, places[from:to], scalars[from*Size:to*Size])
		return fine
	})
}
