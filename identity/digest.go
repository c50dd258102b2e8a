package identity

import (
	"crypto/hkdf"
	"crypto/sha256"
	"crypto/sha512"
	"encoding"
	"hash"
)

// A Digester makes the digests of one identifier type in one run:
// HMAC-SHA256(pepper, type ‖ 0x00 ‖ value) (PROTOCOLS.md §1.3). It holds the
// two keyed states of RFC 2104 §4 as bytes, so that a row costs no keying and
// the key can be overwritten, neither of which crypto/hmac does. It is not
// safe for concurrent use.
type Digester struct {
	hash         state
	inner, outer []byte
}

// A state is SHA-256 that can be taken up where it was left.
type state interface {
	hash.Hash
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}

// NewDigester keys a digester; name is [Normaliser.Name].
func NewDigester(pepper [32]byte, name string) *Digester {
	d := &Digester{hash: sha256.New().(state)}
	d.inner = d.keyed(pepper, 0x36, append([]byte(name), 0))
	d.outer = d.keyed(pepper, 0x5c, nil)
	clear(pepper[:])
	return d
}

// keyed is the state after the padded key and the head of every message.
func (d *Digester) keyed(key [32]byte, pad byte, head []byte) []byte {
	var block [sha256.BlockSize]byte
	copy(block[:], key[:])
	for i := range block {
		block[i] ^= pad
	}
	d.hash.Reset()
	d.hash.Write(block[:])
	d.hash.Write(head)
	clear(block[:])
	out, _ := d.hash.MarshalBinary() // SHA-256 always gives its state
	return out
}

// Sum writes the 32-byte digest of a canonical value to dst.
func (d *Digester) Sum(dst, value []byte) {
	d.resume(d.inner)
	d.hash.Write(value)
	d.hash.Sum(dst[:0])
	d.resume(d.outer)
	d.hash.Write(dst[:sha256.Size])
	d.hash.Sum(dst[:0])
}

// resume takes up a state. One that was wiped is none, and leaves nothing of
// the key in what is hashed.
func (d *Digester) resume(from []byte) {
	if d.hash.UnmarshalBinary(from) != nil {
		d.hash.Reset()
	}
}

// Wipe overwrites the key. What Sum gives afterwards has nothing to do with it.
func (d *Digester) Wipe() {
	clear(d.inner)
	clear(d.outer)
	d.hash.Reset()
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
