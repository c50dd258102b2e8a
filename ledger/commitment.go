package ledger

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"mandorla/crypto/sums"
)

// A Commitment is the Merkle tree (RFC 6962) over SHA-256(salt_i ‖ row_i) of a
// table's rows (PROTOCOLS.md §1.3, §10), built as the rows stream by. Its root
// says nothing about them; whoever has the seed can open single rows later.
// It is not safe for concurrent use.
type Commitment struct {
	salts  cipher.Stream
	room   [perBatch * saltSize]byte
	salted []byte // the present batch's rows, each behind its salt
	ends   []int
	tree   []byte      // room for their hashes
	rows   int64       // of the batches before
	hashes []tlog.Hash // of the complete subtrees of those rows, one for every bit of their number
}

// perBatch is how many rows are hashed together. They are one subtree.
const (
	batchLevel = 8
	perBatch   = 1 << batchLevel
)

// saltSize is 128 bits: nobody can try guesses of a row behind them.
const saltSize = aes.BlockSize

// NewCommitment starts a commitment. The seed makes every row's salt and has
// to be secret and used once.
func NewCommitment(seed [32]byte) *Commitment {
	block, _ := aes.NewCipher(seed[:]) // 32 bytes are always a key
	return &Commitment{salts: cipher.NewCTR(block, make([]byte, saltSize))}
}

// saltOf is the salt of row i: AES-256(seed, i), so that the salts of rows in
// order are the blocks of counter mode.
func saltOf(seed *[32]byte, i int64) (out [saltSize]byte) {
	block, _ := aes.NewCipher(seed[:])
	binary.BigEndian.PutUint64(out[8:], uint64(i))
	block.Encrypt(out[:], out[:])
	return out
}

// Add takes in the next row.
func (c *Commitment) Add(row []byte) {
	at := len(c.ends)
	if at == 0 {
		clear(c.room[:])
		c.salts.XORKeyStream(c.room[:], c.room[:])
	}
	c.salted = append(append(c.salted, c.room[at*saltSize:][:saltSize]...), row...)
	c.ends = append(c.ends, len(c.salted))
	if len(c.ends) < perBatch {
		return
	}
	tree := c.leaves()
	for len(tree) > sums.Size {
		tree = nodes(tree)
	}
	c.carry(tlog.Hash(tree), batchLevel)
	c.rows += perBatch
	c.salted, c.ends = c.salted[:0], c.ends[:0]
}

// What RFC 6962 puts in front of a record, and of two hashes.
var (
	plain      = sums.New(nil)
	leafStart  = sums.New([]byte{0})
	nodesStart = sums.New([]byte{1})
)

// leaves are the leaves of the present batch, lent until the next call.
func (c *Commitment) leaves() []byte {
	c.tree = slices.Grow(c.tree[:0], sums.Size*len(c.ends))[:sums.Size*len(c.ends)]
	start := 0
	plain.Sums(c.tree, func(i int) []byte {
		row := c.salted[start:c.ends[i]]
		start = c.ends[i]
		return row
	})
	leafStart.Alike(c.tree, c.tree, sums.Size)
	return c.tree
}

// nodes are the nodes over every two neighbours, in their place.
func nodes(below []byte) []byte {
	above := below[:len(below)/2]
	nodesStart.Alike(above, below, 2*sums.Size)
	return above
}

// carry adds a complete subtree of 2^level rows behind the others, as adding to
// their number carries.
func (c *Commitment) carry(h tlog.Hash, level int) {
	for ; c.rows>>level&1 == 1; level++ {
		h = tlog.NodeHash(c.hashes[level], h)
	}
	for len(c.hashes) <= level {
		c.hashes = append(c.hashes, tlog.Hash{})
	}
	c.hashes[level] = h
}

// Root is the tree's root; of no rows it is the hash of nothing.
func (c *Commitment) Root() [32]byte {
	all := &Commitment{rows: c.rows, hashes: slices.Clone(c.hashes)}
	for leaf := range slices.Chunk(c.leaves(), sums.Size) {
		all.carry(tlog.Hash(leaf), 0)
		all.rows++
	}
	if all.rows == 0 {
		return sha256.Sum256(nil)
	}
	var root tlog.Hash
	for level, first := 0, true; level < len(all.hashes); level++ {
		if all.rows>>level&1 == 0 {
			continue
		}
		if first {
			root, first = all.hashes[level], false
			continue
		}
		root = tlog.NodeHash(all.hashes[level], root)
	}
	return root
}

// An Opening lets somebody who knows a commitment's root see one of its rows.
// The root vouches for the value; the row's number and the table's length are
// as told, since trees of different sizes can have branches of the same shape.
type Opening struct {
	Row   int64          // its number
	Rows  int64          // of the table
	Salt  [saltSize]byte // of the row
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
	o := &Opening{Row: i, Rows: int64(len(rows)), Salt: saltOf(&seed, i), Value: rows[i]}
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
	for n, row := range rows {
		salt := saltOf(&seed, int64(n))
		record := sha256.Sum256(append(salt[:], row...))
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
