package ledger

import (
	"crypto/aes"
	"crypto/cipher"
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
	salts  *salts
	salted []byte // the present row behind its salt
	rows   int64
	hashes []tlog.Hash // all stored hashes of the tree so far that may be needed again: one a level
}

// NewCommitment starts a commitment. The seed makes every row's salt and has
// to be secret and used once.
func NewCommitment(seed [32]byte) *Commitment { return &Commitment{salts: newSalts(&seed)} }

// saltSize is 128 bits: nobody can try guesses of a row behind them.
const saltSize = aes.BlockSize

// salts makes the salts of the rows in order: that of row i is AES-256(seed, i),
// the blocks of counter mode, many at a time.
type salts struct {
	blocks cipher.Stream
	made   [256 * saltSize]byte
	left   []byte // of what was made
}

func newSalts(seed *[32]byte) *salts {
	block, _ := aes.NewCipher(seed[:]) // 32 bytes are always a key
	return &salts{blocks: cipher.NewCTR(block, make([]byte, saltSize))}
}

// next is the next row's salt, lent until the next call.
func (s *salts) next() []byte {
	if len(s.left) == 0 {
		clear(s.made[:])
		s.blocks.XORKeyStream(s.made[:], s.made[:])
		s.left = s.made[:]
	}
	out := s.left[:saltSize]
	s.left = s.left[saltSize:]
	return out
}

// saltOf is the salt of row i.
func saltOf(seed *[32]byte, i int64) (out [saltSize]byte) {
	block, _ := aes.NewCipher(seed[:])
	binary.BigEndian.PutUint64(out[8:], uint64(i))
	block.Encrypt(out[:], out[:])
	return out
}

// leafOf is the leaf of a row: what RFC 6962 hashes a record to, without the
// allocations of tlog.RecordHash.
func leafOf(record *[32]byte) tlog.Hash {
	var b [33]byte // led by 0
	copy(b[1:], record[:])
	return sha256.Sum256(b[:])
}

// nodeOf is the node over two, as tlog.NodeHash has it.
func nodeOf(left, right *tlog.Hash) tlog.Hash {
	var b [65]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[33:], right[:])
	return sha256.Sum256(b[:])
}

// Add takes in the next row.
func (c *Commitment) Add(row []byte) {
	c.salted = append(append(c.salted[:0], c.salts.next()...), row...)
	record := sha256.Sum256(c.salted)
	h := leafOf(&record)
	// A complete subtree of every size that the number of rows has a bit for
	// is kept; adding a row carries like adding one does.
	for n, level := c.rows, 0; ; n, level = n>>1, level+1 {
		if n&1 == 0 {
			c.put(level, h)
			break
		}
		h = nodeOf(&c.hashes[level], &h)
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
		root = nodeOf(&c.hashes[level], &root)
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
