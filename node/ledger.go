package node

import (
	"context"
	"os"

	"golang.org/x/mod/sumdb/note"

	"mandorla/ledger"
)

// VerifyLedger checks this node's whole record, offline: every entry and its
// place, every signature, the checkpoints that partners co-signed, and that
// the files of runs are as they were written. It fails with
// [ledger.ErrAltered] at the first place that is not.
func (n *Node) VerifyLedger(ctx context.Context) (report ledger.Report, err error) {
	err = n.withBook(ctx, func(book *ledger.Book) error {
		partners, err := n.partnerKeys()
		if err != nil {
			return err
		}
		if report, err = book.Verify(ctx, n.id.verifier(), partners...); err != nil {
			return err
		}
		_, _, err = book.VerifyFiles(ctx, os.DirFS(n.dir))
		return err
	})
	return report, err
}

// partnerKeys are the keys that the accepted agreements give to the others.
func (n *Node) partnerKeys() (keys []note.Verifier, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{n.id.Verifier: true}
	for _, a := range known {
		for _, line := range a.Terms.Members {
			if v, err := note.NewVerifier(line); err == nil && !seen[line] {
				keys, seen[line] = append(keys, v), true
			}
		}
	}
	return keys, nil
}
