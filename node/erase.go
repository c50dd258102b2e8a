package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
	"mandorla/ledger/durable"
)

// deletionSuffix is the ending of a deletion receipt among the agreements.
const deletionSuffix = ".deletion.txt"

// evidence are the files of a run's folder that stay when all else in it is deleted:
// they say that the run was, and by which rules, and nothing of what was learnt.
var evidence = []string{receiptFile, termsFile, ownFile}

// Erase deletes what this node owes to delete under agreements that are over: a
// vendor's, and those of a sale whose day has come. For each it signs a
// deletion receipt, which goes into the ledger and stands beside the agreement,
// to be handed to the partner. It answers with the receipts' files. A run's keys
// and blinded sets are gone at the run's end already; what was in the way of that
// is gone with tmp/. What cannot be deleted under one agreement stops no other.
func (n *Node) Erase(ctx context.Context) (receipts []string, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	var failed []error
	for _, a := range known {
		owed, ok, err := n.owes(a)
		if err == nil && !ok {
			continue
		}
		path := ""
		if err == nil {
			path, err = n.erase(ctx, a, owed)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("agreement %s: delete what it asks to: %w", a.Terms.Agreement, err))
			continue
		}
		receipts = append(receipts, path)
	}
	return receipts, errors.Join(failed...)
}

// owes is what this node has to delete under an agreement and has not yet.
func (n *Node) owes(a *agreement.Agreement) (owed agreement.Erasure, ok bool, err error) {
	held, err := n.statements(a)
	if err != nil {
		return owed, false, err
	}
	standing, err := a.Standing(n.now(), held...)
	if err != nil || standing.State != agreement.Ended {
		return owed, false, err
	}
	over := a.End()
	if standing.From != nil {
		over = standing.From.At
	}
	owed, ok = a.Erasure(n.id.Name, over)
	if !ok || n.now().Before(owed.Due) {
		return owed, false, nil
	}
	_, err = os.Stat(n.deletionPath(a))
	return owed, errors.Is(err, os.ErrNotExist), nil
}

func (n *Node) deletionPath(a *agreement.Agreement) string {
	hash := a.Hash()
	return filepath.Join(n.dir, agreements, fmt.Sprintf("%s-%x%s", a.Terms.Agreement, hash[:4], deletionSuffix))
}

func (n *Node) erase(ctx context.Context, a *agreement.Agreement, owed agreement.Erasure) (string, error) {
	d := &ledger.Deletion{Message: "DELETION", Agreement: owed.Agreement, Name: owed.Name, Member: owed.Member,
		Why: owed.Why, At: n.now().UTC().Format(time.RFC3339), Build: n.build, Deleted: []ledger.Deleted{
			{What: agreement.ErasedKeys}, {What: agreement.ErasedBlinded}}}
	if err := n.sweepEpochs(); err != nil { // the agreement is over, and so are its epochs
		return "", err
	}
	runs, err := n.runsUnder(ctx, a)
	if err != nil {
		return "", err
	}
	if err := n.atRest(runs); err != nil {
		return "", err
	}
	for _, run := range runs {
		gone, err := n.eraseRun(run, a.Terms.Datasets[n.id.Name])
		if err != nil {
			return "", err
		}
		d.Deleted = append(d.Deleted, gone)
	}
	signed, err := d.Sign(n.id.signer)
	if err != nil {
		return "", err
	}
	err = n.withBook(ctx, func(book *ledger.Book) error { return book.KeepDeletion(ctx, signed, n.now(), n.id.verifier()) })
	if err != nil {
		return "", err
	}
	path := n.deletionPath(a)
	return path, writeWhole(path, signed)
}

// eraseRun deletes what a run left, but for the evidence of it.
func (n *Node) eraseRun(run, dataset string) (gone ledger.Deleted, err error) {
	gone = ledger.Deleted{Run: run, What: agreement.ErasedResults}
	if _, err := hex.DecodeString(run); err != nil {
		return gone, ledger.ErrReceipt
	}
	if gone.Files, gone.Bytes, err = eraseFolder(filepath.Join(n.dir, results, run[:folderDigits])); err != nil {
		return gone, err
	}
	took, err := n.peopleOf(dataset)
	if err == nil {
		err = took.Remove(run)
	}
	if errors.Is(err, os.ErrNotExist) {
		return gone, nil
	}
	gone.Files++
	return gone, err
}

// eraseFolder deletes all in a run's folder but the evidence, whatever it is: a later
// version or a crash may have left what no list of names has.
func eraseFolder(folder string) (files, bytes uint64, err error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, os.ErrNotExist) {
		return 0, 0, nil
	}
	if err != nil {
		return 0, 0, err
	}
	for _, e := range entries {
		if slices.Contains(evidence, e.Name()) && e.Type().IsRegular() {
			continue
		}
		path := filepath.Join(folder, e.Name())
		f, b, err := weigh(path)
		if err == nil {
			err = os.RemoveAll(path)
		}
		if err != nil {
			return files, bytes, err
		}
		files, bytes = files+f, bytes+b
	}
	return files, bytes, durable.SyncFolder(folder)
}

// weigh counts the files at a path and below it, and their bytes.
func weigh(path string) (files, bytes uint64, err error) {
	err = filepath.WalkDir(path, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		files, bytes = files+1, bytes+uint64(info.Size())
		return nil
	})
	return files, bytes, err
}

// tidyHourly deletes what is owed and the keys of epochs that are over, and looks for
// what others owe, now and every hour until ctx ends; then also for what runs have left
// that were interrupted meanwhile.
func (n *Node) tidyHourly(ctx context.Context) {
	for {
		if err := n.sweepEpochs(); err != nil {
			n.log.Error("forget the epochs that are over", "error", err)
		}
		receipts, err := n.Erase(ctx)
		for _, path := range receipts {
			n.log.Info("deleted what an ended agreement asks to; hand the receipt to the partner", "receipt", path)
		}
		if err != nil && ctx.Err() == nil {
			n.log.Error("delete what ended agreements ask to", "error", err)
		}
		if err := n.suspendAllLate(ctx); err != nil && ctx.Err() == nil {
			n.log.Error("look for receipts of deletions", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Hour):
			n.sweepRuns()
		}
	}
}
