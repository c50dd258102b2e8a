package noise

import (
	"crypto/rand"
	"encoding/binary"
	"math/big"
	"math/bits"
)

// A source hands out the words of crypto/rand, each once.
type source struct {
	buf  [512]byte
	left int // bytes at the end of buf that have not been handed out
}

func (s *source) word() uint64 {
	if s.left == 0 {
		rand.Read(s.buf[:])
		s.left = len(s.buf)
	}
	next := s.buf[len(s.buf)-s.left:][:8]
	s.left -= 8
	w := binary.LittleEndian.Uint64(next)
	clear(next)
	return w
}

// below is uniform in [0, n), for n > 0. Of the 2^64 words it drops those that
// would make some results likelier than others (Lemire 2019).
func (s *source) below(n uint64) uint64 {
	for {
		result, rest := bits.Mul64(s.word(), n)
		if rest >= -n%n {
			return result
		}
	}
}

// flip is true with probability n/d, or 1 if that is more. It compares the binary digits
// of n/d, 64 at a time, with those of a uniform number, up to a difference.
func (s *source) flip(n, d uint64) bool {
	for n < d {
		digits, rest := bits.Div64(n, 0, d)
		if w := s.word(); w != digits {
			return w < digits
		}
		n = rest
	}
	return true
}

// flipBig is flip for numbers of any size.
func (s *source) flipBig(n, d *big.Int) bool {
	digits, rest := new(big.Int), new(big.Int).Set(n)
	for rest.Cmp(d) < 0 {
		digits.QuoRem(digits.Lsh(rest, 64), d, rest)
		if w := s.word(); w != digits.Uint64() {
			return w < digits.Uint64()
		}
	}
	return true
}
