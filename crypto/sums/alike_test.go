package sums

import (
	"bytes"
	"crypto/sha256"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestAlike compares with crypto/sha256: beginnings and messages of every length
// that takes a block, two or more, in place too where they may be.
func TestAlike(t *testing.T) {
	each(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(9, 10))
		for _, begin := range []int{0, 1, 31, 63, 64, 65, 130} {
			beginning := random(r, begin)
			s := New(beginning)
			for length := range 140 {
				n := r.IntN(6)
				messages, want := random(r, n*length), []byte{}
				for i := range n {
					sum := sha256.Sum256(slices.Concat(beginning, messages[i*length:][:length]))
					want = append(want, sum[:]...)
				}
				got := make([]byte, n*Size)
				s.Alike(got, messages, length)
				if !bytes.Equal(got, want) {
					t.Fatalf("%d messages of %d bytes behind %d: other sums", n, length, begin)
				}
				if length < Size {
					continue
				}
				if s.Alike(messages[:n*Size], messages, length); !bytes.Equal(messages[:n*Size], want) {
					t.Fatalf("%d messages of %d bytes behind %d, in place: other sums", n, length, begin)
				}
			}
		}
	})
}
