package ledger

import (
	"bytes"
	"crypto/aes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

var seed = [32]byte{1, 2, 3}

// tableOf is n rows of different lengths.
func tableOf(n int) [][]byte {
	rows := make([][]byte, n)
	for i := range rows {
		rows[i] = fmt.Appendf(nil, "row %d %s", i, bytes.Repeat([]byte("x"), i%9))
	}
	return rows
}

// record is PROTOCOLS.md §1.3's SHA-256(salt_i ‖ row_i).
func record(i int, row []byte) []byte {
	block, err := aes.NewCipher(seed[:])
	if err != nil {
		panic(err)
	}
	salt := binary.BigEndian.AppendUint64(make([]byte, 8), uint64(i))
	block.Encrypt(salt, salt)
	h := sha256.Sum256(append(salt, row...))
	return h[:]
}

// slowRoot is RFC 6962's definition of the tree's hash.
func slowRoot(records [][]byte) [32]byte {
	n := len(records)
	switch n {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, records[0]...))
	}
	k := 1
	for 2*k < n {
		k *= 2
	}
	l, r := slowRoot(records[:k]), slowRoot(records[k:])
	return sha256.Sum256(slices.Concat([]byte{1}, l[:], r[:]))
}

// TestRoot compares the root with RFC 6962's definition, and with the library's.
func TestRoot(t *testing.T) {
	const most = 2*perBatch + 5
	rows := tableOf(most)
	c := NewCommitment(seed)
	var records [][]byte
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(at []int64) (out []tlog.Hash, err error) {
		for _, a := range at {
			out = append(out, stored[a])
		}
		return out, nil
	})
	for n := range most + 1 {
		library, err := tlog.TreeHash(int64(n), reader)
		if err != nil || c.Root() != library || c.Root() != slowRoot(records) {
			t.Fatalf("another root over %d rows (%v)", n, err)
		}
		if n == most {
			break
		}
		c.Add(rows[n])
		records = append(records, record(n, rows[n]))
		hashes, err := tlog.StoredHashes(int64(n), records[n], reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, hashes...)
	}
}

func rootOf(seed [32]byte, rows [][]byte) [32]byte {
	c := NewCommitment(seed)
	for _, row := range rows {
		c.Add(row)
	}
	return c.Root()
}

func TestRootDependsOnAll(t *testing.T) {
	rows := tableOf(5)
	base := rootOf(seed, rows)
	swapped := slices.Clone(rows)
	swapped[1], swapped[2] = swapped[2], swapped[1]
	for name, other := range map[string][32]byte{
		"the seed":   rootOf([32]byte{9}, rows),
		"the order":  rootOf(seed, swapped),
		"the length": rootOf(seed, rows[:4]),
		"an end":     rootOf(seed, append(slices.Clone(rows), nil)),
	} {
		if other == base {
			t.Errorf("the root does not depend on %s", name)
		}
	}
	equal := [][]byte{[]byte("same"), []byte("same")}
	one, err1 := Open(seed, equal, 0)
	two, err2 := Open(seed, equal, 1)
	if err := errors.Join(err1, err2); err != nil || one.Salt == two.Salt {
		t.Errorf("two rows share a salt (%v)", err)
	}
}

func TestOpenings(t *testing.T) {
	for _, n := range []int{1, 2, 3, 4, 5, 8, 13, 70} {
		rows := tableOf(n)
		root := rootOf(seed, rows)
		for i := range n {
			o, err := Open(seed, rows, int64(i))
			if err != nil {
				t.Fatal(err)
			}
			if err := o.Check(root); err != nil || !bytes.Equal(o.Value, rows[i]) || o.Row != int64(i) || o.Rows != int64(n) {
				t.Fatalf("row %d of %d: %v", i, n, err)
			}
			tamper(t, o, root)
		}
		for _, i := range []int64{-1, int64(n), math.MaxInt64, math.MinInt64} {
			if _, err := Open(seed, rows, i); !errors.Is(err, ErrOpening) {
				t.Errorf("row %d of %d was opened: %v", i, n, err)
			}
		}
	}
}

// tamper changes an opening in every part, and the root.
func tamper(t *testing.T, o *Opening, root [32]byte) {
	t.Helper()
	for name, change := range map[string]func(*Opening){
		"value":            func(o *Opening) { o.Value[0] ^= 1 },
		"longer value":     func(o *Opening) { o.Value = append(o.Value, 0) },
		"shorter value":    func(o *Opening) { o.Value = o.Value[:len(o.Value)-1] },
		"salt":             func(o *Opening) { o.Salt[15] ^= 0x80 },
		"salt into value":  func(o *Opening) { o.Value = append([]byte{o.Salt[15]}, o.Value...); o.Salt[15] = 0 },
		"longer path":      func(o *Opening) { o.Path = append(o.Path, root) },
		"far longer path":  func(o *Opening) { o.Path = append(o.Path, make([][32]byte, 1000)...) },
		"negative row":     func(o *Opening) { o.Row = -1 },
		"row beyond":       func(o *Opening) { o.Row = o.Rows },
		"no rows":          func(o *Opening) { o.Rows = 0 },
		"negative rows":    func(o *Opening) { o.Rows = -1 },
		"endless rows":     func(o *Opening) { o.Rows = math.MaxInt64 },
		"very many rows":   func(o *Opening) { o.Rows = maxRows },
		"row and rows far": func(o *Opening) { o.Row, o.Rows = math.MaxInt64-1, math.MaxInt64 },
	} {
		bad := *o
		bad.Value, bad.Path = bytes.Clone(o.Value), slices.Clone(o.Path)
		change(&bad)
		if err := bad.Check(root); !errors.Is(err, ErrOpening) {
			t.Errorf("row %d of %d, another %s: %v", o.Row, o.Rows, name, err)
		}
	}
	for i := range o.Path {
		bad := *o
		bad.Path = slices.Clone(o.Path)
		bad.Path[i][i%32] ^= 4
		if err := bad.Check(root); !errors.Is(err, ErrOpening) {
			t.Errorf("row %d of %d, another path at %d: %v", o.Row, o.Rows, i, err)
		}
		bad.Path = slices.Delete(slices.Clone(o.Path), i, i+1)
		if err := bad.Check(root); !errors.Is(err, ErrOpening) {
			t.Errorf("row %d of %d, a path without %d: %v", o.Row, o.Rows, i, err)
		}
	}
	root[0] ^= 1
	if err := o.Check(root); !errors.Is(err, ErrOpening) {
		t.Errorf("row %d of %d, another root: %v", o.Row, o.Rows, err)
	}
}
