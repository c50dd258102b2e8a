package elgamal

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"

	r255 "github.com/bwesterb/go-ristretto"

	"mandorla/crypto/ristretto"
)

// Size is the bytes of an element.
const Size = ristretto.Size

// MaxColumns is the most columns that a row of numbers has.
const MaxColumns = 64

// ErrWiped is the use of keys after their end.
var ErrWiped = errors.New("elgamal: the keys have been wiped")

var errColumns = fmt.Errorf("elgamal: a row has 1 to %d columns", MaxColumns)

// RowSize is the bytes of an encrypted row: R, then S for every column.
func RowSize(columns int) int { return (1 + columns) * Size }

// Keys are one secret for every column, for one run. They print as nothing
// under every verb and cannot be compared. Concurrent use is safe, but for
// [Keys.Wipe].
type Keys struct {
	_      [0]func()
	secret *secrets // nil once wiped
	public Public
}

type secrets struct{ scalars []r255.Scalar }

// NewKeys draws keys from crypto/rand.
func NewKeys(columns int) (*Keys, error) {
	if columns < 1 || columns > MaxColumns {
		return nil, errColumns
	}
	k := &Keys{secret: &secrets{make([]r255.Scalar, columns)}, public: newPublic(make([]byte, columns*Size))}
	uniform, secret := make([]byte, columns*uniformSize), make([]byte, columns*Size)
	rand.Read(uniform)
	for c := range columns {
		setUniform(&k.secret.scalars[c], uniform[c*uniformSize:])
		put(secret[c*Size:], &k.secret.scalars[c])
	}
	defer clear(uniform)
	defer clear(secret)
	return k, ristretto.Powers(k.public.encoded, secret)
}

// Public gives the public keys.
func (k *Keys) Public() Public { return k.public }

// Wipe ends the keys; every later use of them is an ErrWiped.
func (k *Keys) Wipe() {
	if k.secret != nil {
		clear(k.secret.scalars)
	}
	k.secret = nil
}

// ExposeKeyForProofs gives a copy of a column's key for package dleq, which
// proves that it is known, and for nothing else. The caller wipes the copy.
func (k *Keys) ExposeKeyForProofs(column int) (*ristretto.Key, error) {
	if k.secret == nil {
		return nil, ErrWiped
	}
	if column < 0 || column >= len(k.secret.scalars) {
		return nil, errColumns
	}
	var b [Size]byte
	k.secret.scalars[column].BytesInto(&b)
	defer clear(b[:])
	return ristretto.NewKeyFrom(b)
}

// Format implements [fmt.Formatter]: keys have no printed form.
func (k *Keys) Format(f fmt.State, _ rune) { f.Write([]byte("elgamal.Keys(secret)")) }

// A Public is one public key for every column.
type Public struct {
	encoded []byte
	tables  *tables // of all copies
}

// newPublic is the keys that are encoded.
func newPublic(encoded []byte) Public { return Public{encoded, new(tables)} }

// ParsePublic reads public keys, 32 bytes a column. It refuses what is not
// canonical, the identity, and a key that stands there twice.
func ParsePublic(b []byte) (Public, error) {
	columns := len(b) / Size
	if columns < 1 || columns > MaxColumns || len(b)%Size != 0 {
		return Public{}, errColumns
	}
	if err := ristretto.Check(b); err != nil {
		return Public{}, fmt.Errorf("elgamal: public key: %w", err)
	}
	p := newPublic(bytes.Clone(b))
	for c := range columns {
		if p.has(p.key(c), c) {
			return Public{}, fmt.Errorf("elgamal: public key: %w", &ristretto.PointError{Index: c})
		}
	}
	return p, nil
}

// has reports whether a key is among the first so many.
func (p Public) has(key []byte, columns int) bool {
	for c := range columns {
		if bytes.Equal(p.key(c), key) {
			return true
		}
	}
	return false
}

// Meets reports whether any key of p is one of q: a peer that gives back our
// own is refused.
func (p Public) Meets(q Public) bool {
	for c := range q.Columns() {
		if p.has(q.key(c), p.Columns()) {
			return true
		}
	}
	return false
}

// key is the encoding of a column's key.
func (p Public) key(c int) []byte { return p.encoded[c*Size : (c+1)*Size] }

// Columns is how many keys there are.
func (p Public) Columns() int { return len(p.encoded) / Size }

// Bytes gives the keys' encodings, 32 bytes a column, as [ParsePublic] reads
// them.
func (p Public) Bytes() []byte { return bytes.Clone(p.encoded) }
