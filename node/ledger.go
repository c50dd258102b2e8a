package node

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement"
	"mandorla/arrowio"
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

// partnerKeys are the keys that the accepted agreements give to the others,
// members and recipients of rows.
func (n *Node) partnerKeys() (keys []note.Verifier, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{n.id.Verifier: true}
	for _, a := range known {
		for _, name := range a.Terms.Signatories() {
			line := a.Terms.Key(name)
			if v, err := note.NewVerifier(line); err == nil && !seen[line] {
				keys, seen[line] = append(keys, v), true
			}
		}
	}
	recipients, err := n.recipientKeys()
	for _, v := range recipients {
		if !slices.ContainsFunc(append(keys, n.id.verifier()), func(k note.Verifier) bool { return k.Name() == v.Name() && k.KeyHash() == v.KeyHash() }) {
			keys = append(keys, v)
		}
	}
	return keys, err
}

// VerifyReceipts checks every receipt in a folder and below it with nothing but
// verifier keys, one line each, as `mandorla init` prints them: offline, and
// with neither member's node.
func VerifyReceipts(folder string, lines []string) (ledger.Summary, error) {
	var keys []note.Verifier
	for _, line := range lines {
		v, err := note.NewVerifier(strings.TrimSpace(line))
		if err != nil {
			return ledger.Summary{}, unusable("%.60q is no verifier key; give the line of the member's identity.pub", line)
		}
		keys = append(keys, v)
	}
	return ledger.VerifyFolder(os.DirFS(folder), keys...)
}

// VerifyResult follows a result's file to the receipt that it names, to the
// sum of its bytes in the ledger, and so to the agreement. It answers with the
// receipt.
func (n *Node) VerifyResult(ctx context.Context, path string) (receipt *ledger.Receipt, err error) {
	mark, err := markOf(path)
	if err != nil {
		return nil, unusable("%s: %w", path, err)
	}
	partners, err := n.partnerKeys()
	if err != nil {
		return nil, err
	}
	receipt, _, err = ledger.Follow(os.DirFS(filepath.Join(n.dir, results)), mark, append(partners, n.id.verifier())...)
	if err != nil {
		return nil, err
	}
	sum, err := sumOf(path)
	if err != nil {
		return nil, err
	}
	return receipt, n.withBook(ctx, func(book *ledger.Book) error {
		for record, err := range book.Records(ctx, ledger.KindFiles, receipt.Run) {
			var f ledger.Files
			if err == nil {
				err = ledger.Decode([]byte(record.Body), &f)
			}
			if err != nil {
				return err
			}
			for _, known := range f.Sums {
				if known == sum {
					return nil
				}
			}
		}
		return &ledger.Fault{Place: path, Why: "is not as this node wrote it"}
	})
}

// markOf is what a result's file says of its run.
func markOf(path string) (ledger.Mark, error) {
	if strings.EqualFold(filepath.Ext(path), ".json") {
		b, err := os.ReadFile(path)
		if err != nil {
			return ledger.Mark{}, err
		}
		var r Result
		err = json.Unmarshal(b, &r)
		return ledger.Mark{Receipt: r.Receipt, Agreement: r.Agreement}, err
	}
	in, err := arrowio.Open(path, arrowio.Options{})
	if err != nil {
		return ledger.Mark{}, err
	}
	said := arrowio.Metadata(in.Schema())
	if said["receipt"] == "" {
		return ledger.Mark{}, errors.Join(errors.New("it names no receipt; arrow, parquet and json results do"), in.Close())
	}
	return ledger.Mark{Receipt: said["receipt"], Agreement: said["agreement"]}, in.Close()
}

func sumOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), errors.Join(err, f.Close())
}

// KeepExport puts the sum of an exported result into the ledger, for
// [Node.VerifyResult].
func (n *Node) KeepExport(ctx context.Context, r *Result, path string) error {
	sum, err := sumOf(path)
	if err != nil {
		return err
	}
	receipt, err := n.readReceipt(r.Run)
	if err != nil {
		return err
	}
	return n.withBook(ctx, func(book *ledger.Book) error {
		return book.KeepFiles(ctx, ledger.Files{Run: receipt.Run, Receipt: r.Receipt,
			Sums: map[string]string{"export/" + filepath.Base(path): sum}}, n.now())
	})
}

// Ledger lists the last receipt of every run, oldest first.
func (n *Node) Ledger(ctx context.Context) (receipts []*ledger.Receipt, err error) {
	err = n.withBook(ctx, func(book *ledger.Book) error {
		for r, err := range book.Receipts(ctx) {
			if err != nil {
				return err
			}
			receipts = append(receipts, r)
		}
		return nil
	})
	return receipts, err
}

// Public is what the company may put on its web site: the sum of the receipts.
func (n *Node) Public(ctx context.Context) (figures *ledger.Figures, err error) {
	err = n.withBook(ctx, func(book *ledger.Book) error {
		gone, err := book.Disclosures(ctx, "")
		if err != nil {
			return err
		}
		figures, err = ledger.Public(n.id.Name, book.Receipts(ctx), gone)
		return err
	})
	return figures, err
}

// A Spending is what is left of the privacy budget of a pair of datasets.
type Spending struct {
	Agreement   string `json:"agreement"` // its own name
	Dataset     string `json:"dataset"`
	Partner     string `json:"partner"`
	Counterpart string `json:"counterpart"` // the partner's dataset
	Runs        int64  `json:"runs"`
	Spent       string `json:"spent"`
	Budget      string `json:"budget"`
	Left        string `json:"left"`
}

// Spendings is the budget of every accepted agreement under noise.
func (n *Node) Spendings(ctx context.Context) (out []Spending, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	err = n.withBook(ctx, func(book *ledger.Book) error {
		for _, a := range known {
			for _, p := range n.accounts(a) {
				s, err := n.spending(ctx, book, p)
				if err != nil {
					return err
				}
				out = append(out, *s)
			}
		}
		return nil
	})
	return out, err
}

// accounts are plans of an agreement that stand for its budgets: one for each
// partner, or one for all of them where a combiner counts.
func (n *Node) accounts(a *agreement.Agreement) (out []*plan) {
	t := &a.Terms
	if _, member := t.Members[n.id.Name]; !member || t.Rules.Exact() {
		return nil
	}
	if len(t.Members) > 2 && t.Combiner.Name != "" {
		c, err := newCirclePlan(a, n.id.Name, agreement.Multi)
		if err != nil {
			return nil
		}
		return []*plan{{agreement: a, self: n.id.Name, peer: t.Combiner.Name, circle: c}}
	}
	for _, peer := range t.Others(n.id.Name) {
		out = append(out, &plan{agreement: a, self: n.id.Name, peer: peer})
	}
	return out
}

// spending is what is left of one budget.
func (n *Node) spending(ctx context.Context, book *ledger.Book, p *plan) (*Spending, error) {
	t := &p.agreement.Terms
	balance, err := book.Balance(ctx, p.pair(), n.now())
	if err != nil {
		return nil, err
	}
	spent, budget := balance.Least(), t.Rules.EpsilonBudget
	return &Spending{Agreement: t.Agreement, Dataset: p.datasetName(), Partner: p.peer, Counterpart: p.pair().Counterpart,
		Runs: balance.Runs, Spent: spent.FloatString(3), Budget: budget.Text,
		Left: new(big.Rat).Sub(budget.Rat, spent).FloatString(3)}, nil
}

// Consent writes a run's consent receipt for a category of people, in the form
// of ISO/IEC TS 27560, and keeps it in the ledger; category is a
// [ledger.Category] as JSON. The run is named by the beginning of its id.
func (n *Node) Consent(ctx context.Context, run string, category []byte) (text []byte, err error) {
	var c ledger.Category
	d := json.NewDecoder(bytes.NewReader(category))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, unusable("the category of people: %w", err)
	}
	receipt, err := n.readReceipt(filepath.Base(run[:min(len(run), 16)]))
	if err != nil {
		return nil, unusable("run %.64q: there is no receipt of it", run)
	}
	out, err := ledger.ConsentOf(receipt, n.id.Name, c)
	if err != nil {
		return nil, unusable("%w", err)
	}
	if text, err = out.JSON(); err != nil {
		return nil, err
	}
	return text, n.withBook(ctx, func(book *ledger.Book) error { return book.KeepConsent(ctx, receipt.Run, out, n.now()) })
}
