package ledger

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"

	"golang.org/x/mod/sumdb/tlog"
)

// A Commitment is the Merkle tree (RFC 6962) over SHA-256(salt_i ‖ row_i) of a
// table's rows (PROTOCOLS.md §1.3, §10), built as the rows stream by. Its root
// says nothing about them; whoever has the seed can open single rows later.
// It is not safe for concurrent use.
type Commitment struct {
	salts  hash.Hash
	salted []byte // the present row behind its salt
	rows   int64
	hashes []tlog.Hash // all stored hashes of the tree so far that may be needed again: one a level
}

// NewCommitment starts a commitment. The seed makes every row's salt and has
// to be secret and used once.
func NewCommitment(seed [32]byte) *Commitment { return &Commitment{salts: newSalts(seed)} }

// newSalts is the HMAC under the seed, which makes every row's salt.
func newSalts(seed [32]byte) hash.Hash { return hmac.New(sha256.New, seed[:]) }

// appendSalt appends the salt of row i.
func appendSalt(dst []byte, salts hash.Hash, i int64) []byte {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(i))
	salts.Reset()
	salts.Write(b[:])
	return salts.Sum(dst)
}

// Add takes in the next row.
func (c *Commitment) Add(row []byte) {
	c.salted = append(appendSalt(c.salted[:0], c.salts, c.rows), row...)
	record := sha256.Sum256(c.salted)
	h := tlog.RecordHash(record[:])
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
// The root vouches for the value; the row's number and the table's length are
// as told, since trees of different sizes can have branches of the same shape.
type Opening struct {
	Row   int64    // its number
	Rows  int64    // of the table
	Salt  [32]byte // of the row
	Path  [][32]byte
	Value []byte
}

// maxRows is the longest table that an opening may tell of.
const maxRows = 1 << 48

// ErrOpening is a row that is not what was committed to.
var ErrOpening = errors.New("ledger: the row is not in the commitment")

// Open makes the opening of row i, given the seed and all rows again.
func Open(seed [32]byte, rows [][]byte, i int64) (*Opening, error) {
	if i < 0 || i >= int64(len(rows)) {
		return nil, fmt.Errorf("%w: row %d of %d", ErrOpening, i, len(rows))
	}
	tree, err := grow(seed, rows)
	if err != nil {
		return nil, err
	}
	proof, err := tlog.ProveRecord(int64(len(rows)), i, tree)
	if err != nil {
		return nil, err
	}
	o := &Opening{Row: i, Rows: int64(len(rows)), Salt: [32]byte(appendSalt(nil, newSalts(seed), i)), Value: rows[i]}
	for _, h := range proof {
		o.Path = append(o.Path, h)
	}
	return o, nil
}

// grow makes the whole tree.
func grow(seed [32]byte, rows [][]byte) (tlog.HashReader, error) {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(at))
		for j, a := range at {
			out[j] = stored[a]
		}
		return out, nil
	})
	salts := newSalts(seed)
	for n, row := range rows {
		record := sha256.Sum256(append(appendSalt(nil, salts, int64(n)), row...))
		hashes, err := tlog.StoredHashes(int64(n), record[:], reader)
		if err != nil {
			return nil, err
		}
		stored = append(stored, hashes...)
	}
	return reader, nil
}

// Check sees whether the opening belongs to the root.
func (o *Opening) Check(root [32]byte) error {
	if o.Rows > maxRows {
		return fmt.Errorf("%w: a table of %d rows", ErrOpening, o.Rows)
	}
	record := sha256.Sum256(append(o.Salt[:], o.Value...))
	var path tlog.RecordProof
	for _, p := range o.Path {
		path = append(path, p)
	}
	if err := tlog.CheckRecord(path, o.Rows, root, o.Row, tlog.RecordHash(record[:])); err != nil {
		return fmt.Errorf("%w: row %d", ErrOpening, o.Row)
	}
	return nil
}
