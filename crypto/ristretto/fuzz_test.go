package ristretto

import (
	"bytes"
	"errors"
	"testing"

	"github.com/cloudflare/circl/group"
)

// FuzzDecode wants circl's verdict on every encoding, but for the identity, and
// its product.
func FuzzDecode(f *testing.F) {
	f.Add(make([]byte, Size))
	f.Add(bytes.Repeat([]byte{255}, Size))
	f.Add(append([]byte{1}, make([]byte, Size-1)...))
	f.Add(randomPoints(1))
	k := NewKey()
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) != Size {
			return
		}
		e := group.Ristretto255.NewElement()
		good := e.UnmarshalBinary(b) == nil && !e.IsIdentity()
		for _, tier := range tiers {
			use(t, tier)
			got := make([]byte, Size)
			err, checked := k.Mul(got, b), Check(b)
			verdict, added := make([]Verdict, 1), NewSums(1).Add([]int{0}, b)
			if err := Verdicts(verdict, b); err != nil || (verdict[0] == Point) != good || (verdict[0] == Nothing) != (added != nil) {
				t.Fatalf("%s: %x: verdict %d, added: %v", tier.Name(), b, verdict[0], added)
			}
			if !good && (!errors.Is(err, ErrPoint) || !errors.Is(checked, ErrPoint)) {
				t.Fatalf("%s accepted %x: %v, %v", tier.Name(), b, err, checked)
			}
			if good && (err != nil || checked != nil || !bytes.Equal(got, circlMul(t, k, b))) {
				t.Fatalf("%s: %x: %v, %v", tier.Name(), b, err, checked)
			}
		}
	})
}

// FuzzHashMul wants circl's hash for every message and tag.
func FuzzHashMul(f *testing.F) {
	f.Add("tag", []byte("m"))
	f.Add(string(DSTPool), []byte{})
	f.Add(string(bytes.Repeat([]byte{'d'}, 255)), bytes.Repeat([]byte{7}, 300))
	k := NewKey()
	f.Fuzz(func(t *testing.T, tag string, msg []byte) {
		got := make([]byte, Size)
		err := k.HashMul(got, DST(tag), msg, len(msg))
		if len(tag) > maxDST || len(msg) == 0 {
			if err == nil {
				t.Fatal("accepted lengths that do not fit")
			}
			return
		}
		for _, tier := range tiers {
			use(t, tier)
			err := k.HashMul(got, DST(tag), msg, len(msg))
			if err != nil || !bytes.Equal(got, circlHashMul(t, k, DST(tag), msg, len(msg))) {
				t.Fatalf("%s differs from circl: %v", tier.Name(), err)
			}
		}
	})
}

// FuzzPowers wants circl's power of every scalar, and refuses what is none.
func FuzzPowers(f *testing.F) {
	f.Add(make([]byte, Size))
	f.Add(append([]byte{1}, make([]byte, Size-1)...))
	f.Add(bytes.Repeat([]byte{0x0f}, Size))
	f.Add(unhex(f, "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"))
	f.Add(unhex(f, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) != Size {
			return
		}
		_, err := NewKeyFrom([Size]byte(b))
		good := err == nil || bytes.Equal(b, make([]byte, Size))
		for _, tier := range tiers {
			use(t, tier)
			got := make([]byte, Size)
			err := Powers(got, b)
			if good != (err == nil) || good && !bytes.Equal(got, encoded(t, circlPower(t, b))) {
				t.Fatalf("%s: %x: %v", tier.Name(), b, err)
			}
		}
	})
}
