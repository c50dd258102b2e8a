package ristretto

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/cloudflare/circl/group"
)

// randomScalars are below the order, as bytes.
func randomScalars(t testing.TB, n int) (all []byte) {
	t.Helper()
	for range n {
		b, err := group.Ristretto255.RandomScalar(rand.Reader).MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return all
}

func circlPower(t testing.TB, scalar []byte) group.Element {
	t.Helper()
	s := group.Ristretto255.NewScalar()
	if err := s.UnmarshalBinary(scalar); err != nil {
		t.Fatal(err)
	}
	return group.Ristretto255.NewElement().MulGen(s)
}

// TestPowersOfEveryLength compares with circl: edge scalars first.
func TestPowersOfEveryLength(t *testing.T) {
	const most = 300
	var scalars, want []byte
	for _, shift := range []uint{0, 1, 5, 6, 63, 64, 128, 251, 252} {
		power := new(big.Int).Lsh(big.NewInt(1), shift)
		for _, d := range []int64{-1, 0} {
			b := make([]byte, Size)
			new(big.Int).Add(power, big.NewInt(d)).FillBytes(b)
			for i := range Size / 2 {
				b[i], b[Size-1-i] = b[Size-1-i], b[i]
			}
			scalars = append(scalars, b...)
		}
	}
	last := unhex(t, "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	scalars = append(scalars, last...)
	scalars = append(scalars, randomScalars(t, most-len(scalars)/Size)...)
	for i := range most {
		want = append(want, encoded(t, circlPower(t, scalars[i*Size:][:Size]))...)
	}
	for n := range most + 1 {
		if n > 70 && n%17 > 0 && (n < 250 || n > 262) && n != most {
			continue // lengths with nothing new about them
		}
		got := bytes.Clone(scalars[:n*Size])
		if err := Powers(got, got); err != nil || !bytes.Equal(got, want[:n*Size]) {
			t.Fatalf("%d powers differ from circl (%v)", n, err)
		}
	}
}

func TestScalarsAreCanonical(t *testing.T) {
	order := unhex(t, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	sums, place := NewSums(1), []int{0, 0}
	for _, bad := range [][]byte{order, bytes.Repeat([]byte{255}, Size), append(make([]byte, Size-1), 17)} {
		two := append(make([]byte, Size), bad...)
		for use, err := range map[string]error{
			"Powers": Powers(make([]byte, 2*Size), two), "AddPowers": sums.AddPowers(place, two),
			"AddProducts": sums.AddProducts(place, randomPoints(2), two),
		} {
			if !errors.Is(err, errScalar) {
				t.Errorf("%s of %x: %v", use, bad, err)
			}
		}
	}
}

// TestMulTagsIsMulThenTags, for every length.
func TestMulTagsIsMulThenTags(t *testing.T) {
	const most = 300
	k, sid := NewKey(), [32]byte{7}
	src, want := randomPoints(most), make([]byte, most*TagSize)
	Tags(want, circlMul(t, k, src), sid, 2)
	for n := range most + 1 {
		if n > 20 && n%19 > 0 && n != most && n != chunk && n != chunk+1 {
			continue // nothing new about them
		}
		got := make([]byte, n*TagSize)
		if err := k.MulTags(got, src[:n*Size], sid, 2); err != nil || !bytes.Equal(got, want[:n*TagSize]) {
			t.Fatalf("%d tags differ (%v)", n, err)
		}
	}
	if bytes.Equal(want[:TagSize], make([]byte, TagSize)) {
		t.Error("a tag of zeros")
	}
}

// TestVerdictsAndRefusals puts bad encodings among others: a verdict on each, and
// the first is refused.
func TestVerdictsAndRefusals(t *testing.T) {
	const n = 600
	k, src, want := NewKey(), randomPoints(n), make([]Verdict, n)
	set := func(at int, v Verdict, b []byte) {
		want[at] = v
		copy(src[at*Size:], b)
	}
	set(n-1, Nothing, append([]byte{1}, make([]byte, Size-1)...))
	for _, at := range []int{577, 300, 256, 255, 3} {
		set(at, Identity, make([]byte, Size))
		set(at+1, Nothing, bytes.Repeat([]byte{255}, Size))
		got := make([]Verdict, n)
		if err := Verdicts(got, src); err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("verdicts differ (%v)", err)
		}
		for use, err := range map[string]error{
			"Mul": k.Mul(make([]byte, len(src)), src), "Check": Check(src),
			"MulTags": k.MulTags(make([]byte, n*TagSize), src, [32]byte{}, 0),
		} {
			if e := new(PointError); !errors.As(err, &e) || e.Index != at {
				t.Errorf("%s, bad at %d: %v", use, at, err)
			}
		}
		if err := NewSums(1).Add(make([]int, n), src); !refusedAt(err, at+1) {
			t.Errorf("Add, bad at %d: %v", at+1, err)
		}
		if err := NewSums(1).AddProducts(make([]int, n), src, make([]byte, n*Size)); !refusedAt(err, at+1) {
			t.Errorf("AddProducts, bad at %d: %v", at+1, err)
		}
	}
}

func refusedAt(err error, at int) bool {
	e := new(PointError)
	return errors.As(err, &e) && e.Index == at
}

// TestSums adds more than a chunk of everything to some places.
func TestSums(t *testing.T) {
	const items, n = 560, 270
	points, scalars := randomPoints(items), randomScalars(t, items)
	places, want := make([]int, items), make([]group.Element, n)
	for i := range want {
		want[i] = group.Ristretto255.Identity()
	}
	for i := range places {
		places[i] = i * i % n
		s, e := group.Ristretto255.NewScalar(), group.Ristretto255.NewElement()
		if err := errors.Join(s.UnmarshalBinary(scalars[i*Size:][:Size]), e.UnmarshalBinary(points[i*Size:][:Size])); err != nil {
			t.Fatal(err)
		}
		sum := want[places[i]]
		sum.Add(sum, e)
		sum.Add(sum, e.Mul(e, s))
		sum.Add(sum, circlPower(t, scalars[i*Size:][:Size]))
	}
	sums := NewSums(n)
	if err := errors.Join(sums.Add(places, points), sums.AddPowers(places, scalars), sums.AddProducts(places, points, scalars)); err != nil {
		t.Fatal(err)
	}
	got := make([]byte, n*Size)
	check := func(what string) {
		t.Helper()
		if err := sums.Encode(got); err != nil {
			t.Fatal(err)
		}
		for i, e := range want {
			if !bytes.Equal(got[i*Size:(i+1)*Size], encoded(t, e)) {
				t.Fatalf("%s: sum %d differs from circl's", what, i)
			}
		}
	}
	check("added")
	step, minus := [Size]byte(points), group.Ristretto255.NewElement()
	if err := minus.UnmarshalBinary(points[:Size]); err != nil {
		t.Fatal(err)
	}
	var seen sync.Map
	err := sums.Walk(step, 2, func(round, first int, doubles []byte) {
		for i := range len(doubles) / Size {
			seen.Store([2]int{round, first + i}, [Size]byte(doubles[i*Size:]))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		for i, e := range want {
			double, _ := seen.Load([2]int{round, i})
			if twice := group.Ristretto255.NewElement().Add(e, e); double != [Size]byte(encoded(t, twice)) {
				t.Fatalf("round %d, sum %d: another double than circl's", round, i)
			}
			e.Add(e, minus)
		}
	}
	check("walked")
	sums.Clear(1, n)
	for i := range want[1:] {
		want[1+i] = group.Ristretto255.Identity()
	}
	check("cleared")
}

func TestSumsCheckLengths(t *testing.T) {
	sums, p := NewSums(2), randomPoints(2)
	for name, err := range map[string]error{
		"Add":         sums.Add([]int{0}, p),
		"AddPowers":   sums.AddPowers([]int{0, 1}, make([]byte, Size)),
		"few scalars": sums.AddProducts([]int{0, 1}, p, make([]byte, Size)),
		"few points":  sums.AddProducts([]int{0, 1}, p[:Size], make([]byte, 2*Size)),
		"Encode":      sums.Encode(p[:Size]),
		"Powers":      Powers(p, make([]byte, Size)),
		"half":        Powers(p[:33], p[:33]),
		"Verdicts":    Verdicts(make([]Verdict, 1), p),
		"tags":        NewKey().MulTags(p[:TagSize], p, [32]byte{}, 0),
		"half a tag":  NewKey().MulTags(p[:TagSize], p[:33], [32]byte{}, 0),
	} {
		if !errors.Is(err, errLength) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := sums.Walk([Size]byte{1}, 1, func(int, int, []byte) {}); !refusedAt(err, 0) {
		t.Errorf("a step that is no point: %v", err)
	}
}

func TestSumsAreMute(t *testing.T) {
	sums := NewSums(1)
	if err := sums.Add([]int{0}, randomPoints(1)); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q"} {
		if s := fmt.Sprintf(verb, sums); s != "ristretto.Sums(secret)" {
			t.Errorf("%s prints %.60q", verb, s)
		}
		if s := fmt.Sprintf(verb, struct{ S *Sums }{sums}); strings.Contains(s, "sync") {
			t.Errorf("%s prints %.60q", verb, s)
		}
	}
	//lint:ignore SA9005 that nothing comes out is what is tested
	if b, err := json.Marshal(sums); err != nil || string(b) != "{}" {
		t.Errorf("JSON: %s, %v", b, err)
	}
}
