package elgamal

import (
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"
)

// MaxSteps is the most steps of a table of them. The first MaxSteps multiples
// of the generator differ in 8 bytes of their encodings.
const MaxSteps = 1 << 20

// Steps are the first multiples of the generator, to search an exponent with.
// They hold nothing of any run; make them once. Concurrent use is safe.
type Steps struct {
	place map[uint64]uint32 // of g^i under its key8
	back  r255.Point        // g^-n
	n     int64
}

// NewSteps makes n steps, from 1 to [MaxSteps]: about 30 bytes and 5 µs each. A
// search of a range takes one multiplication and, n numbers at a time, 5 µs.
func NewSteps(n int) (*Steps, error) {
	if n < 1 || n > MaxSteps {
		return nil, fmt.Errorf("elgamal: a search has 1 to %d steps", MaxSteps)
	}
	keys := make([]uint64, n)
	share(n, 1<<12, func(from, to int) int {
		var g, p r255.Point
		g.SetBase()
		power(&p, int64(from))
		for i := from; i < to; i++ {
			keys[i] = key8(&p)
			p.Add(&p, &g)
		}
		return fine
	})
	s := &Steps{place: make(map[uint64]uint32, n), n: int64(n)}
	for i, key := range keys {
		s.place[key] = uint32(i)
	}
	power(&s.back, -s.n)
	return s, nil
}

// power sets p to g^x.
func power(p *r255.Point, x int64) *r255.Point {
	var s r255.Scalar
	setInt(&s, x)
	return p.ScalarMultBase(&s)
}

// find gives the x of g^x within ±limit. It always walks the whole range, so
// that the time taken shows the limit and not the number.
func (s *Steps) find(p *r255.Point, limit int64) (x int64, ok bool) {
	var at, again r255.Point
	at.Add(p, power(&at, limit))
	for from := -limit; from <= limit; from += s.n {
		if i, near := s.place[key8(&at)]; near {
			candidate := from + int64(i)
			if candidate <= limit && power(&again, candidate).Equals(p) {
				x, ok = candidate, true
			}
		}
		at.Add(&at, &s.back)
	}
	return x, ok
}
