package ristretto

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"mandorla/crypto/ristretto/internal/lanes"
)

// Sums are points that others are added to, each at its place from 0 on; at first
// they are the identity. They print as nothing under every verb. Concurrent use is
// safe for the methods that add, and for no others. A place that there is not is a
// programmer's error that panics.
//
// An encoding that is refused is a [*PointError]; the identity is none. What the
// sums are after an error is undefined.
type Sums struct {
	_    [0]func()
	sums lanes.Sums
	n    int
}

// NewSums makes n sums.
func NewSums(n int) *Sums { return &Sums{sums: active.Sums(n), n: n} }

// Add adds encoded points, each to the sum at its place. What it takes shows
// which places are the same, and nothing of the points but what is refused.
func (s *Sums) Add(places []int, points []byte) error {
	if len(points) != len(places)*Size {
		return errLength
	}
	return share(len(places), func(from, to int) int {
		return s.sums.Add(places[from:to], points[from*Size:to*Size])
	})
}

// AddPowers adds g^s for secret scalars s, each to the sum at its place.
func (s *Sums) AddPowers(places []int, scalars []byte) error {
	if len(scalars) != len(places)*Size {
		return errLength
	}
	if !canonical(scalars) {
		return errScalar
	}
	return share(len(places), func(from, to int) int {
		s.sums.AddPowers(places[from:to], scalars[from*Size:to*Size])
		return fine
	})
}

// AddProducts adds encoded points times secret scalars, each to the sum at its
// place.
func (s *Sums) AddProducts(places []int, points, scalars []byte) error {
	if len(scalars) != len(places)*Size || len(points) != len(places)*Size {
		return errLength
	}
	if !canonical(scalars) {
		return errScalar
	}
	return share(len(places), func(from, to int) int {
		return s.sums.AddProducts(places[from:to], points[from*Size:to*Size], scalars[from*Size:to*Size])
	})
}

// Encode encodes all sums into dst.
func (s *Sums) Encode(dst []byte) error {
	if len(dst) != s.n*Size {
		return errLength
	}
	return share(s.n, func(from, to int) int {
		s.sums.Encode(dst[from*Size:to*Size], from)
		return fine
	})
}

// Walk gives visit the encodings of twice the sums, which are quick to have, some
// at a time: those of the places from first on. Then it adds step to each sum, and
// so on, for so many rounds. visit may be called by several goroutines at once,
// but for one place the rounds come in their order.
func (s *Sums) Walk(step [Size]byte, rounds int, visit func(round, first int, doubles []byte)) error {
	return share(s.n, func(from, to int) int {
		ok := s.sums.Walk(from, to, step[:], rounds, func(round int, doubles []byte) { visit(round, from, doubles) })
		if !ok {
			return 0
		}
		return fine
	})
}

// Clear makes the sums from one place to before another the identity again.
func (s *Sums) Clear(from, to int) { s.sums.Clear(from, to) }

// Format implements [fmt.Formatter]: sums have no printed form.
func (s *Sums) Format(f fmt.State, _ rune) { f.Write([]byte("ristretto.Sums(secret)")) }

// groupOrder is ℓ, least significant word first.
var groupOrder = [4]uint64{0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000}

// canonical tells whether all scalars are below the order, in a time that shows
// nothing else of them.
func canonical(scalars []byte) bool {
	all := uint64(1)
	for ; len(scalars) > 0; scalars = scalars[Size:] {
		var borrow uint64
		for i, word := range groupOrder {
			_, borrow = bits.Sub64(binary.LittleEndian.Uint64(scalars[8*i:]), word, borrow)
		}
		all &= borrow
	}
	return all == 1
}
