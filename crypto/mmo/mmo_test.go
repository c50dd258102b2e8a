package mmo_test

import (
	"encoding/hex"
	"math/rand/v2"
	"testing"

	"mandorla/crypto/gf128"
	"mandorla/crypto/mmo"
)

// The example of FIPS 197, appendix B.
func TestVector(t *testing.T) {
	key, _ := hex.DecodeString("2b7e151628aed2a6abf7158809cf4f3c")
	in, _ := hex.DecodeString("3243f6a8885a308d313198a2e0370734")
	out, _ := hex.DecodeString("3925841d02dc09fbdc118597196a0b32")
	x, want := gf128.FromBytes(in), gf128.FromBytes(out)
	got := make([]gf128.Element, 1)
	mmo.New([16]byte(key)).MMO(got, []gf128.Element{x})
	if got[0] != want.Add(x) {
		t.Error("MMO is not AES plus its input")
	}
	mmo.Keyed(got, []gf128.Element{gf128.FromBytes(key)}, []gf128.Element{x})
	if got[0] != want.Add(x) {
		t.Error("Keyed is not AES under its key plus its input")
	}
	// σ of (hi + lo, lo) is (lo, hi): the example goes in turned back by σ.
	mmo.New([16]byte(key)).CCR(got, []gf128.Element{{Lo: x.Hi ^ x.Lo, Hi: x.Lo}})
	if got[0] != want.Add(x) {
		t.Error("CCR is not AES plus its input, behind σ")
	}
}

func TestLengths(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	h := mmo.New([16]byte{1})
	for n := range 40 {
		src, keys := make([]gf128.Element, n), make([]gf128.Element, n)
		for i := range n {
			src[i] = gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
			keys[i] = gf128.Element{Lo: r.Uint64(), Hi: r.Uint64()}
		}
		whole, one := make([]gf128.Element, n), make([]gf128.Element, 1)
		compare := func(name string, single func(i int)) {
			t.Helper()
			for i := range n {
				if single(i); whole[i] != one[0] {
					t.Fatalf("%s of %d blocks: block %d differs from the one alone", name, n, i)
				}
			}
		}
		h.MMO(whole, src)
		compare("MMO", func(i int) { h.MMO(one, src[i:i+1]) })
		h.CCR(whole, src)
		compare("CCR", func(i int) { h.CCR(one, src[i:i+1]) })
		h.Stream(whole, 1<<40)
		compare("Stream", func(i int) { h.Stream(one, 1<<40+uint64(i)) })
		mmo.Keyed(whole, keys, src)
		compare("Keyed", func(i int) { mmo.Keyed(one, keys[i:i+1], src[i:i+1]) })
		h.MMO(whole, src)
		h.MMO(src, src)
		for i := range n {
			if src[i] != whole[i] {
				t.Fatal("MMO in place differs")
			}
		}
	}
}
