package column

import "math/bits"

// Bits is a set of row numbers. The zero value is empty.
type Bits struct{ words []uint64 }

// Set puts i into the set.
func (b *Bits) Set(i uint64) {
	for uint64(len(b.words)) <= i/64 {
		b.words = append(b.words, 0)
	}
	b.words[i/64] |= 1 << (i % 64)
}

// Get reports whether i is in the set.
func (b *Bits) Get(i uint64) bool {
	return i/64 < uint64(len(b.words)) && b.words[i/64]>>(i%64)&1 == 1
}

// Count is how many numbers are in the set.
func (b *Bits) Count() (n uint64) {
	for _, w := range b.words {
		n += uint64(bits.OnesCount64(w))
	}
	return n
}
