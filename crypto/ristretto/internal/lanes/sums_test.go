package lanes

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cloudflare/circl/group"
)

// A slowSums is the plain sums: circl's elements.
type slowSums []group.Element

func newSlowSums(n int) slowSums {
	s := make(slowSums, n)
	for i := range s {
		s[i] = group.Ristretto255.Identity()
	}
	return s
}

// add adds encoded points, times a scalar each if there are any.
func (s slowSums) add(t testing.TB, places []int, src, scalars []byte) {
	t.Helper()
	for i, place := range places {
		e := group.Ristretto255.NewElement()
		if err := e.UnmarshalBinary(src[i*Size:][:Size]); err != nil {
			t.Fatal(err)
		}
		if scalars != nil {
			k := group.Ristretto255.NewScalar()
			if err := k.UnmarshalBinary(scalars[i*Size:][:Size]); err != nil {
				t.Fatal(err)
			}
			e.Mul(e, k)
		}
		s[place].Add(s[place], e)
	}
}

// encode encodes the sums, or twice the sums.
func (s slowSums) encode(t testing.TB, doubled bool) (all []byte) {
	t.Helper()
	for _, e := range s {
		sum := e.Copy()
		if doubled {
			sum.Add(sum, e)
		}
		b, err := sum.MarshalBinaryCompress()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

// TestSumsAgreeWithCircl adds all that can be added, to few places and to many,
// some of it to the same and some that adds up to nothing.
func TestSumsAgreeWithCircl(t *testing.T) {
	for _, e := range Tiers() {
		for _, c := range []struct{ places, items int }{{1, 1}, {1, 40}, {2, 31}, {5, 33}, {70, 90}, {300, Chunk}} {
			sumsAgree(t, e, c.places, c.items)
		}
	}
	sumsAgree(t, emulatedEngine(t), 11, 13)
}

func sumsAgree(t *testing.T, e Engine, n, items int) {
	t.Helper()
	r := rand.New(rand.NewPCG(41, uint64(items)))
	src, scalars := make([]byte, items*Size), randomScalars(r, items)
	Portable().MapDouble(src, randomBytes(r, items*UniformSize))
	places := make([]int, items)
	for i := range places {
		places[i] = r.IntN(n)
	}
	copy(src[items/2*Size:], make([]byte, Size))     // the identity
	copy(src[items/3*Size:], src[(items-1)*Size:])   // a point twice
	copy(scalars[items/2*Size:], make([]byte, Size)) // nothing
	places[items/3] = places[items-1]
	got, want := e.Sums(n), newSlowSums(n)
	check := func(what string) {
		t.Helper()
		all := make([]byte, n*Size)
		for from := 0; from < n; from += Chunk {
			got.Encode(all[from*Size:min(n, from+Chunk)*Size], from)
		}
		if !bytes.Equal(all, want.encode(t, false)) {
			t.Fatalf("%s: %d items at %d places: %s: other sums than circl's", e.Name(), items, n, what)
		}
	}
	check("empty")
	if bad := got.Add(places, src); bad != Fine {
		t.Fatalf("refused %d", bad)
	}
	want.add(t, places, src, nil)
	check("Add")
	got.AddPowers(places, scalars)
	want.add(t, places, slices.Repeat(decoded(hexBase), items), scalars)
	check("AddPowers")
	if bad := got.AddProducts(places, src, scalars); bad != Fine {
		t.Fatalf("refused %d", bad)
	}
	want.add(t, places, src, scalars)
	check("AddProducts")
	walks(t, e, got, want, src[:Size])
	check("Walk")
	got.Clear(n/3, n/2+1)
	for i := n / 3; i < n/2+1; i++ {
		want[i] = group.Ristretto255.Identity()
	}
	check("Clear")
}

// walks walks for some rounds, in both.
func walks(t *testing.T, e Engine, got Sums, want slowSums, step []byte) {
	t.Helper()
	const rounds = 3
	all, n := make([]byte, rounds*len(want)*Size), len(want)
	for from := 0; from < n; from += Chunk {
		ok := got.Walk(from, min(n, from+Chunk), step, rounds, func(round int, doubles []byte) {
			copy(all[(round*n+from)*Size:], doubles)
		})
		if !ok {
			t.Fatal("the step is refused")
		}
	}
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	for round := range rounds {
		if !bytes.Equal(all[round*n*Size:(round+1)*n*Size], want.encode(t, true)) {
			t.Fatalf("%s: walk of %d: round %d: other doubles than circl's", e.Name(), n, round)
		}
		want.add(t, places, slices.Repeat(step, n), nil)
	}
}

// TestProductsOfEdgeScalars has every edge scalar in another lane.
func TestProductsOfEdgeScalars(t *testing.T) {
	src := withoutIdentity(referenceMap(uniformSamples(3)))[:Size]
	var scalars []byte
	for _, k := range edgeScalars() {
		scalars = append(scalars, k[:]...)
	}
	n := len(scalars) / Size
	places, points := make([]int, n), slices.Repeat(src, n)
	for i := range places {
		places[i] = i
	}
	want := newSlowSums(n)
	want.add(t, places, points, scalars)
	for _, e := range Tiers() {
		got, sums := make([]byte, n*Size), e.Sums(n)
		sums.AddProducts(places, points, scalars)
		if sums.Encode(got, 0); !bytes.Equal(got, want.encode(t, false)) {
			t.Errorf("%s: differs from circl", e.Name())
		}
	}
}

func TestSumsRefuse(t *testing.T) {
	for _, e := range append(Tiers(), emulatedEngine(t)) {
		sums, src := e.Sums(1), slices.Concat(decoded(hexBase), make([]byte, Size), noPoint(t, 0))
		places, scalars := []int{0, 0, 0}, make([]byte, 3*Size)
		if bad := sums.Add(places, src); bad != 2 {
			t.Errorf("%s: Add refused %d", e.Name(), bad)
		}
		if bad := sums.AddProducts(places, src, scalars); bad != 2 {
			t.Errorf("%s: AddProducts refused %d", e.Name(), bad)
		}
		if sums.Walk(0, 1, noPoint(t, 0), 1, func(int, []byte) { t.Error("visited") }) {
			t.Errorf("%s: walked in steps of no point", e.Name())
		}
		got := bytes.Clone(src[:Size])
		if sums.Encode(got, 0); !bytes.Equal(got, make([]byte, Size)) {
			t.Errorf("%s: something was added", e.Name())
		}
	}
}
