package lanes

import (
	"encoding/binary"
	"math/bits"
)

// order is that of the group, ℓ, least significant word first.
var order = [4]uint64{0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000}

// halve gives k/2 modulo the order: k, or k + ℓ where k is odd, shifted.
func halve(k *[Size]byte) (half [Size]byte) {
	odd := -uint64(k[0] & 1)
	var sum [4]uint64
	var carry uint64
	for i := range sum {
		sum[i], carry = bits.Add64(binary.LittleEndian.Uint64(k[8*i:]), order[i]&odd, carry)
	}
	for i := range sum {
		word := sum[i] >> 1
		if i < len(sum)-1 {
			word |= sum[i+1] << 63
		}
		binary.LittleEndian.PutUint64(half[8*i:], word)
	}
	clear(sum[:])
	return half
}

// digits are those of a scalar below 2^255 to the base 16, least significant
// first, each from -8 to 8.
type digits [2 * Size]int8

func (d *digits) set(k *[Size]byte) {
	for i, b := range k {
		d[2*i], d[2*i+1] = int8(b&15), int8(b>>4)
	}
	var carry int8
	for i := range len(d) - 1 {
		d[i] += carry
		carry = (d[i] + 8) >> 4
		d[i] -= carry << 4
	}
	d[len(d)-1] += carry
}

// split gives |d| and a mask that is all ones where d is negative.
func split(d int8) (abs, sign uint64) {
	s := int64(d) >> 63
	return uint64((int64(d) ^ s) - s), uint64(s)
}
