package lanes

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestPowersAgreeWithCircl: edge scalars, every one in every lane, and every
// length.
func TestPowersAgreeWithCircl(t *testing.T) {
	var scalars, want []byte
	for _, k := range edgeScalars() {
		scalars = append(scalars, k[:]...)
		want = append(want, reference(t, decoded(hexBase), &k)...)
	}
	for _, e := range Tiers() {
		for n := range len(want)/Size + 1 {
			first := n % 8 * Size
			got := make([]byte, max(0, n*Size-first))
			e.Power(got, scalars[first:first+len(got)])
			if !bytes.Equal(got, want[first:first+len(got)]) {
				t.Fatalf("%s: %d powers differ from circl", e.Name(), len(got)/Size)
			}
		}
	}
	got := make([]byte, 18*Size)
	emulatedEngine(t).Power(got, scalars[:len(got)])
	if !bytes.Equal(got, want[:len(got)]) {
		t.Error("emulated: differs from circl")
	}
}

func TestPowersOfAChunk(t *testing.T) {
	scalars := randomScalars(rand.New(rand.NewPCG(31, 32)), Chunk)
	want := make([]byte, len(scalars))
	Portable().Power(want, scalars)
	for _, e := range Tiers() {
		for n := range Chunk + 1 {
			if n > 20 && n%17 > 0 && n < Chunk-1 {
				continue // nothing new about them
			}
			got := append([]byte(nil), scalars[:n*Size]...)
			if e.Power(got, got); !bytes.Equal(got, want[:n*Size]) {
				t.Fatalf("%s: %d powers differ from portable's", e.Name(), n)
			}
		}
	}
}

func randomScalars(r *rand.Rand, n int) []byte {
	scalars := randomBytes(r, n*Size)
	for i := Size - 1; i < len(scalars); i += Size {
		scalars[i] &= 15
	}
	return scalars
}
