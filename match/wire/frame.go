package wire

import (
	"crypto/sha512"
	"hash"
	"io"
)

// MaxRows is the most rows that one frame may carry (PROTOCOLS.md §1.12).
const MaxRows = 65536

// frameBytes is the size aimed at for a frame's columns: far below gRPC's
// limits, large enough that framing costs nothing.
const frameBytes = 1 << 20

// A Frame is one batch of a message: some rows of every column of its kind.
//
// The columns are lent: whoever receives a Frame may read them until it asks
// for the next one, and may not write to them.
type Frame struct {
	Kind    Kind
	Level   uint8    // the identifier level that the message belongs to
	Last    bool     // no more frames of this message follow
	Rows    int      // rows in this frame, at most [MaxRows]; 0 only in an empty message
	Columns [][]byte // in the order of the kind's schema, Rows × width bytes each
}

// RowsPerFrame is how many rows of the schema go into one frame.
func RowsPerFrame(s Schema) int {
	return max(1, min(MaxRows, frameBytes/s.RowWidth()))
}

// Fits reports whether every column has exactly the bytes that the schema and
// the number of rows ask for.
func (f Frame) Fits(s Schema) bool {
	if f.Rows < 0 || f.Rows > MaxRows || len(f.Columns) != len(s) {
		return false
	}
	for i, c := range s {
		if len(f.Columns[i]) != f.Rows*c.Type.Width() {
			return false
		}
	}
	return true
}

// A Digest hashes the values of a message column by column: the name, the
// type and the raw little-endian values (PROTOCOLS.md §1.11).
type Digest struct{ h hash.Hash }

// NewDigest starts an empty digest.
func NewDigest() *Digest { return &Digest{sha512.New512_256()} }

// Add takes in one frame.
func (d *Digest) Add(s Schema, f Frame) {
	for i, c := range s {
		io.WriteString(d.h, c.Name)
		io.WriteString(d.h, c.Type.String())
		d.h.Write(f.Columns[i])
	}
}

// Sum is the digest of the frames added so far.
func (d *Digest) Sum() (sum [32]byte) {
	d.h.Sum(sum[:0])
	return sum
}
