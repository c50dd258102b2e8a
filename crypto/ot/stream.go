package ot

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"

	"mandorla/crypto/gf128"
)

// stretch is the bytes of every stream that are worked on at a time.
const stretch = 2048

// nothing is what streams are added to.
var nothing [stretch]byte

// Ciphers are those of a tree's streams, by leaf; nil where the key is not known. A
// cipher is of one stream, of which every extension takes another part.
type ciphers [leaves]cipher.Block

// set makes the ciphers of the keys from one on.
func (c *ciphers) set(keys *tree, from int) {
	for y := from; y < leaves; y++ {
		var key [gf128.Size]byte
		keys[y].Put(key[:])
		c[y], _ = aes.NewCipher(key[:]) // its one error is a key of another length
		clear(key[:])
	}
}

// Streams are those of a tree's leaves in one extension, in step.
type streams struct {
	of  [leaves]cipher.Stream // nil where the cipher is
	out [leaves][stretch]byte
}

// start begins the streams of a tree for an extension.
func (s *streams) start(c *ciphers, extension uint64) {
	var iv [aes.BlockSize]byte
	binary.BigEndian.PutUint64(iv[:], extension)
	for y, block := range c {
		if block != nil {
			s.of[y] = cipher.NewCTR(block, iv[:])
		}
	}
}

// next takes n more bytes of each stream and adds them up: the sum of all comes to
// place 0, and that of those with bit b of their number to place 2^b.
func (s *streams) next(n int) {
	for y, stream := range s.of {
		if stream == nil {
			clear(s.out[y][:n])
			continue
		}
		stream.XORKeyStream(s.out[y][:n], nothing[:n])
	}
	for half := leaves / 2; half > 0; half /= 2 {
		for y := range half {
			addBytes(s.out[y][:n], s.out[half+y][:n])
		}
		for y := 1; y < half; y++ {
			addBytes(s.out[half][:n], s.out[half+y][:n])
		}
	}
}

func addBytes(dst, src []byte) { subtle.XORBytes(dst, dst, src) }

// Columns are the columns of a matrix of bits with 128 bits a row, in blocks of 128
// rows: bit r of block k is of row 128k + r. The last block is of no row that is
// given to anybody.
type columns [Count][]gf128.Element

func newColumns(blocks int) *columns {
	all, c := make([]gf128.Element, Count*blocks), new(columns)
	for i := range c {
		c[i] = all[i*blocks : (i+1)*blocks]
	}
	return c
}

// wipe clears all columns, which lie one after another.
func (c *columns) wipe() { clear(c[0][:cap(c[0])]) }

// put sets the blocks of a column from one on.
func (c *columns) put(column, from int, bytes []byte) {
	dst := c[column][from:]
	for k := range len(bytes) / gf128.Size {
		dst[k] = gf128.FromBytes(bytes[k*gf128.Size:])
	}
}

// add adds bytes where the mask is all ones to the blocks of a column.
func (c *columns) add(column int, bytes []byte, mask uint64) {
	dst := c[column]
	for k := range dst {
		dst[k] = dst[k].Add(masked(gf128.FromBytes(bytes[k*gf128.Size:]), mask))
	}
}

// rows are the first n rows.
func (c *columns) rows(n int) []gf128.Element {
	const w = 64
	blocks := len(c[0]) - 1
	out := make([]gf128.Element, blocks*Count)
	for k := range blocks {
		var a [4][w]uint64 // the quarters of 128 by 128 bits
		for i := range w {
			left, right := c[i][k], c[w+i][k]
			a[0][i], a[1][i], a[2][i], a[3][i] = left.Lo, left.Hi, right.Lo, right.Hi
		}
		for i := range a {
			transpose(&a[i])
		}
		to := out[k*Count : (k+1)*Count]
		for i := range w {
			to[i] = gf128.Element{Lo: a[0][i], Hi: a[2][i]}
			to[w+i] = gf128.Element{Lo: a[1][i], Hi: a[3][i]}
		}
	}
	return out[:n]
}

// transpose swaps bit i of word j and bit j of word i, for all i and j: squares of
// half the size at each step.
func transpose(a *[64]uint64) {
	mask := uint64(1<<32 - 1)
	for half := 32; half > 0; half /= 2 {
		for i := 0; i < 64; i = (i + half + 1) &^ half {
			upper, lower := &a[i&63], &a[(i+half)&63]
			swap := (*upper>>half ^ *lower) & mask
			*upper ^= swap << half
			*lower ^= swap
		}
		mask ^= mask << (half / 2)
	}
}
