// Package mmo is hashing of 128-bit blocks by AES-128: with one fixed key for
// many blocks, and with a key for each block. It is modelled as an ideal
// cipher; [Hash.MMO] is then one-way and correlation robust, [Hash.CCR]
// circular correlation robust (Guo, Katz, Wang and Yu, ePrint 2019/074).
//
// A key has one purpose. It is derived from the transcript of a run, so that
// nothing can be computed before the run. Everything runs in constant time
// where the machine has AES instructions.
//
// Package simd's assembly is used where the machine has the instructions and gives
// package aes' answers at the start; MANDORLA_ENGINE=portable turns it off.
package mmo

import "mandorla/crypto/gf128"

// A Hash is AES under one key. It is safe for concurrent use.
//
// It is held as a function: no verb of any struct that contains one prints it.
type Hash struct{ keys func() *keys }

// New makes the hash of a key.
func New(key [16]byte) *Hash { return newHash(tier, key) }

// MMO sets dst[i] to AES(src[i]) + src[i]. The two have the same length and may
// be the same slice.
func (h *Hash) MMO(dst, src []gf128.Element) { h.mmo(tier, dst, src) }

// CCR sets dst[i] to AES(s) + s with s = σ(src[i]), where σ maps the halves
// (lo, hi) to (hi, lo + hi). The two have the same length and may be the same
// slice.
func (h *Hash) CCR(dst, src []gf128.Element) { h.ccr(tier, dst, src) }

// Stream fills dst with the keystream of AES in counter mode, from block
// counter on.
func (h *Hash) Stream(dst []gf128.Element, counter uint64) { h.stream(tier, dst, counter) }

// Keyed sets dst[i] to AES(values[i]) + values[i] under the key keys[i]. The
// three have the same length; dst may be one of the others.
func Keyed(dst, keys, values []gf128.Element) { keyed(tier, dst, keys, values) }
