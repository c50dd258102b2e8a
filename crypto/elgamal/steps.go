package elgamal

import (
	"encoding/binary"
	"fmt"
	"math/bits"

	"mandorla/crypto/ristretto"
)

// MaxSteps is the most steps of a table of them. The first MaxSteps even multiples
// of the generator differ in 8 bytes of their encodings.
const MaxSteps = 1 << 20

// Steps are the first multiples of the generator, to search an exponent with.
// They hold nothing of any run; make them once. Concurrent use is safe.
type Steps struct {
	// place is that of g^i, under the key of g^2i: it is the doubles of elements
	// that are quickly encoded, and no two have the same.
	place map[uint64]uint32
	back  [Size]byte // g^-n
	n     int64
}

// key is what an element is found by.
func key(encoding []byte) uint64 { return binary.LittleEndian.Uint64(encoding) }

// NewSteps makes n steps, from 1 to [MaxSteps]: about 30 bytes and 1 µs each. A
// search of a range takes some multiplications and, n numbers at a time, 1 µs.
func NewSteps(n int) (*Steps, error) {
	if n < 1 || n > MaxSteps {
		return nil, fmt.Errorf("elgamal: a search has 1 to %d steps", MaxSteps)
	}
	rounds := 1 << (bits.Len(uint(n)) / 2)
	starts := make([]int64, (n+rounds-1)/rounds)
	for i := range starts {
		starts[i] = int64(i * rounds)
	}
	keys := make([]uint64, len(starts)*rounds)
	at := ristretto.NewSums(len(starts))
	if err := at.AddPowers(upTo(len(starts)), powers(starts)); err != nil {
		return nil, err
	}
	forth, err := power(1)
	if err != nil {
		return nil, err
	}
	err = at.Walk(forth, rounds, func(round, first int, doubles []byte) {
		for i := range len(doubles) / Size {
			keys[(first+i)*rounds+round] = key(doubles[i*Size:])
		}
	})
	if err != nil {
		return nil, err
	}
	s := &Steps{place: make(map[uint64]uint32, n), n: int64(n)}
	for i, key := range keys[:n] {
		s.place[key] = uint32(i)
	}
	s.back, err = power(-s.n)
	return s, err
}

// upTo are the places before n.
func upTo(n int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

// power encodes g^x.
func power(x int64) (b [Size]byte, err error) {
	err = ristretto.Powers(b[:], powers([]int64{x}))
	return b, err
}
