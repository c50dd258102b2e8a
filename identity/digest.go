package identity

import (
	"crypto/hkdf"
	"crypto/sha512"

	"mandorla/crypto/sums"
)

// A Digester makes the digests of one identifier type in one run:
// HMAC-SHA256(pepper, type ‖ 0x00 ‖ value) (PROTOCOLS.md §1.3).
type Digester struct{ mac *sums.MAC }

// NewDigester keys a digester; name is [Normaliser.Name].
func NewDigester(pepper [32]byte, name string) *Digester {
	defer clear(pepper[:])
	return &Digester{sums.NewMAC(pepper, append([]byte(name), 0))}
}

// Sums writes the 32-byte digests of canonical values, as many as there is room
// for in dst, which value gives in order.
func (d *Digester) Sums(dst []byte, value func(i int) []byte) { d.mac.Sums(dst, value) }

// Sum writes the digest of one value to dst.
func (d *Digester) Sum(dst, value []byte) {
	d.Sums(dst[:sums.Size], func(int) []byte { return value })
}

// Wipe overwrites the key. What Sums gives afterwards has nothing to do with it.
func (d *Digester) Wipe() { d.mac.Wipe() }

// pepperLabel is the info of the pepper's HKDF.
const pepperLabel = "CLEANROOM-V01-CS01-PEPPER"

// Pepper is the key of a run's digests, known to both nodes and new in every
// run: a defence against third parties only (PROTOCOLS.md §1.3).
func Pepper(nonceA, nonceB, agreement [32]byte) (pepper [32]byte, err error) {
	out, err := hkdf.Key(sha512.New, append(nonceA[:], nonceB[:]...), agreement[:], pepperLabel, len(pepper))
	copy(pepper[:], out)
	return pepper, err
}
