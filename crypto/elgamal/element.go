package elgamal

import (
	"encoding/binary"
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

// decode reads a canonical encoding, which may be that of the identity.
func decode(p *r255.Point, b []byte) bool {
	buf := [Size]byte(b)
	return p.SetBytes(&buf)
}

// isIdentity reports whether an encoding is that of the identity.
func isIdentity(b []byte) bool { return [Size]byte(b) == [Size]byte{} }

// decodeRows reads rows of so many elements, of which the first, R, is not the
// identity. It gives the place of the first element refused, or fine.
func decodeRows(points []r255.Point, rows []byte, width int) int {
	return share(len(rows)/Size, chunk, func(from, to int) int {
		for i := from; i < to; i++ {
			b := rows[i*Size : (i+1)*Size]
			if !decode(&points[i], b) || i%width == 0 && isIdentity(b) {
				return i
			}
		}
		return fine
	})
}

func encode(dst []byte, p *r255.Point) {
	var buf [Size]byte
	p.BytesInto(&buf)
	copy(dst, buf[:])
}

// key8 is what an element is found by in a table.
func key8(p *r255.Point) uint64 {
	var buf [Size]byte
	p.BytesInto(&buf)
	return binary.LittleEndian.Uint64(buf[:])
}

// chunk is the rows, or elements, that one goroutine takes at a time.
const chunk = 128

// fine is what a share of work returns when nothing was refused.
const fine = -1

// share gives n items to all processors, in runs of at most chunk. do returns
// the place of the first item, of all n, that it refuses, or fine; so does share.
func share(n, chunk int, do func(from, to int) int) int {
	workers := min(runtime.GOMAXPROCS(0), (n+chunk-1)/chunk)
	bad := make([]int, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { bad[w] = walk(n*w/workers, n*(w+1)/workers, chunk, do) })
	}
	wg.Wait()
	for _, b := range bad {
		if b != fine {
			return b
		}
	}
	return fine
}

// walk does the runs between two places, up to the first refusal.
func walk(from, to, chunk int, do func(from, to int) int) int {
	for ; from < to; from += chunk {
		if bad := do(from, min(from+chunk, to)); bad != fine {
			return bad
		}
	}
	return fine
}
