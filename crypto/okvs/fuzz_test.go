package okvs_test

import (
	"errors"
	"testing"

	"mandorla/crypto/gf128"
	"mandorla/crypto/okvs"
)

// FuzzEncode takes any bytes for hashed keys, however their columns clash: a bin
// decodes to the values, or Encode says what is wrong and is right.
func FuzzEncode(f *testing.F) {
	f.Add([]byte("sixteen bytes, a"))
	f.Add(make([]byte, 64))
	f.Add([]byte("0123456789abcdef0123456789abcdeg0123456789abcdeh0123456789abcdei0123456789abcdej"))
	long := make([]byte, 16*300)
	for i := range long {
		long[i] = byte(i*i>>3 ^ i*37)
	}
	f.Add(long)
	f.Fuzz(func(t *testing.T, data []byte) {
		h, seen := []gf128.Element{}, map[gf128.Element]bool{}
		for ; len(data) >= 16 && len(h) < 500; data = data[16:] {
			h = append(h, gf128.FromBytes(data))
			seen[h[len(h)-1]] = true
		}
		p, err := okvs.For(uint64(len(h)))
		if err != nil {
			t.Fatal(err)
		}
		values := make([]gf128.Element, len(h))
		for i := range values {
			values[i] = gf128.Element{Lo: uint64(i) * 0x9e3779b97f4a7c15, Hi: uint64(i) + 1}
		}
		bin := make([]gf128.Element, p.BinSize())
		err = okvs.NewEncoder(p).Encode(bin, h, values)
		if twice := len(seen) < len(h); twice || err != nil {
			if twice != errors.Is(err, okvs.ErrDuplicate) || !twice && !errors.Is(err, okvs.ErrEncode) {
				t.Fatalf("%d keys, %d of them different: %v", len(h), len(seen), err)
			}
			return
		}
		set{p, [][]gf128.Element{h}, [][]gf128.Element{values}}.check(t, [][]gf128.Element{bin})
	})
}
