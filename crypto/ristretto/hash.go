package ristretto

import (
	"crypto/sha512"
	"encoding/binary"
)

// A DST is a domain separation tag of RFC 9380, at most 255 bytes.
type DST string

const maxDST = 255

// The tags of PROTOCOLS.md §1.3: what is hashed under one can never equal what
// is hashed under another.
const (
	DSTIdentifier DST = "CLEANROOM-V01-CS01-with-ristretto255_XMD:SHA-512_R255MAP_RO_ID_"
	DSTPool       DST = "CLEANROOM-V01-CS01-with-ristretto255_XMD:SHA-512_R255MAP_RO_POOL_"
	// DSTOPRF is HashToGroup of RFC 9497 in mode 0 (OPRF), ristretto255-SHA512.
	DSTOPRF DST = "HashToGroup-OPRFV1-\x00-ristretto255-SHA512"
)

// An xmd is expand_message_xmd (RFC 9380 §5.3.1) with SHA-512 to 64 bytes, for
// messages of one width, in buffers of its own.
type xmd struct {
	first  []byte // Z_pad ‖ msg ‖ l_i_b_str ‖ 0 ‖ DST_prime
	second []byte // b_0 ‖ 1 ‖ DST_prime
}

func newXMD(tag DST, width int) *xmd {
	prime := append([]byte(tag), byte(len(tag)))
	x := &xmd{first: make([]byte, sha512.BlockSize+width, sha512.BlockSize+width+3+len(prime))}
	x.first = append(append(x.first, 0, 64, 0), prime...)
	x.second = append(append(make([]byte, sha512.Size), 1), prime...)
	return x
}

func (x *xmd) expand(msg []byte) [64]byte {
	copy(x.first[sha512.BlockSize:], msg)
	b0 := sha512.Sum512(x.first)
	copy(x.second, b0[:])
	return sha512.Sum512(x.second)
}

// expandAll expands messages of one width to 64 bytes each.
func expandAll(tag DST, msgs []byte, width int) []byte {
	x := newXMD(tag, width)
	defer x.wipe()
	uniform := make([]byte, 0, len(msgs)/width*sha512.Size)
	for i := 0; i < len(msgs); i += width {
		u := x.expand(msgs[i : i+width])
		uniform = append(uniform, u[:]...)
	}
	return uniform
}

func (x *xmd) wipe() {
	clear(x.first)
	clear(x.second)
}

// PoolMessage is what a dummy pool's point is the [DSTPool] hash of: point k of
// side's pool in cell (p, q) at a level (PROTOCOLS.md §1.7).
func PoolMessage(dst []byte, sid [32]byte, side byte, level uint8, p, q, k uint32) []byte {
	dst = append(dst, sid[:]...)
	dst = append(dst, side, level)
	dst = binary.BigEndian.AppendUint32(dst, p)
	dst = binary.BigEndian.AppendUint32(dst, q)
	return binary.BigEndian.AppendUint32(dst, k)
}

// tagLabel begins what a DH tag is the hash of.
const tagLabel = "CLEANROOM-V01-CS01-TAG"

// TagSize is the bytes of a tag.
const TagSize = 16

// Tags is T(P, level) of PROTOCOLS.md §1.3 for n encoded points: dst takes 16
// bytes a point, and a shorter one is a programmer's error that panics. A tag
// binds the run and the level, and denies its receiver a group element.
func Tags(dst, points []byte, sid [32]byte, level uint8) {
	_ = share(len(points)/Size, func(from, to int) int {
		newTagger(sid, level).tags(dst[from*TagSize:to*TagSize], points[from*Size:to*Size])
		return fine
	})
}

// A tagger is the message that is hashed, but for the point at its end.
type tagger [len(tagLabel) + 32 + 1 + Size]byte

func newTagger(sid [32]byte, level uint8) *tagger {
	t := new(tagger)
	copy(t[copy(t[:], tagLabel):], sid[:])
	t[len(t)-Size-1] = level
	return t
}

// tags makes the tags of some points.
func (t *tagger) tags(dst, points []byte) {
	defer clear(t[:])
	for len(points) > 0 {
		copy(t[len(t)-Size:], points[:Size])
		sum := sha512.Sum512(t[:])
		copy(dst, sum[:TagSize])
		dst, points = dst[TagSize:], points[Size:]
	}
}
