package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// A Commitment is the Merkle tree (RFC 6962) over SHA-256(salt_i ‖ row_i) of a
// table's rows (PROTOCOLS.md §1.3, §10), built as the rows stream by. Its root
// says nothing about them; whoever has the seed can open single rows later.
// It is not safe for concurrent use.
type Commitment struct {
	seed   [32]byte
	rows   int64
	hashes []tlog.Hash // all stored hashes of the tree so far that may be needed again: one a level
}

// NewCommitment starts a commitment. The seed makes every row's salt and has
// to be secret and used once.
func NewCommitment(seed [32]byte) *Commitment { return &Commitment{seed: seed} }

// salt is that of row i.
func salt(seed [32]byte, i int64) []byte {
	mac := hmac.New(sha256.New, seed[:])
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(i))
	mac.Write(b[:])
	return mac.Sum(nil)
}

// leaf is what stands in the tree for row i.
func leaf(seed [32]byte, i int64, row []byte) tlog.Hash {
	return tlog.RecordHash(leafInput(seed, i, row))
}

// Add takes in the next row.
func (c *Commitment) Add(row []byte) {
	h := leaf(c.seed, c.rows, row)
	// A complete subtree of every size that the number of rows has a bit for
	// is kept; adding a row carries like adding one does.
	for n, level := c.rows, 0; ; n, level = n>>1, level+1 {
		if n&1 == 0 {
			c.put(level, h)
			break
		}
		h = tlog.NodeHash(c.hashes[level], h)
	}
	c.rows++
}

func (c *Commitment) put(level int, h tlog.Hash) {
	if level == len(c.hashes) {
		c.hashes = append(c.hashes, h)
	}
	c.hashes[level] = h
}

// Root is the tree's root; of no rows it is the hash of nothing.
func (c *Commitment) Root() [32]byte {
	if c.rows == 0 {
		return sha256.Sum256(nil)
	}
	var root tlog.Hash
	for level, first := 0, true; level < len(c.hashes); level++ {
		if c.rows>>level&1 == 0 {
			continue
		}
		if first {
			root, first = c.hashes[level], false
			continue
		}
		root = tlog.NodeHash(c.hashes[level], root)
	}
	return root
}

// An Opening lets somebody who knows a commitment's root see one of its rows.
type Opening struct {
	Row   int64    // its number
	Rows  int64    // of the table
	Salt  [32]byte // of the row
	Path  [][32]byte
	Value []byte
}

// ErrOpening is a row that is not what was committed to.
var ErrOpening = errors.New("ledger: the row is not in the commitment")

// Open makes the opening of row i, given the seed and all rows again.
func Open(seed [32]byte, rows [][]byte, i int64) (*Opening, error) {
	if i < 0 || i >= int64(len(rows)) {
		return nil, fmt.Errorf("%w: row %d of %d", ErrOpening, i, len(rows))
	}
	stored := map[int64]tlog.Hash{}
	reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for j, a := range at {
			out[j] = stored[a]
		}
		return out, nil
	})
	for n, row := range rows {
		l := leafInput(seed, int64(n), row)
		hashes, err := tlog.StoredHashes(int64(n), l, reader)
		if err != nil {
			return nil, err
		}
		for j, h := range hashes {
			stored[tlog.StoredHashIndex(0, int64(n))+int64(j)] = h
		}
	}
	proof, err := tlog.ProveRecord(int64(len(rows)), i, reader)
	if err != nil {
		return nil, err
	}
	o := &Opening{Row: i, Rows: int64(len(rows)), Salt: [32]byte(salt(seed, i)), Value: rows[i]}
	for _, h := range proof {
		o.Path = append(o.Path, h)
	}
	return o, nil
}

// leafInput is the record that a row's leaf is the hash of.
func leafInput(seed [32]byte, i int64, row []byte) []byte {
	h := sha256.New()
	h.Write(salt(seed, i))
	h.Write(row)
	return h.Sum(nil)
}

// Check sees whether the opening belongs to the root.
func (o *Opening) Check(root [32]byte) error {
	h := sha256.New()
	h.Write(o.Salt[:])
	h.Write(o.Value)
	var path tlog.RecordProof
	for _, p := range o.Path {
		path = append(path, p)
	}
	if err := tlog.CheckRecord(path, o.Rows, root, o.Row, tlog.RecordHash(h.Sum(nil))); err != nil {
		return fmt.Errorf("%w: row %d", ErrOpening, o.Row)
	}
	return nil
}
