package identity

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
)

// A Digester makes the digests of one identifier type in one run:
// HMAC-SHA256(pepper, type ‖ 0x00 ‖ value) (PROTOCOLS.md §1.3). It is not safe
// for concurrent use.
type Digester struct {
	mac  hash.Hash
	head []byte
}

// NewDigester keys a digester; name is [Normaliser.Name].
func NewDigester(pepper [32]byte, name string) *Digester {
	return &Digester{hmac.New(sha256.New, pepper[:]), append([]byte(name), 0)}
}

// Sum writes the 32-byte digest of a canonical value to dst.
func (d *Digester) Sum(dst, value []byte) {
	d.mac.Reset()
	d.mac.Write(d.head)
	d.mac.Write(value)
	d.mac.Sum(dst[:0])
}

// Wipe forgets the key.
func (d *Digester) Wipe() {
	var none [32]byte
	d.mac = hmac.New(sha256.New, none[:])
}

// Message appends the identifier message m(type, value) of a digest:
// I2OSP(len(type), 1) ‖ type ‖ digest (PROTOCOLS.md §1.3).
func Message(dst []byte, name string, digest []byte) []byte {
	dst = append(dst, byte(len(name)))
	dst = append(dst, name...)
	return append(dst, digest...)
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
