package identity

import (
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"

	"mandorla/crypto/sums"
)

// A Digester makes the digests of one identifier type in one run:
// HMAC-SHA256(pepper, type ‖ 0x00 ‖ value) (PROTOCOLS.md §1.3). It holds the
// two keyed states of RFC 2104 §4, so that a row costs no keying and the key can
// be overwritten, neither of which crypto/hmac does.
type Digester struct{ inner, outer *sums.Start }

// NewDigester keys a digester; name is [Normaliser.Name].
func NewDigester(pepper [32]byte, name string) *Digester {
	d := &Digester{inner: keyed(pepper, 0x36, append([]byte(name), 0)), outer: keyed(pepper, 0x5c, nil)}
	clear(pepper[:])
	return d
}

// keyed is the state after the padded key and the head of every message.
func keyed(key [32]byte, pad byte, head []byte) *sums.Start {
	block := make([]byte, sha256.BlockSize, sha256.BlockSize+len(head))
	copy(block, key[:])
	for i := range block {
		block[i] ^= pad
	}
	defer clear(block)
	return sums.New(append(block, head...))
}

// Sums writes the 32-byte digests of canonical values, as many as there is room
// for in dst, which value gives in order.
func (d *Digester) Sums(dst []byte, value func(i int) []byte) {
	d.inner.Sums(dst, value)
	d.outer.Sums(dst, func(i int) []byte { return dst[sums.Size*i:][:sums.Size] })
}

// Sum writes the digest of one value to dst.
func (d *Digester) Sum(dst, value []byte) {
	d.Sums(dst[:sums.Size], func(int) []byte { return value })
}

// Wipe overwrites the key. What Sums gives afterwards has nothing to do with it.
func (d *Digester) Wipe() {
	d.inner.Wipe()
	d.outer.Wipe()
}

// pepperLabel is the info of the pepper's HKDF.
const pepperLabel = "CLEANROOM-V01-CS01-PEPPER"

// Pepper is the key of a run's digests, known to both nodes and new in every
// run: a defence against third parties only (PROTOCOLS.md §1.3).
func Pepper(nonceA, nonceB, agreement [32]byte) (pepper [32]byte, err error) {
	out, err := hkdf.Key(sha512.New, append(nonceA[:], nonceB[:]...), agreement[:], pepperLabel, len(pepper))
	copy(pepper[:], out)
	return pepper, err
}
