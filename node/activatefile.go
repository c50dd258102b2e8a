package node

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	"mandorla/activation"
	"mandorla/arrowio"
	"mandorla/ledger"
	"mandorla/ledger/durable"
)

// write seals the rows into a file beside its place, has the ledger keep what it
// is, and puts it there. It answers with the file's hash. The rows are encrypted
// as they are written; no copy in the clear touches the disk.
func (a *activating) write(ctx context.Context, r ActivationRequest, decoys *activation.Decoys, rows uint64) (sum string, err error) {
	f, err := os.CreateTemp(filepath.Dir(r.Out), ".activation-") // mode 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	h := sha256.New()
	err = a.seal(ctx, io.MultiWriter(f, h), r, decoys, rows)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	sum = "sha256:" + hex.EncodeToString(h.Sum(nil))
	err = a.withBook(ctx, func(book *ledger.Book) error {
		return book.KeepDisclosure(ctx, a.disclosure(r.Recipient, rows, sum, decoys.Marks()), a.made)
	})
	if err != nil {
		return "", err
	}
	if err = os.Rename(f.Name(), r.Out); err != nil {
		return "", err
	}
	return sum, durable.SyncFolder(filepath.Dir(r.Out))
}

// disclosure is what the ledger keeps of the file.
func (a *activating) disclosure(recipient string, rows uint64, sum string, marks []string) *ledger.Disclosure {
	last := a.deleteBy.AddDate(0, 0, a.plan.agreement.Terms.Activate.Grace)
	return &ledger.Disclosure{Run: a.receipt.Run, Agreement: a.receipt.Agreement, Name: a.receipt.Name, Recipient: recipient,
		Columns: a.columns, Rows: ledger.Rounded(rows), At: a.made.UTC().Format(time.RFC3339),
		DeleteBy: a.deleteBy.Format(time.DateOnly), Waits: last.Format(time.DateOnly), File: sum, Marks: marks}
}

// seal writes the list, mixed with decoys, through a table's writer into the
// sealed file.
func (a *activating) seal(ctx context.Context, out io.Writer, r ActivationRequest, decoys *activation.Decoys, rows uint64) error {
	sealed, err := activation.NewWriter(out, activation.Header{Agreement: a.receipt.Agreement, Name: a.receipt.Name, Run: a.receipt.Run,
		To: r.Recipient, Format: r.Format, Columns: a.columns, Made: a.made.UTC().Format(time.RFC3339),
		DeleteBy: a.deleteBy.Format(time.DateOnly)}, a.id.Verifier, a.id.signer, a.key)
	if err != nil {
		return err
	}
	var table *arrowio.Writer
	filed := newFiling(a.columns, func(rec arrowio.Record) (err error) {
		if table == nil {
			if table, err = arrowio.NewStream(sealed, r.Format, rec.Schema()); err != nil {
				return err
			}
		}
		return table.Write(rec)
	})
	if err := a.eachMixed(ctx, decoys, filed.add); err != nil {
		return err
	}
	if err := filed.end(); err != nil {
		return err
	}
	if filed.rows != rows+uint64(decoys.Len()) {
		return unusable("run %s: its list has changed meanwhile; start again", a.folder)
	}
	if err := table.Commit(); err != nil {
		return err
	}
	return sealed.Close(filed.rows)
}
