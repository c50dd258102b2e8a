package mmo

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"

	"mandorla/crypto/gf128"
	"mandorla/crypto/internal/simd"
)

// tier is what the operations below run on. The functions that take one exist
// for it to be compared with the portable one, which is package aes.
var tier = simd.Pick(right)

// keys are one key in the forms that the tiers take.
type keys struct {
	block    cipher.Block
	schedule [simd.ScheduleWords]uint64 // for the assembly
}

func newHash(t simd.Tier, key [16]byte) *Hash {
	k := new(keys)
	k.block, _ = aes.NewCipher(key[:]) // its one error is a key of another length
	if t != simd.Portable {
		first := gf128.FromBytes(key[:])
		t.Expand(&k.schedule[0], &first.Lo)
	}
	return &Hash{func() *keys { return k }}
}

func (h *Hash) mmo(t simd.Tier, dst, src []gf128.Element) {
	src = src[:len(dst)]
	if t != simd.Portable && len(dst) > 0 {
		t.MMO(&dst[0].Lo, &src[0].Lo, &h.keys().schedule[0], len(dst))
		return
	}
	block := h.keys().block
	for i, x := range src {
		dst[i] = encrypt(block, x).Add(x)
	}
}

func (h *Hash) ccr(t simd.Tier, dst, src []gf128.Element) {
	src = src[:len(dst)]
	if t != simd.Portable && len(dst) > 0 {
		t.CCR(&dst[0].Lo, &src[0].Lo, &h.keys().schedule[0], len(dst))
		return
	}
	block := h.keys().block
	for i, x := range src {
		s := gf128.Element{Lo: x.Hi, Hi: x.Lo ^ x.Hi}
		dst[i] = encrypt(block, s).Add(s)
	}
}

func (h *Hash) stream(t simd.Tier, dst []gf128.Element, counter uint64) {
	if t != simd.Portable && len(dst) > 0 {
		t.Stream(&dst[0].Lo, &h.keys().schedule[0], counter, len(dst))
		return
	}
	block := h.keys().block
	for i := range dst {
		dst[i] = encrypt(block, gf128.Element{Lo: counter + uint64(i)})
	}
}

func keyed(t simd.Tier, dst, keys, values []gf128.Element) {
	keys, values = keys[:len(dst)], values[:len(dst)]
	if t != simd.Portable && len(dst) > 0 {
		t.Keyed(&dst[0].Lo, &keys[0].Lo, &values[0].Lo, len(dst))
		return
	}
	for i, k := range keys {
		var key [16]byte
		k.Put(key[:])
		block, _ := aes.NewCipher(key[:])
		dst[i] = encrypt(block, values[i]).Add(values[i])
	}
}

func encrypt(b cipher.Block, x gf128.Element) gf128.Element {
	var buf [16]byte
	binary.LittleEndian.PutUint64(buf[:], x.Lo)
	binary.LittleEndian.PutUint64(buf[8:], x.Hi)
	b.Encrypt(buf[:], buf[:])
	return gf128.FromBytes(buf[:])
}

// right tells whether a tier computes what the portable one does.
func right(t simd.Tier) bool {
	var in sample
	for i := range in {
		in[i] = gf128.Element{Lo: uint64(i+1) * 0x9e3779b97f4a7c15, Hi: uint64(i+1) * 0xd1342543de82ef95}
	}
	return results(t, in) == results(simd.Portable, in)
}

// A sample fills registers and leaves some blocks over.
type sample [19]gf128.Element

// results are those of all operations.
func results(t simd.Tier, in sample) (out [4]sample) {
	h := newHash(t, [16]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	h.mmo(t, out[0][:], in[:])
	h.ccr(t, out[1][:], in[:])
	h.stream(t, out[2][:], 1<<32-9)
	keyed(t, out[3][:], in[:], out[0][:])
	return out
}
