package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// emptyRoot is the root of a log without records.
var emptyRoot = sha256.Sum256(nil)

// maxRecords bounds the size of a log that anybody may tell of: well above any
// real one, and below what the arithmetic of trees can bear.
const maxRecords = 1 << 40

// logSize is how many records the log has.
func logSize(ctx context.Context, tx *sql.Tx) (size int64, err error) {
	err = tx.QueryRowContext(ctx, `SELECT coalesce(max(place) + 1, 0) FROM records`).Scan(&size)
	if err != nil {
		return 0, fmt.Errorf("ledger: %w", err)
	}
	return size, nil
}

// hashReader finds the hashes of subtrees. A subtree's hash is kept with the
// leaf that completed it, the leaf's own hash first and larger subtrees after it.
func hashReader(ctx context.Context, tx *sql.Tx) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			level, n := tlog.SplitStoredHashIndex(index)
			place := (n+1)<<level - 1
			var hashes []byte
			err := tx.QueryRowContext(ctx, `SELECT hashes FROM records WHERE place = $1`, place).Scan(&hashes)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return nil, fmt.Errorf("ledger: %w", err)
			}
			if len(hashes) < (level+1)*tlog.HashSize {
				return nil, recordFault(place, "has not got the hashes of its place")
			}
			found[i] = tlog.Hash(hashes[level*tlog.HashSize : (level+1)*tlog.HashSize])
		}
		return found, nil
	})
}

func join(hashes []tlog.Hash) (b []byte) {
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

// A frontier is what has to be remembered of a tree to let it grow: its last
// complete subtree of each size.
type frontier struct {
	size   int64
	levels []tlog.Hash
}

// add takes in the next leaf, and answers with the hashes of the subtrees that
// it completes, which is what the log stores with it.
func (f *frontier) add(leaf tlog.Hash) []tlog.Hash {
	completed, h := []tlog.Hash{leaf}, leaf
	level := 0
	for n := f.size; n&1 == 1; n, level = n>>1, level+1 {
		h = tlog.NodeHash(f.levels[level], h)
		completed = append(completed, h)
	}
	if level == len(f.levels) {
		f.levels = append(f.levels, h)
	}
	f.levels[level] = h
	f.size++
	return completed
}
