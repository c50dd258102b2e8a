package lanes

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cloudflare/circl/group"
)

// aBase is an encoded point that is not the generator.
func aBase() []byte { return withoutIdentity(referenceMap(uniformSamples(9)))[:Size] }

// shifted is what Shift computes, by circl.
func shifted(t testing.TB, base, src, scalars []byte) []byte {
	t.Helper()
	n := len(src) / Size
	sums := newSlowSums(n)
	places := upTo(n)
	sums.add(t, places, src, nil)
	sums.add(t, places, slices.Repeat(base, n), scalars)
	return sums.encode(t, false)
}

func upTo(n int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

// shiftSamples are points and scalars at which additions or digits go another way:
// every edge scalar, the identity, the base itself, what adds up to the identity,
// to the base and to its double.
func shiftSamples(t testing.TB, base []byte) (src, scalars []byte) {
	for i, k := range edgeScalars() {
		scalars = append(scalars, k[:]...)
		point := reference(t, base, &[Size]byte{byte(2 + i)})
		switch i % 5 {
		case 0:
			point = make([]byte, Size)
		case 1:
			point = base
		case 2: // minus the base times k
			e, s := group.Ristretto255.NewElement(), group.Ristretto255.NewScalar()
			if err := e.UnmarshalBinary(reference(t, base, &k)); err != nil || s.UnmarshalBinary(k[:]) != nil {
				t.Fatal(err)
			}
			point, _ = e.Neg(e).MarshalBinaryCompress()
		case 3: // the base times k
			point = reference(t, base, &k)
		}
		src = append(src, point...)
	}
	return src, scalars
}

// TestShiftAgreesWithCircl: edge scalars and points, in every lane, in place, by a
// base and by the generator.
func TestShiftAgreesWithCircl(t *testing.T) {
	for _, point := range [][]byte{aBase(), decoded(hexBase)} {
		src, scalars := shiftSamples(t, point)
		want := shifted(t, point, src, scalars)
		for _, e := range append(Tiers(), emulatedEngine(t)) {
			base := e.Base(point)
			if bytes.Equal(point, decoded(hexBase)) {
				base = e.Generator()
			}
			for n := 0; n <= len(src)/Size; n += 1 + n/3 {
				first := n % 8 * Size
				got := bytes.Clone(src[first:max(first, n*Size)])
				if bad := base.Shift(got, got, scalars[first:first+len(got)]); bad != Fine || !bytes.Equal(got, want[first:first+len(got)]) {
					t.Fatalf("%s: %d shifted points differ from circl's (%d refused)", e.Name(), len(got)/Size, bad)
				}
				if e.Name() == "emulated" && n > 20 {
					break // it is slow
				}
			}
		}
	}
}

// TestShiftOneByOne does the same with each alone, for what does not hold of one
// would be done otherwise for all beside it.
func TestShiftOneByOne(t *testing.T) {
	point := aBase()
	src, scalars := shiftSamples(t, point)
	want, got := shifted(t, point, src, scalars), make([]byte, Size)
	for _, e := range Tiers() {
		base := e.Base(point)
		for i := 0; i < len(src); i += Size {
			if bad := base.Shift(got, src[i:i+Size], scalars[i:i+Size]); bad != Fine || !bytes.Equal(got, want[i:i+Size]) {
				t.Fatalf("%s: sample %d: differs from circl's (%d refused)", e.Name(), i/Size, bad)
			}
		}
	}
}

// TestShiftOfAChunk compares random points with the portable tier's.
func TestShiftOfAChunk(t *testing.T) {
	r := rand.New(rand.NewPCG(61, 62))
	scalars, src := randomScalars(r, Chunk), make([]byte, Chunk*Size)
	Portable().MapDouble(src, randomBytes(r, Chunk*UniformSize))
	want := shifted(t, aBase(), src[:20*Size], scalars[:20*Size])
	for _, e := range Tiers() {
		got := make([]byte, len(src))
		if bad := e.Base(aBase()).Shift(got, src, scalars); bad != Fine || !bytes.Equal(got[:len(want)], want) {
			t.Fatalf("%s: differs from circl", e.Name())
		}
		want = got
	}
}

// TestMultiplesOfABase adds them to sums, several to one.
func TestMultiplesOfABase(t *testing.T) {
	r := rand.New(rand.NewPCG(63, 64))
	for _, e := range append(Tiers(), emulatedEngine(t)) {
		const items, n = 21, 5
		places, scalars := make([]int, items), randomScalars(r, items)
		for i := range places {
			places[i] = r.IntN(n)
		}
		copy(scalars, make([]byte, Size))
		want := newSlowSums(n)
		want.add(t, places, slices.Repeat(aBase(), items), scalars)
		got, sums := make([]byte, n*Size), e.Sums(n)
		e.Base(aBase()).AddTo(sums, places, scalars)
		if sums.Encode(got, 0); !bytes.Equal(got, want.encode(t, false)) {
			t.Errorf("%s: differs from circl", e.Name())
		}
	}
}

func TestBasesRefuse(t *testing.T) {
	for _, e := range append(Tiers(), emulatedEngine(t)) {
		for _, bad := range [][]byte{make([]byte, Size), noPoint(t, 0), bytes.Repeat([]byte{255}, Size)} {
			if e.Base(bad) != nil {
				t.Errorf("%s: a base of %x", e.Name(), bad)
			}
		}
		src := slices.Concat(decoded(hexBase), make([]byte, Size), noPoint(t, 0))
		if bad := e.Base(aBase()).Shift(src, src, make([]byte, 3*Size)); bad != 2 {
			t.Errorf("%s: Shift refused %d", e.Name(), bad)
		}
	}
}
