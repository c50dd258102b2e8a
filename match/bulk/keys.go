package bulk

import (
	"crypto/sha256"

	"mandorla/crypto/gf128"
	"mandorla/crypto/mmo"
)

// label begins whatever is hashed here.
const label = "CLEANROOM-V01-CS01-BULK-"

// derive is SHA-256 over what a use is, the run, the level and something else:
// no two uses share a key (BULK.md F6).
func derive(use string, sid [32]byte, level uint8, from []byte) (out [32]byte) {
	h := sha256.New()
	h.Write([]byte(label + use))
	h.Write([]byte{0})
	h.Write(sid[:])
	h.Write([]byte{level})
	h.Write(from)
	h.Sum(out[:0])
	return out
}

// hashes are the functions of identifiers that a seed keys: where an identifier
// stands in the OKVS, and the value H(x) that it has there.
type hashes struct{ place, value *mmo.Hash }

func newHashes(sid [32]byte, level uint8, seed [16]byte) hashes {
	place, value := derive("PLACE", sid, level, seed[:]), derive("VALUE", sid, level, seed[:])
	return hashes{mmo.New([16]byte(place[:16])), mmo.New([16]byte(value[:16]))}
}

// of hashes identifiers.
func (h hashes) of(x []gf128.Element) (places, values []gf128.Element) {
	places, values = make([]gf128.Element, len(x)), make([]gf128.Element, len(x))
	h.place.MMO(places, x)
	h.value.MMO(values, x)
	return places, values
}

// tagsOf appends the first width bytes of each identifier's tag: the hash of the
// OPRF's value u + w, which keys it, and the identifier x. It adds w to u.
func tagsOf(dst []byte, u, x []gf128.Element, w gf128.Element, width int) []byte {
	for i := range u {
		u[i] = u[i].Add(w)
	}
	tags := make([]gf128.Element, len(u))
	mmo.Keyed(tags, u, x)
	var tag [16]byte
	for _, t := range tags {
		t.Put(tag[:])
		dst = append(dst, tag[:width]...)
	}
	return dst
}
