package ristretto

import (
	"crypto/cipher"
	"crypto/rand"
	"errors"
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"
	"github.com/cloudflare/circl/group"
)

// Size is the bytes of an encoded point, and of a scalar.
const Size = 32

// ErrWiped is the use of a key after its end.
var ErrWiped = errors.New("ristretto: the key has been wiped")

// A Key is a secret scalar, never zero. It prints as nothing under every verb
// and cannot be compared. Concurrent use is safe, but for [Key.Wipe].
type Key struct {
	_      [0]func()
	scalar *r255.Scalar // nil once wiped
	public [Size]byte
}

// NewKey draws a key from crypto/rand.
func NewKey() *Key {
	var s r255.Scalar
	for s.IsNonZeroI() == 0 {
		var wide [64]byte
		rand.Read(wide[:])
		s.SetReduced(&wide)
		clear(wide[:])
	}
	return newKey(&s)
}

// NewKeyFrom makes a key of its 32 little-endian bytes, which have to be a
// canonical non-zero scalar. It is for vectors and for keys that a run keeps
// sealed; a run's own key comes from [NewKey].
func NewKeyFrom(b [Size]byte) (*Key, error) {
	var s r255.Scalar
	if !s.SetBytesStrict(&b) || s.IsNonZeroI() == 0 {
		return nil, errors.New("ristretto: not a canonical non-zero scalar")
	}
	return newKey(&s), nil
}

func newKey(s *r255.Scalar) *Key {
	k := &Key{scalar: s}
	var p r255.Point
	p.ScalarMultBase(s).BytesInto(&k.public)
	return k
}

// bytes are the scalar's, for an engine, and to be cleared.
func (k *Key) bytes() (b [Size]byte) {
	k.scalar.BytesInto(&b)
	return b
}

// Public is the encoding of g^k.
func (k *Key) Public() [Size]byte { return k.public }

// Inverse is the key 1/k, or a wiped key of a wiped one.
func (k *Key) Inverse() *Key {
	if k.scalar == nil {
		return &Key{}
	}
	return newKey(new(r255.Scalar).Inverse(k.scalar))
}

// Wipe ends the key; every later use of it is an ErrWiped.
func (k *Key) Wipe() {
	if k.scalar != nil {
		k.scalar.SetZero()
	}
	k.scalar = nil
}

// ExposeScalarForProofs is the scalar as circl knows it, for package dleq and
// for nothing else.
func (k *Key) ExposeScalarForProofs() (group.Scalar, error) {
	if k.scalar == nil {
		return nil, ErrWiped
	}
	s := group.Ristretto255.NewScalar()
	return s, s.UnmarshalBinary(k.scalar.Bytes())
}

// Seal is the key under an AEAD: the one form in which it may be written down.
func (k *Key) Seal(a cipher.AEAD, nonce, data []byte) ([]byte, error) {
	if k.scalar == nil {
		return nil, ErrWiped
	}
	b := k.bytes()
	defer clear(b[:])
	return a.Seal(nil, nonce, b[:], data), nil
}

// OpenKey is a key that [Key.Seal] sealed.
func OpenKey(a cipher.AEAD, nonce, sealed, data []byte) (*Key, error) {
	b, err := a.Open(nil, nonce, sealed, data)
	defer clear(b)
	if err != nil || len(b) != Size {
		return nil, errors.New("ristretto: the sealed key does not open")
	}
	return NewKeyFrom([Size]byte(b))
}

// Format implements [fmt.Formatter]: a key has no printed form.
func (k *Key) Format(f fmt.State, _ rune) { f.Write([]byte("ristretto.Key(secret)")) }
