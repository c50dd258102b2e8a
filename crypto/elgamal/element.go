package elgamal

import (
	"runtime"
	"sync"

	r255 "github.com/bwesterb/go-ristretto"
)

// uniformSize is the bytes of randomness that make a scalar without bias.
const uniformSize = 64

// setUniform makes a uniform scalar of the first uniformSize bytes.
func setUniform(s *r255.Scalar, uniform []byte) {
	wide := [uniformSize]byte(uniform)
	s.SetReduced(&wide)
	clear(wide[:])
}

// bias is 2^63 as a scalar.
var bias = r255.Scalar{1: 1 << 31}

// setInt sets s to x, in constant time: x + 2^63 is an unsigned number.
func setInt(s *r255.Scalar, x int64) {
	s.SetUint64(uint64(x) ^ 1<<63)
	s.Sub(s, &bias)
}

// put writes a scalar.
func put(dst []byte, s *r255.Scalar) { s.BytesInto((*[Size]byte)(dst)) }

// powers are the scalars of numbers.
func powers(numbers []int64) []byte {
	scalars := make([]byte, len(numbers)*Size)
	var s r255.Scalar
	for i, x := range numbers {
		setInt(&s, x)
		put(scalars[i*Size:], &s)
	}
	return scalars
}

// isIdentity reports whether an encoding is that of the identity.
func isIdentity(b []byte) bool { return [Size]byte(b) == [Size]byte{} }

// firstLoose gives the place of the first R that is the identity among rows of so
// many elements, or how many elements there are: R masks the others.
func firstLoose(rows []byte, width int) int {
	elements := len(rows) / Size
	for i := 0; i < elements; i += width {
		if isIdentity(rows[i*Size : (i+1)*Size]) {
			return i
		}
	}
	return elements
}

// share gives n items to all processors, in runs.
func share(n int, do func(from, to int)) {
	workers := min(runtime.GOMAXPROCS(0), n)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { do(n*w/workers, n*(w+1)/workers) })
	}
	wg.Wait()
}
