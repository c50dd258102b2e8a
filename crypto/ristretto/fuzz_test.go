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
