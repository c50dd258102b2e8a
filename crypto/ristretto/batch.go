package ristretto

import (
	"crypto/rand"
	"errors"
	"fmt"
	"runtime"
	"sync"

	"mandorla/crypto/ristretto/internal/lanes"
)

// ErrPoint is an encoding that is no point of the group, or the identity.
var ErrPoint = errors.New("ristretto: not a canonical encoding of a point other than the identity")

// A PointError says which point of a batch was refused. It wraps [ErrPoint].
type PointError struct{ Index int }

func (e *PointError) Error() string { return fmt.Sprintf("%v: point %d", ErrPoint, e.Index) }
func (e *PointError) Unwrap() error { return ErrPoint }

// errLength is a caller's slice, message width or tag of the wrong length.
var errLength = errors.New("ristretto: the lengths of the arguments do not fit each other")

// chunk is the points that one goroutine takes at a time.
const chunk = lanes.Chunk

// Mul decodes the n points of src, multiplies each by k and encodes them into
// dst, which may be src. It refuses what is not canonical and the identity
// with a [*PointError] for the first such point; dst is undefined then.
func (k *Key) Mul(dst, src []byte) error {
	if k.scalar == nil {
		return ErrWiped
	}
	if len(src)%Size != 0 || len(dst) != len(src) {
		return errLength
	}
	return share(len(src)/Size, func(from, to int) int {
		scalar := k.bytes()
		defer clear(scalar[:])
		return active.Mul(dst[from*Size:to*Size], src[from*Size:to*Size], &scalar)
	})
}

// HashMul hashes n messages of the given width to the group with the domain
// separation tag, multiplies each by k and encodes them into dst, 32 bytes a
// message (RFC 9380 hash_to_ristretto255, expand_message_xmd with SHA-512).
func (k *Key) HashMul(dst []byte, tag DST, msgs []byte, width int) error {
	if k.scalar == nil {
		return ErrWiped
	}
	if len(tag) > maxDST || width < 1 || len(msgs)%width != 0 || len(dst) != len(msgs)/width*Size {
		return errLength
	}
	return share(len(msgs)/width, func(from, to int) int {
		uniform := expandAll(tag, msgs[from*width:to*width], width)
		defer clear(uniform)
		scalar := k.bytes()
		defer clear(scalar[:])
		active.MapMul(dst[from*Size:to*Size], uniform, &scalar)
		return fine
	})
}

// MulTags is [Key.Mul] and [Tags] of what comes out, in one pass: dst takes 16
// bytes a point, and nowhere is there room for all the products.
func (k *Key) MulTags(dst, src []byte, sid [32]byte, level uint8) error {
	if k.scalar == nil {
		return ErrWiped
	}
	if len(src)%Size != 0 || len(dst) != len(src)/Size*TagSize {
		return errLength
	}
	return share(len(src)/Size, func(from, to int) int {
		scalar := k.bytes()
		defer clear(scalar[:])
		some := make([]byte, (to-from)*Size)
		defer clear(some)
		bad := active.Mul(some, src[from*Size:to*Size], &scalar)
		if bad == fine {
			newTagger(sid, level).tags(dst[from*TagSize:to*TagSize], some)
		}
		return bad
	})
}

// errScalar is a scalar that is not below the order of the group.
var errScalar = errors.New("ristretto: not a canonical scalar")

// Powers encodes g^s for each of the n secret scalars s, 32 little-endian bytes
// below the order, into 32 bytes each of dst, which may be where the scalars are.
func Powers(dst, scalars []byte) error {
	if len(scalars)%Size != 0 || len(dst) != len(scalars) {
		return errLength
	}
	if !canonical(scalars) {
		return errScalar
	}
	return share(len(dst)/Size, func(from, to int) int {
		active.Power(dst[from*Size:to*Size], scalars[from*Size:to*Size])
		return fine
	})
}

// Check decodes points and refuses the same as [Key.Mul].
func Check(src []byte) error {
	if len(src)%Size != 0 {
		return errLength
	}
	return share(len(src)/Size, func(from, to int) int { return active.Check(src[from*Size : to*Size]) })
}

// A Verdict is what an encoding is found to be of.
type Verdict = lanes.Verdict

// The verdicts. [Key.Mul] and [Check] refuse all but Point.
const (
	Point    = lanes.Point
	Identity = lanes.Identity
	Nothing  = lanes.Nothing // no point, or another encoding than the canonical one
)

// Verdicts is [Check] with a verdict on each point instead of an error for the
// first that is bad.
func Verdicts(dst []Verdict, src []byte) error {
	if len(src) != len(dst)*Size {
		return errLength
	}
	return share(len(dst), func(from, to int) int {
		active.Verdicts(dst[from:to], src[from*Size:to*Size])
		return fine
	})
}

// Random fills dst with encodings of uniformly random points: fillers that
// nobody without a key can tell from blinded identifiers (PROTOCOLS.md §1.3).
// A length that is no multiple of 32 leaves the rest as it was.
func Random(dst []byte) {
	_ = share(len(dst)/Size, func(from, to int) int {
		uniform := make([]byte, lanes.UniformSize*(to-from))
		rand.Read(uniform)
		active.MapDouble(dst[from*Size:to*Size], uniform)
		return fine
	})
}

// fine is what a chunk's work returns when no point was refused.
const fine = lanes.Fine

// share splits n points into chunks over all processors. do returns the place,
// within its chunk, of the first point that it refuses, or fine.
func share(n int, do func(from, to int) int) error {
	chunks := (n + chunk - 1) / chunk
	workers := min(runtime.GOMAXPROCS(0), chunks)
	if workers <= 1 {
		return refused(walk(n, 0, n, do))
	}
	bad := make([]int, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() { bad[w] = walk(n, chunks*w/workers*chunk, chunks*(w+1)/workers*chunk, do) })
	}
	wg.Wait()
	for _, b := range bad {
		if b != fine {
			return refused(b)
		}
	}
	return nil
}

// walk does the chunks between two places, up to the first refusal.
func walk(n, from, to int, do func(from, to int) int) int {
	for ; from < min(to, n); from += chunk {
		if bad := do(from, min(from+chunk, to, n)); bad != fine {
			return from + bad
		}
	}
	return fine
}

func refused(place int) error {
	if place == fine {
		return nil
	}
	return &PointError{place}
}
