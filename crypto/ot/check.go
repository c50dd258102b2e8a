package ot

import (
	"crypto/sha3"

	"mandorla/crypto/gf128"
)

// The message of an extension is, for each tree, its choices hidden; then the hash
// of the choices and the digest of the hashes of the columns.
const checkSize = gf128.Size + 32

// blocksOf is the blocks of 128 rows of an extension: those of n rows, and one that
// hides the rest in the check.
func blocksOf(n int) int { return (n+Count-1)/Count + 1 }

// extensionSize is the bytes of the message without that of the trees.
func extensionSize(n int) int { return trees*blocksOf(n)*gf128.Size + checkSize }

// A challenge is a linear map of a column's blocks to one: a random coefficient for
// each but the last, which hides what the map shows of the others.
type challenge []gf128.Element

// challenged draws the challenge of an extension of n rows from all that went
// before it.
func challenged(session [32]byte, extension uint64, n int, hidden []byte) challenge {
	sum := digest(useChallenge, session[:], uint64s(extension, uint64(n)), hidden)
	h := sha3.NewSHAKE128()
	h.Write(sum[:])
	b := make([]byte, (blocksOf(n)-1)*gf128.Size)
	h.Read(b)
	c := make(challenge, blocksOf(n)-1)
	for i := range c {
		c[i] = gf128.FromBytes(b[i*gf128.Size:])
	}
	return c
}

func (c challenge) of(column []gf128.Element) gf128.Element {
	last := len(c)
	return gf128.Inner(c, column[:last]).Add(column[last])
}

// digestOf is the digest of the hashes of all columns, each less, where the bit of
// delta is one, the hash of the choices.
func (c challenge) digestOf(columns *columns, delta, choices gf128.Element, session [32]byte, extension uint64) [32]byte {
	hashes := make([]byte, 0, Count*gf128.Size)
	for i, column := range columns {
		hashes = c.of(column).Add(masked(choices, -delta.Bit(i))).Append(hashes)
	}
	return digest(useColumns, session[:], uint64s(extension), hashes)
}
