package lanes

import (
	"bytes"
	"crypto/sha512"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"testing"

	r255 "github.com/bwesterb/go-ristretto"
	"github.com/cloudflare/circl/group"
	fp "github.com/cloudflare/circl/math/fp25519"
)

// emulatedEngine runs the tier of eight lanes where there is no such processor.
func emulatedEngine(t testing.TB) Engine {
	return newEngine("emulated", &vector[vec8]{&form8, emulated[vec8](assemble(t, "ifma_amd64.s"), "IFMA")})
}

// reference are the same operations by circl and the library under it.
func reference(t testing.TB, src []byte, k *[Size]byte) (dst []byte) {
	t.Helper()
	s := group.Ristretto255.NewScalar()
	if err := s.UnmarshalBinary(k[:]); err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(src); i += Size {
		e := group.Ristretto255.NewElement()
		if err := e.UnmarshalBinary(src[i : i+Size]); err != nil {
			t.Fatal(err)
		}
		b, err := e.Mul(e, s).MarshalBinaryCompress()
		if err != nil {
			t.Fatal(err)
		}
		dst = append(dst, b...)
	}
	return dst
}

func referenceMap(uniform []byte) (dst []byte) {
	for i := 0; i < len(uniform); i += UniformSize {
		var p, q r255.Point
		p.SetElligator((*[Size]byte)(uniform[i:]))
		q.SetElligator((*[Size]byte)(uniform[i+Size:]))
		dst = append(dst, p.Add(&p, &q).Bytes()...)
	}
	return dst
}

// uniformSamples begins with what the map takes other ways for.
func uniformSamples(n int) []byte {
	b := randomBytes(rand.New(rand.NewPCG(7, 8)), n*UniformSize)
	edges := slices.Concat(make([]byte, UniformSize), bytes.Repeat([]byte{255}, UniformSize),
		little(prime), make([]byte, Size), []byte{1}, make([]byte, Size-1), bytes.Repeat([]byte{255}, Size))
	copy(b, edges)
	return b
}

// withoutIdentity leaves out what Mul refuses.
func withoutIdentity(points []byte) (some []byte) {
	for b := range slices.Chunk(points, Size) {
		if !bytes.Equal(b, make([]byte, Size)) {
			some = append(some, b...)
		}
	}
	return some
}

func TestEnginesAgreeWithCircl(t *testing.T) {
	uniform := uniformSamples(9)
	all := referenceMap(uniform)
	points := withoutIdentity(all)
	engines, slow := Tiers(), emulatedEngine(t)
	for i, k := range edgeScalars() {
		want := reference(t, all, &k)
		for _, e := range engines {
			agree(t, e, points, uniform, &k, want)
		}
		if i == 0 || i == 21 {
			agree(t, slow, points, uniform, &k, want)
		}
	}
	for _, e := range append(engines, slow) {
		doubled := make([]byte, len(all))
		if e.MapDouble(doubled, uniform); !bytes.Equal(doubled, reference(t, all, &[Size]byte{2})) {
			t.Errorf("%s: MapDouble is not the double", e.Name())
		}
	}
}

func agree(t *testing.T, e Engine, points, uniform []byte, k *[Size]byte, want []byte) {
	t.Helper()
	mapped := make([]byte, len(want))
	if e.MapMul(mapped, uniform, k); !bytes.Equal(mapped, want) {
		t.Fatalf("%s: MapMul by %x: differs from circl", e.Name(), *k)
	}
	if *k != ([Size]byte{}) { // nothing but identities then
		want = withoutIdentity(want)
	}
	got := slices.Clone(points)
	if bad := e.Mul(got, got, k); bad != Fine || !bytes.Equal(got, want[:len(got)]) {
		t.Fatalf("%s: Mul by %x: differs from circl (%d)", e.Name(), *k, bad)
	}
}

func TestEveryLengthAgreesWithPortable(t *testing.T) {
	points := make([]byte, Chunk*Size)
	Portable().MapDouble(points, randomBytes(rand.New(rand.NewPCG(15, 16)), Chunk*UniformSize))
	want, k := make([]byte, Chunk*Size), edgeScalars()[21]
	Portable().Mul(want, points, &k)
	for _, e := range Tiers() {
		for n := range Chunk + 1 {
			if n > 20 && n%17 > 0 && n < Chunk-1 {
				continue // nothing new about them
			}
			got := make([]byte, n*Size)
			if bad := e.Mul(got, points[:n*Size], &k); bad != Fine || !bytes.Equal(got, want[:n*Size]) {
				t.Fatalf("%s: %d points: %d", e.Name(), n, bad)
			}
		}
	}
}

// TestRefusals puts every kind of bad encoding in many places of a chunk.
func TestRefusals(t *testing.T) {
	good := make([]byte, Chunk*Size)
	Portable().MapDouble(good, randomBytes(rand.New(rand.NewPCG(9, 1)), Chunk*UniformSize))
	minusOne := little(prime)
	minusOne[0]--
	kinds := map[string][]byte{
		"identity": make([]byte, Size), "above p": bytes.Repeat([]byte{254}, Size), "p": little(prime),
		"negative": {0: 1, Size - 1: 0}, "minus one": minusOne, "no point": noPoint(t, 0), "no point either": noPoint(t, 50),
	}
	for _, e := range Tiers() {
		for name, b := range kinds {
			for at := range Chunk {
				if at > 17 && at%13 > 0 && at < Chunk-2 {
					continue // places with nothing new about them
				}
				src := slices.Clone(good)
				copy(src[at*Size:], b)
				copy(src[(Chunk-1)*Size:], noPoint(t, 0))
				if bad := e.Check(src); bad != at {
					t.Fatalf("%s: %s at %d: refused %d", e.Name(), name, at, bad)
				}
			}
		}
	}
}

// TestVerdicts mixes encodings of all kinds.
func TestVerdicts(t *testing.T) {
	good := referenceMap(uniformSamples(9))
	kinds := map[Verdict][][]byte{
		Identity: {make([]byte, Size)},
		Nothing:  {little(prime), append([]byte{1}, make([]byte, Size-1)...), bytes.Repeat([]byte{255}, Size), noPoint(t, 0)},
	}
	for b := range slices.Chunk(withoutIdentity(good), Size) {
		kinds[Point] = append(kinds[Point], b)
	}
	r := rand.New(rand.NewPCG(21, 22))
	for _, e := range append(Tiers(), emulatedEngine(t)) {
		for _, n := range []int{0, 1, 3, 4, 5, 31, Chunk} {
			var src []byte
			want, got := make([]Verdict, n), make([]Verdict, n)
			for i := range want {
				want[i] = Verdict(r.IntN(3))
				src = append(src, kinds[want[i]][r.IntN(len(kinds[want[i]]))]...)
			}
			if e.Verdicts(got, src); !slices.Equal(got, want) {
				t.Errorf("%s: verdicts %v, not %v", e.Name(), got, want)
			}
		}
	}
}

// noPoint is an encoding that is canonical, but of no point, by circl's verdict.
func noPoint(t testing.TB, from byte) []byte {
	b := make([]byte, Size)
	for b[0] = from + 2; group.Ristretto255.NewElement().UnmarshalBinary(b) == nil; b[0] += 2 {
	}
	return b
}

func TestVerdictsAreCircls(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for _, e := range append(Tiers(), emulatedEngine(t)) {
		refused := 0
		for range 60 {
			b := randomBytes(r, Size)
			b[0] &^= 1
			b[Size-1] &= 127
			good := group.Ristretto255.NewElement().UnmarshalBinary(b) == nil
			if !good {
				refused++
			}
			if e.Check(b) == Fine != good {
				t.Fatalf("%s: %x: circl accepts it: %v", e.Name(), b, good)
			}
		}
		if refused == 0 || refused == 60 {
			t.Errorf("%d refused: no test", refused)
		}
	}
}

// TestIdentityAmongOthers encodes all four points that stand for the identity
// beside others, whose shared inversion they must not spoil.
func TestIdentityAmongOthers(t *testing.T) {
	identityAmongOthers(t, "portable", Portable())
	for name, f := range fields4(t) {
		identityAmongOthers(t, name, newEngine(name, f))
	}
	for name, f := range fields8(t) {
		identityAmongOthers(t, name, newEngine(name, f))
	}
}

func identityAmongOthers(t *testing.T, name string, e Engine) {
	const n = 30
	points := make([]byte, n*Size)
	Portable().MapDouble(points, randomBytes(rand.New(rand.NewPCG(13, 14)), n*UniformSize))
	plain, doubled := make([]byte, n*Size), make([]byte, n*Size)
	switch e := e.(type) {
	case engine[fp.Elt]:
		withIdentities(e, plain, doubled, points)
	case engine[vec4]:
		withIdentities(e, plain, doubled, points)
	case engine[vec8]:
		withIdentities(e, plain, doubled, points)
	}
	for k, got := range [][]byte{plain, doubled} {
		want := reference(t, points, &[Size]byte{byte(1 + k)})
		for _, at := range identityPlaces {
			copy(want[at*Size:], make([]byte, Size))
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: times %d: the identity is encoded as another, or spoils what stands beside it", name, 1+k)
		}
	}
}

var identityPlaces = []int{0, 5, 6, 23}

func withIdentities[E any](e engine[E], plain, doubled, src []byte) {
	e.with(len(src)/Size, func(w *work[E]) {
		w.decode(src)
		minusOne := little(prime)
		minusOne[0]--
		i := decoded(hexSqrtM1)
		minusI := little(fromLittle(i).Sub(prime, fromLittle(i)))
		zero, one := make([]byte, Size), append([]byte{1}, make([]byte, Size-1)...)
		for k, xy := range [][2][]byte{{zero, one}, {zero, minusOne}, {i, zero}, {minusI, zero}} {
			v, lane := identityPlaces[k]/e.lanes(), identityPlaces[k]%e.lanes()
			e.put(&w.x[v], lane, xy[0])
			e.put(&w.y[v], lane, xy[1])
			e.put(&w.z[v], lane, one)
			e.put(&w.t[v], lane, zero)
		}
		kept := points[E]{slices.Clone(w.x), slices.Clone(w.y), slices.Clone(w.z), slices.Clone(w.t)}
		w.encode(plain)
		w.points = kept
		w.encodeDoubled(doubled)
	})
}

// TestWorkspaceIsWiped looks at a workspace after use.
func TestWorkspaceIsWiped(t *testing.T) {
	e := Portable().(engine[fp.Elt])
	k := edgeScalars()[21]
	var seen *work[fp.Elt]
	e.with(2, func(w *work[fp.Elt]) {
		w.fromUniform(uniformSamples(2))
		w.multiply(&k)
		seen = w
		if w.scalar == (recoded{}) || w.table[0] == w.table[1] {
			t.Error("nothing to wipe")
		}
	})
	if seen.scalar != (recoded{}) || slices.Max(seen.turns) != 0 {
		t.Error("the scalar is still there")
	}
	for _, x := range seen.all {
		if x != (fp.Elt{}) {
			t.Fatal("points are still there")
		}
	}
}

// Liars are engines with one bit wrong.
type (
	liar      struct{ Engine }
	powerLiar struct{ Engine }
)

func (l liar) MapMul(dst, uniform []byte, k *[Size]byte) {
	l.Engine.MapMul(dst, uniform, k)
	dst[len(dst)-Size] ^= 2
}

func (l powerLiar) Power(dst, scalars []byte) {
	l.Engine.Power(dst, scalars)
	dst[len(dst)-1] ^= 1
}

func TestSelfTest(t *testing.T) {
	for _, e := range append(Tiers(), emulatedEngine(t)) {
		if !selfTest(e) {
			t.Errorf("%s fails", e.Name())
		}
	}
	if selfTest(liar{Portable()}) || selfTest(powerLiar{Portable()}) {
		t.Error("a wrong engine passes")
	}
}

// TestKnownAnswer computes what selfTest wants with circl.
func TestKnownAnswer(t *testing.T) {
	var uniform []byte
	for i := range 9 {
		sum := sha512.Sum512([]byte{byte(i)})
		uniform = append(uniform, sum[:]...)
	}
	k := sha512.Sum512_256([]byte("scalar"))
	k[Size-1] &= 15
	all := reference(t, reference(t, referenceMap(uniform), &k), &k)
	for i := range 9 {
		s := [Size]byte(uniform[i*UniformSize:])
		s[Size-1] &= 15
		all = append(all, reference(t, decoded(hexBase), &s)...)
	}
	sum := sha512.Sum512_256(all)
	if hex.EncodeToString(sum[:]) != knownAnswer {
		t.Errorf("circl's answer is %x", sum)
	}
}

func TestNothingToDo(t *testing.T) {
	for _, e := range Tiers() {
		e.MapDouble(nil, nil)
		if bad := e.Mul(nil, nil, &[Size]byte{1}); bad != Fine {
			t.Errorf("%s: %d", e.Name(), bad)
		}
	}
}

// TestAddressesAreNoSecret follows every place in the code and every address of
// memory of the vector tiers: they are the same for any two scalars.
func TestAddressesAreNoSecret(t *testing.T) {
	four, eight := assemble(t, "avx2_amd64.s"), assemble(t, "ifma_amd64.s")
	for _, x := range []struct {
		e  Engine
		by *emulator
	}{
		{newEngine("avx2", &vector[vec4]{&form4, emulated[vec4](four, "AVX2")}), four},
		{newEngine("ifma", &vector[vec8]{&form8, emulated[vec8](eight, "IFMA")}), eight},
	} {
		uniform, dst := uniformSamples(3), make([]byte, 3*Size)
		traces := map[uint64]bool{}
		for _, k := range []int{2, len(edgeScalars()) - 1} {
			x.by.trace = 0
			x.e.MapMul(dst, uniform, &edgeScalars()[k])
			traces[x.by.trace] = true
		}
		x.e.MapDouble(dst, uniform)
		traces[x.by.trace] = true // other work, as a check of the check
		if len(traces) != 2 {
			t.Errorf("%s: %d traces, not one", x.e.Name(), len(traces)-1)
		}
		sums, places, own := x.e.Sums(3), []int{0, 1, 2}, map[[3]uint64]bool{}
		base := x.e.Base(aBase())
		for _, first := range []int{0, 20} {
			var scalars []byte
			for i := range 3 {
				scalars = append(scalars, edgeScalars()[first+i][:]...)
			}
			var trace [3]uint64
			x.by.trace = 0
			x.e.Power(dst, scalars)
			trace[0], x.by.trace = x.by.trace, 0
			sums.AddProducts(places, slices.Repeat(decoded(hexBase), 3), scalars)
			trace[1], x.by.trace = x.by.trace, 0
			base.Shift(dst, slices.Repeat(decoded(hexBase), 3), randomScalars(rand.New(rand.NewPCG(1, uint64(first))), 3))
			trace[2] = x.by.trace
			own[trace] = true
		}
		if len(own) != 1 {
			t.Errorf("%s: scalars of their own leave %d traces", x.e.Name(), len(own))
		}
	}
}
