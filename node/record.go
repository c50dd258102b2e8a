package node

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mandorla/ledger"
)

// The files of a run's folder under results/.
const (
	receiptFile = "receipt.txt"   // signed by both nodes; of a failed run, by this one
	resultFile  = "result.json"   // what this node may report
	rowsFile    = "rows.arrow"    // the matched rows, where there are any
	removedFile = "removed.arrow" // the rows that a frequency cap took off the send plan
	openingFile = "opening.json"  // opens this node's result hash in the receipt

	termsFile = "agreement.yaml" // as both had signed it when the run began
	ownFile   = "policy.yaml"    // this node's own rules then, where it has any
)

// codeInterrupted stands in a receipt until the run has come to an end: it is
// what is found there when the process did not live to write another.
const codeInterrupted = "INTERRUPTED"

// file is the path of a file of the run.
func (a *attempt) file(name string) string { return filepath.Join(a.dir, results, a.run, name) }

// record writes a receipt that this node alone signs: of a run that has not
// ended, or has failed.
func (a *attempt) record(ctx context.Context, state, code string) error {
	signed, err := a.receipt(state, code).Sign(a.id.signer)
	if err != nil {
		return err
	}
	folder := filepath.Dir(a.file(receiptFile))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	a.occupy(folder)
	if _, err := a.book.KeepReceipt(ctx, signed, a.now(), a.id.verifier()); err != nil {
		return err
	}
	return writeWhole(a.file(receiptFile), signed)
}

// keepTerms leaves beside the receipt what the run went by.
func (a *attempt) keepTerms() error {
	if err := writeWhole(a.file(termsFile), a.plan.agreement.Bytes()); err != nil {
		return err
	}
	if text := a.plan.policy.Text(); text != "" {
		return writeWhole(a.file(ownFile), []byte(text))
	}
	return nil
}

// failed records a run that both nodes had agreed to start. What was refused
// before that leaves nothing behind: a partner could fill the disk with it. Files
// that were whole before something else failed go.
func (a *attempt) failed(err error) error {
	if a.session == nil {
		return nil
	}
	_, left := removeNamed(filepath.Dir(a.file(receiptFile)), released)
	return errors.Join(left, a.record(context.Background(), ledger.Failed, code(err)))
}

// An opening lets whoever has it check what this node's part of a receipt is
// over: its result hash, SHA-256(salt ‖ learnt), and rows of its input, whose
// salts the seed makes (ledger.Open).
type opening struct {
	Salt   hash32 `json:"salt"`
	Learnt string `json:"learnt"` // canonical JSON; empty where the node learnt nothing
	Seed   hash32 `json:"seed"`
}

// keep makes what was found final: the files first, the receipt last.
func (a *attempt) keep(ctx context.Context, f *finding, receipt []byte) (*Result, error) {
	if f.left != nil {
		if err := f.left.Commit(); err != nil {
			return nil, err
		}
		f.result.FrequencyCap.Removals = a.file(removedFile)
	}
	if f.rows != nil {
		if err := f.rows.Commit(); err != nil {
			return nil, err
		}
		f.result.Matches = f.path
	}
	r, _, err := ledger.Read(receipt, a.plan.signers(a.id)...)
	if err != nil {
		return nil, err
	}
	if f.result.Receipt, err = r.Hash(); err != nil {
		return nil, err
	}
	f.result.Folder = filepath.Dir(a.file(receiptFile))
	f.result.Bytes = a.traffic()
	f.result.Seconds = a.now().Sub(a.started).Seconds()
	if err := a.keepJSON(openingFile, opening{f.salt, string(f.learnt), a.table.seed}); err != nil {
		return nil, err
	}
	if a.prints != nil && (a.hold == nil || !a.hold.spent) { // spend may not have kept it
		if err := a.prints.write(a.file(footprintFile)); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(a.keepJSON(resultFile, f.result), writeWhole(a.file(receiptFile), receipt)); err != nil {
		return nil, err
	}
	return f.result, a.keepSums(ctx, receipt, f.result.Receipt)
}

// keepSums puts the receipt, and the sums of what the run left in the folder,
// into the ledger, so that a changed byte is found.
func (a *attempt) keepSums(ctx context.Context, receipt []byte, hash string) error {
	if _, err := a.book.KeepReceipt(ctx, receipt, a.now(), a.plan.signers(a.id)...); err != nil {
		return err
	}
	var names []string
	for _, name := range []string{receiptFile, resultFile, openingFile, rowsFile, removedFile, footprintFile, termsFile, ownFile} {
		if _, err := os.Stat(a.file(name)); err == nil {
			names = append(names, path.Join(results, a.run, name))
		}
	}
	sums, err := ledger.SumFiles(os.DirFS(a.dir), names...)
	if err != nil {
		return err
	}
	return a.book.KeepFiles(ctx, ledger.Files{Run: hex.EncodeToString(a.session.sid[:]), Receipt: hash, Sums: sums}, a.now())
}

func (a *attempt) keepJSON(name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return writeWhole(a.file(name), append(b, '\n'))
}

// receiptsSince are the receipts of the runs under an agreement that began after a
// time and came so far that something may have crossed.
func (n *Node) receiptsSince(agreement string, since time.Time) (all []*ledger.Receipt, err error) {
	entries, err := os.ReadDir(filepath.Join(n.dir, results))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		r, err := n.readReceipt(e.Name())
		if err != nil {
			n.log.Warn("receipt not counted", "run", e.Name(), "error", err)
			continue
		}
		started, err := time.Parse(time.RFC3339, r.Members[n.id.Name].Started)
		crossed := r.Transcript != "" || r.Code == codeInterrupted
		if err == nil && r.Agreement == agreement && crossed && started.After(since) {
			all = append(all, r)
		}
	}
	return all, nil
}

// readReceipt reads a receipt of this node, whoever else signed it. The keys are
// those that may be the node's; where none is given, it is the one of today.
func (n *Node) readReceipt(run string, keys ...note.Verifier) (*ledger.Receipt, error) {
	if len(keys) == 0 {
		keys = []note.Verifier{n.id.verifier()}
	}
	b, err := os.ReadFile(filepath.Join(n.dir, results, run, receiptFile))
	if err != nil {
		return nil, err
	}
	open, err := note.Open(b, note.VerifierList(keys...))
	if err != nil {
		return nil, ledger.ErrReceipt
	}
	r := new(ledger.Receipt)
	return r, ledger.Decode([]byte(strings.TrimSuffix(open.Text, "\n")), r)
}

// readResult is what this node wrote of a run in its folder.
func (n *Node) readResult(folder string) (*Result, error) {
	b, err := os.ReadFile(filepath.Join(n.dir, results, folder, resultFile))
	if err != nil {
		return nil, err
	}
	r := new(Result)
	return r, json.Unmarshal(b, r)
}
