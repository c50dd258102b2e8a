package node

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement"
	"mandorla/ledger"
)

// folderDigits are the hexadecimal digits of a run's id that name its folder.
const folderDigits = 16

// runsUnder are the runs under an agreement, by the ledger and by the receipts in
// the folders: a folder may have been removed by hand, and a run may be older than
// the ledger. It fails with an ErrInput where a folder may be of one of them and
// does not say so: a receipt of the deletion would not be true.
func (n *Node) runsUnder(ctx context.Context, a *agreement.Agreement) (runs []string, err error) {
	receipts, err := n.Ledger(ctx)
	if err != nil {
		return nil, err
	}
	booked := map[string]string{} // folder: agreement
	for _, r := range receipts {
		if len(r.Run) < folderDigits {
			return nil, ledger.ErrReceipt
		}
		booked[r.Run[:folderDigits]] = r.Agreement
		if r.Agreement == a.ID() {
			runs = append(runs, r.Run)
		}
	}
	found, err := n.foldersUnder(a, booked)
	runs = append(runs, found...)
	slices.Sort(runs)
	return slices.Compact(runs), err
}

// foldersUnder are the runs under an agreement whose folders are here. booked is
// what the ledger knows of the folders.
func (n *Node) foldersUnder(a *agreement.Agreement, booked map[string]string) (runs []string, err error) {
	entries, err := os.ReadDir(filepath.Join(n.dir, results))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	keys, err := n.ownKeys()
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		r, err := n.receiptOf(e.Name(), keys)
		known, isBooked := booked[e.Name()]
		switch {
		case err == nil && r.Agreement == a.ID():
			runs = append(runs, r.Run)
		case err == nil, isBooked && known != a.ID(): // of a run under another agreement
		case !n.holdsFiles(e.Name()):
		default:
			return nil, unusable("%s: nobody can say which run it is of, or what: %w; look at it, then put its %s back from a backup, or remove the folder by hand",
				filepath.Join(results, e.Name()), err, receiptFile)
		}
	}
	return runs, nil
}

// atRest fails while one of the runs is under way: what it has yet to write would not
// be deleted.
func (n *Node) atRest(runs []string) error {
	for _, run := range runs {
		folder := filepath.Join(results, run[:folderDigits])
		held, err := tryFolder(filepath.Join(n.dir, folder))
		if errors.Is(err, errUnderWay) {
			return refuse("%s: %w; it is deleted once the run has ended", folder, err)
		}
		if err != nil { // there is none, or none can be held here
			continue
		}
		if err := held.Close(); err != nil {
			return err
		}
	}
	return nil
}

// receiptOf is the receipt in a folder, if it is of the folder's run.
func (n *Node) receiptOf(folder string, keys []note.Verifier) (*ledger.Receipt, error) {
	r, err := n.readReceipt(folder, keys...)
	if err != nil {
		return nil, err
	}
	if len(r.Run) < folderDigits || r.Run[:folderDigits] != folder {
		return nil, errors.New("its receipt is another run's")
	}
	return r, nil
}

// ownKeys are the key of this node and those that accepted agreements give it: one
// that was replaced has signed the receipts of before.
func (n *Node) ownKeys() (keys []note.Verifier, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	keys = []note.Verifier{n.id.verifier()}
	for _, a := range known {
		v, err := note.NewVerifier(a.Terms.Key(n.id.Name))
		if err != nil || slices.ContainsFunc(keys, func(k note.Verifier) bool { return k.Name() == v.Name() && k.KeyHash() == v.KeyHash() }) {
			continue
		}
		keys = append(keys, v)
	}
	return keys, nil
}

// holdsFiles reports whether an entry of results/ is a folder with anything in it,
// or one that cannot be looked into.
func (n *Node) holdsFiles(name string) bool {
	path := filepath.Join(n.dir, results, name)
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		return false
	}
	entries, err := os.ReadDir(path)
	return err != nil || len(entries) > 0
}
