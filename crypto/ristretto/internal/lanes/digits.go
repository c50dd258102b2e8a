package lanes

import (
	"encoding/binary"
	"math/bits"
)

// A scalar is worked off in windows of so many bits, for each of which a table has
// an entry for every odd number of as many bits. Those of a multiplication have:
const (
	tableBits    = 4
	tableEntries = 1 << (tableBits - 1)
	tableTurns   = 256 / tableBits
)

// order is that of the group, ℓ, least significant word first.
var order = [4]uint64{0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000}

// A recoded scalar has bits that count as 1 or -1 instead of 1 or 0, so that no
// window of them stands for zero.
type recoded [Size + 8]byte

// set makes r of k, below 2^255, halved so many times modulo ℓ, 0 or 1, in n bits
// b_i, from 254 on: Σ (2b_i-1)·2^i is 2S - (2^n-1), where S is the number of these
// bits. It is m for S = (m + 2^n - 1)/2, if m is odd, and m is the half of k + jℓ,
// or that itself, for the j that makes it whole and odd: ℓ is 1 modulo 4.
func (r *recoded) set(k []byte, halvings, n int) {
	half := uint64(1) << halvings
	j := (half - uint64(k[0])) & (2*half - 1)
	var sum [6]uint64
	var over, carry uint64
	for i := range order {
		high, low := bits.Mul64(order[i], j)
		low, carry = bits.Add64(low, over, 0)
		over = high + carry
		sum[i], carry = bits.Add64(binary.LittleEndian.Uint64(k[8*i:]), low, 0)
		over += carry
	}
	for i := range sum[:5] {
		word := sum[i]>>(halvings+1) | sum[i+1]<<(63-halvings)
		if i == (n-1)/64 {
			word |= 1 << ((n - 1) % 64)
		}
		binary.LittleEndian.PutUint64(r[8*i:], word)
	}
	clear(sum[:])
}

// turns sets every step-th number to a turn, n windows of 4 to 6 bits from the
// least significant on: a window of the value v stands for 2v+1 - 2^width, which is
// odd, and negative for the lower half. Sixty bits are read at a time.
func (r *recoded) turns(to []uint64, step, n int, width uint) {
	for bit, at := 0, 0; n > 0; bit += 60 {
		some := min(n, 60/int(width))
		window := binary.LittleEndian.Uint64(r[bit/8:]) >> (bit % 8)
		for range some {
			to[at] = window & (1<<width - 1)
			window >>= width & 63
			at += step
		}
		n -= some
	}
}

// split gives the place of a turn's entry, for windows of so many bits, and a mask
// that is all ones where the entry counts negatively.
func split(turn uint64, width uint) (place, sign uint64) {
	sign = turn>>(width-1) - 1
	return (turn ^ sign) & (1<<(width-1) - 1), sign
}
