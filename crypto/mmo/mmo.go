// Package mmo is hashing of 128-bit blocks by AES-128: with one fixed key for
// many blocks, and with a key for each block. It is modelled as an ideal
// cipher; [Hash.MMO] is then one-way and correlation robust, [Hash.CCR]
// circular correlation robust (Guo, Katz, Wang and Yu, ePrint 2019/074).
//
// A key has one purpose. It is derived from the transcript of a run, so that
// nothing can be computed before the run. Everything runs in constant time
// where the machine has AES instructions.
package mmo

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"

	"mandorla/crypto/gf128"
)

// A Hash is AES under one key. It is safe for concurrent use.
type Hash struct{ block cipher.Block }

// New makes the hash of a key.
func New(key [16]byte) *Hash {
	block, _ := aes.NewCipher(key[:]) // its one error is a key of another length
	return &Hash{block}
}

// MMO sets dst[i] to AES(src[i]) + src[i]. The two have the same length and may
// be the same slice.
func (h *Hash) MMO(dst, src []gf128.Element) {
	for i, x := range src {
		dst[i] = encrypt(h.block, x).Add(x)
	}
}

// CCR sets dst[i] to AES(s) + s with s = σ(src[i]), where σ maps the halves
// (lo, hi) to (hi, lo + hi). The two have the same length and may be the same
// slice.
func (h *Hash) CCR(dst, src []gf128.Element) {
	for i, x := range src {
		s := gf128.Element{Lo: x.Hi, Hi: x.Lo ^ x.Hi}
		dst[i] = encrypt(h.block, s).Add(s)
	}
}

// Stream fills dst with the keystream of AES in counter mode, from block
// counter on.
func (h *Hash) Stream(dst []gf128.Element, counter uint64) {
	for i := range dst {
		dst[i] = encrypt(h.block, gf128.Element{Lo: counter + uint64(i)})
	}
}

// Keyed sets dst[i] to AES(values[i]) + values[i] under the key keys[i]. The
// three have the same length; dst may be one of the others.
func Keyed(dst, keys, values []gf128.Element) {
	for i, k := range keys {
		var key [16]byte
		k.Put(key[:])
		dst[i] = encrypt(New(key).block, values[i]).Add(values[i])
	}
}

func encrypt(b cipher.Block, x gf128.Element) gf128.Element {
	var buf [16]byte
	binary.LittleEndian.PutUint64(buf[:], x.Lo)
	binary.LittleEndian.PutUint64(buf[8:], x.Hi)
	b.Encrypt(buf[:], buf[:])
	return gf128.FromBytes(buf[:])
}
