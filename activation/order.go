package activation

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// placeSize is the bytes of a place: that two rows of 2^31 have the same one has a
// chance of 2^-67.
const placeSize = 16

// A Place is where a row stands in a file: the rows are in the order of their
// places.
type Place [placeSize]byte

// An Order gives the rows of one list their places, real ones and decoys alike. To
// whoever has not the secret each order of all rows is as likely as any other, so
// that the order of the sender's table, by id or by day, tells no decoy; and it is
// the same whenever the same list leaves, so that two copies tell none either.
type Order struct{ mac hash.Hash }

// Order is that of a list.
func (s Secret) Order(l List) *Order {
	return &Order{hmac.New(sha256.New, s.mac("order", l.Recipient, l.Agreement, l.Run))}
}

// Real is the place of the nth row of the list.
func (o *Order) Real(n uint64) Place { return o.place('r', n) }

// Decoy is the place of the nth decoy.
func (o *Order) Decoy(n uint64) Place { return o.place('d', n) }

func (o *Order) place(kind byte, n uint64) (p Place) {
	o.mac.Reset()
	o.mac.Write(binary.BigEndian.AppendUint64([]byte{kind}, n))
	copy(p[:], o.mac.Sum(nil))
	return p
}
