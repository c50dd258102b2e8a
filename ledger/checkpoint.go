package ledger

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Checkpoint is the head of a node's log at one of its sizes: whoever knows it
// can tell whether a later log still holds the same records. Its text is the
// body of a C2SP checkpoint (c2sp.org/tlog-checkpoint), and is signed as a note.
type Checkpoint struct {
	Origin string // the log: mandorla/ and the name and hash of the node's key
	Size   int64
	Root   [32]byte // RFC 6962
}

// errCheckpoint is a text that is no checkpoint.
var errCheckpoint = errors.New("not a checkpoint")

// originOf names the log of the holder of a key.
func originOf(key interface {
	Name() string
	KeyHash() uint32
}) string {
	return fmt.Sprintf("mandorla/%s+%08x", key.Name(), key.KeyHash())
}

// text is what is signed.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, base64.StdEncoding.EncodeToString(c.Root[:]))
}

// parseCheckpoint reads a checkpoint's text, and nothing that it would not write.
func parseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || len(lines[2]) != base64.StdEncoding.EncodedLen(len(c.Root)) {
		return c, errCheckpoint
	}
	c.Origin = lines[0]
	c.Size, err = strconv.ParseInt(lines[1], 10, 64)
	if err != nil || c.Size < 0 || c.Size > maxRecords {
		return c, errCheckpoint
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != len(c.Root) {
		return c, errCheckpoint
	}
	c.Root = [32]byte(root)
	if c.text() != text {
		return c, errCheckpoint
	}
	return c, nil
}

// OpenCheckpoint reads a checkpoint of the log of a key's holder. It has to be
// signed with the key, and may bear the signatures of witnesses.
func OpenCheckpoint(signed []byte, key note.Verifier, witnesses ...note.Verifier) (Checkpoint, error) {
	n, err := openNote(signed, append(slices.Clip(witnesses), key)...)
	if err != nil || !signedBy(n, key) {
		return Checkpoint{}, errCheckpoint
	}
	c, err := parseCheckpoint(n.Text)
	if err != nil || c.Origin != originOf(key) {
		return Checkpoint{}, errCheckpoint
	}
	return c, nil
}

// Checkpoint signs the head of the log as it is now.
func (b *Book) Checkpoint(ctx context.Context, signer note.Signer) (signed []byte, err error) {
	err = b.snapshot(ctx, func(tx *sql.Tx) error {
		signed, _, err = headOf(ctx, tx, signer)
		return err
	})
	return signed, err
}

func headOf(ctx context.Context, tx *sql.Tx, signer note.Signer) (signed []byte, c Checkpoint, err error) {
	size, err := logSize(ctx, tx)
	if err != nil {
		return nil, c, err
	}
	root, err := tlog.TreeHash(size, hashReader(ctx, tx))
	if err != nil {
		return nil, c, err
	}
	c = Checkpoint{originOf(signer), size, root}
	signed, err = note.Sign(&note.Note{Text: c.text()}, signer)
	return signed, c, err
}

// holds sees whether the log still holds what it held at a checkpoint that this
// node signed, as a partner has kept it.
func holds(ctx context.Context, tx *sql.Tx, c Checkpoint) error {
	size, err := logSize(ctx, tx)
	if err != nil {
		return err
	}
	if c.Size > size {
		return fmt.Errorf("%w: it has %d records, and had %d", ErrSetBack, size, c.Size)
	}
	root, err := tlog.TreeHash(c.Size, hashReader(ctx, tx))
	if err != nil {
		return err
	}
	if root != c.Root {
		return fmt.Errorf("%w: its first %d records are not the ones that it had", ErrSetBack, c.Size)
	}
	return nil
}
