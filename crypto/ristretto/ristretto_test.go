package ristretto

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/cloudflare/circl/group"
)

// circlMul is the reference: one point at a time through circl's group.
func circlMul(t testing.TB, k *Key, src []byte) []byte {
	t.Helper()
	s, err := k.ExposeScalarForProofs()
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for i := 0; i < len(src); i += Size {
		e := group.Ristretto255.NewElement()
		if err := e.UnmarshalBinary(src[i : i+Size]); err != nil {
			t.Fatal(err)
		}
		out = append(out, encoded(t, e.Mul(e, s))...)
	}
	return out
}

func circlHashMul(t testing.TB, k *Key, tag DST, msgs []byte, width int) []byte {
	t.Helper()
	s, err := k.ExposeScalarForProofs()
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for i := 0; i < len(msgs); i += width {
		e := group.Ristretto255.HashToElement(msgs[i:i+width], []byte(tag))
		out = append(out, encoded(t, e.Mul(e, s))...)
	}
	return out
}

func encoded(t testing.TB, e group.Element) []byte {
	t.Helper()
	b, err := e.MarshalBinaryCompress()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func randomPoints(n int) []byte {
	b := make([]byte, n*Size)
	Random(b)
	return b
}

func TestEveryTailAgreesWithCircl(t *testing.T) {
	const most, width = 600, 38
	k := NewKey()
	src := randomPoints(most)
	msgs := make([]byte, most*width)
	rand.Read(msgs)
	wantMul := circlMul(t, k, src)
	wantHash := circlHashMul(t, k, DSTIdentifier, msgs, width)
	for n := range most + 1 {
		if n > 40 && n%37 > 0 && (n < 250 || n > 262) && (n < 508 || n > 516) && n != most {
			continue // lengths with nothing new about them
		}
		got := make([]byte, n*Size)
		if err := k.Mul(got, src[:n*Size]); err != nil || !bytes.Equal(got, wantMul[:n*Size]) {
			t.Fatalf("Mul of %d points differs from circl (%v)", n, err)
		}
		if err := k.HashMul(got, DSTIdentifier, msgs[:n*width], width); err != nil || !bytes.Equal(got, wantHash[:n*Size]) {
			t.Fatalf("HashMul of %d messages differs from circl (%v)", n, err)
		}
	}
}

// TestShare covers every length with cheap work: each item once, in order, and
// the first refusal wins.
func TestShare(t *testing.T) {
	for n := range 601 {
		seen := make([]byte, n)
		err := share(n, func(from, to int) int {
			for i := from; i < to; i++ {
				seen[i]++
			}
			return fine
		})
		if err != nil || bytes.Count(seen, []byte{1}) != n {
			t.Fatalf("%d items: not each once (%v)", n, err)
		}
		for _, bad := range []int{0, n / 2, n - 1} {
			err := share(n, func(from, to int) int {
				if to > bad {
					return max(bad, from) - from
				}
				return fine
			})
			if e := new(PointError); n > 0 && (!errors.As(err, &e) || e.Index != bad) {
				t.Fatalf("%d items, refused at %d: %v", n, bad, err)
			}
		}
	}
}

func TestMulInPlace(t *testing.T) {
	k := NewKey()
	points := randomPoints(300)
	want := circlMul(t, k, points)
	if err := k.Mul(points, points); err != nil || !bytes.Equal(points, want) {
		t.Fatalf("in place: %v", err)
	}
}

func TestEdgeScalars(t *testing.T) {
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	scalars := []*big.Int{big.NewInt(1), big.NewInt(2), new(big.Int).Sub(order, big.NewInt(1)), new(big.Int).Rsh(order, 1)}
	for _, shift := range []uint{1, 51, 64, 128, 251} {
		p := new(big.Int).Lsh(big.NewInt(1), shift)
		scalars = append(scalars, p, new(big.Int).Sub(p, big.NewInt(1)))
	}
	src := randomPoints(3)
	for _, s := range scalars {
		k := keyOf(t, s)
		got := make([]byte, len(src))
		if err := k.Mul(got, src); err != nil || !bytes.Equal(got, circlMul(t, k, src)) {
			t.Errorf("scalar %v differs from circl (%v)", s, err)
		}
	}
}

func keyOf(t testing.TB, s *big.Int) *Key {
	t.Helper()
	var b [Size]byte
	s.FillBytes(b[:])
	for i := range Size / 2 {
		b[i], b[Size-1-i] = b[Size-1-i], b[i]
	}
	k, err := NewKeyFrom(b)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestNewKeyFromRefuses(t *testing.T) {
	order := unhex(t, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
	for _, b := range [][]byte{make([]byte, Size), order, bytes.Repeat([]byte{255}, Size)} {
		if _, err := NewKeyFrom([Size]byte(b)); err == nil {
			t.Errorf("accepted %x", b)
		}
	}
}

func TestLaws(t *testing.T) {
	a, b := NewKey(), NewKey()
	points := randomPoints(20)
	ab, ba, back := bytes.Clone(points), bytes.Clone(points), bytes.Clone(points)
	for _, step := range []struct {
		k *Key
		p []byte
	}{{a, ab}, {b, ab}, {b, ba}, {a, ba}, {a, back}, {a.Inverse(), back}} {
		if err := step.k.Mul(step.p, step.p); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(ab, ba) {
		t.Error("the order of two keys matters")
	}
	if !bytes.Equal(back, points) {
		t.Error("the inverse does not undo the key")
	}
	public, generator := a.Public(), encoded(t, group.Ristretto255.Generator())
	if err := a.Mul(generator, generator); err != nil || !bytes.Equal(generator, public[:]) {
		t.Errorf("Public is not the generator times the key (%v)", err)
	}
}

func TestWiped(t *testing.T) {
	k := NewKey()
	scalar := k.scalar
	k.Wipe()
	k.Wipe()
	if scalar.IsNonZeroI() != 0 {
		t.Error("the scalar is still in memory")
	}
	p := randomPoints(1)
	uses := map[string]error{
		"Mul":       k.Mul(p, p),
		"HashMul":   k.HashMul(p, DSTPool, p, Size),
		"MulTags":   k.MulTags(p[:TagSize], p, [32]byte{}, 0),
		"inverse":   k.Inverse().Mul(p, p),
		"nil batch": k.Mul(nil, nil),
	}
	_, uses["expose"] = k.ExposeScalarForProofs()
	for use, err := range uses {
		if !errors.Is(err, ErrWiped) {
			t.Errorf("%s: %v", use, err)
		}
	}
}

func TestKeyIsMute(t *testing.T) {
	k := NewKey()
	secret := fmt.Sprintf("%x", k.scalar.Bytes())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d", "%q", "%p"} {
		for _, it := range []any{k, struct{ K *Key }{k}, []*Key{k}} {
			if s := fmt.Sprintf(verb, it); strings.Contains(strings.ToLower(s), secret[:8]) {
				t.Errorf("%s of %T prints the scalar", verb, it)
			}
		}
	}
	if s := fmt.Sprintf("%v %x", k, k); s != "ristretto.Key(secret) ristretto.Key(secret)" {
		t.Errorf("printed %q", s)
	}
	//lint:ignore SA9005 that nothing comes out is what is tested
	if b, err := json.Marshal(k); err != nil || string(b) != "{}" {
		t.Errorf("JSON: %s, %v", b, err)
	}
}

func TestLengthsAreChecked(t *testing.T) {
	k, p := NewKey(), randomPoints(2)
	for name, err := range map[string]error{
		"half a point":     k.Mul(p[:40], p[:40]),
		"short dst":        k.Mul(p[:32], p),
		"check half":       Check(p[:33]),
		"no width":         k.HashMul(p, DSTPool, p, 0),
		"half a message":   k.HashMul(p, DSTPool, make([]byte, 7), 4),
		"hash short dst":   k.HashMul(p, DSTPool, make([]byte, 12), 4),
		"long domain name": k.HashMul(p[:32], DST(strings.Repeat("x", 256)), make([]byte, 4), 4),
	} {
		if !errors.Is(err, errLength) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRandom(t *testing.T) {
	const n = 700
	points := randomPoints(n)
	if err := Check(points); err != nil {
		t.Fatal(err)
	}
	seen := map[[Size]byte]bool{}
	for i := range n {
		seen[[Size]byte(points[i*Size:])] = true
	}
	if len(seen) != n {
		t.Errorf("%d different points of %d", len(seen), n)
	}
}

func TestConcurrentUse(t *testing.T) {
	k, src := NewKey(), randomPoints(600)
	want := make([]byte, len(src))
	if err := k.Mul(want, src); err != nil {
		t.Fatal(err)
	}
	done := make(chan bool)
	for range 4 {
		go func() {
			got := make([]byte, len(src))
			err := k.Mul(got, src)
			done <- err == nil && bytes.Equal(got, want)
		}()
	}
	for range 4 {
		if !<-done {
			t.Error("wrong under concurrent use")
		}
	}
}
