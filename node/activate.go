package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"time"

	"mandorla/activation"
	"mandorla/agreement"
	"mandorla/ledger"
	"mandorla/policy"
)

// An ActivationRequest asks for the matched rows of a finished run of `match`, in
// a file for a recipient.
type ActivationRequest struct {
	Run       string // or its beginning, as its folder is called
	Recipient string
	Format    string // of the table inside: csv, parquet or arrow
	Out       string // the file; empty for a preview
}

// An Activation is a file of matched rows that left this node, or would.
type Activation struct {
	Preview   bool     `json:"preview"`
	Run       string   `json:"run"`
	Agreement string   `json:"agreement"` // sha256:…
	Name      string   `json:"name"`      // the agreement's own
	Recipient string   `json:"recipient"`
	Key       string   `json:"key"` // that it is sealed to
	Columns   []string `json:"columns"`
	Format    string   `json:"format"`
	Rows      uint64   `json:"rows"`
	Decoys    int      `json:"decoys"` // more rows, made up
	DeleteBy  string   `json:"delete_by"`
	File      string   `json:"file,omitempty"` // sha256:…
	Warnings  []string `json:"warnings"`
}

// freshness is how long after a run its rows may leave: whoever objects later than
// that is not in a newer run.
const freshness = 30 * 24 * time.Hour

// An activating is an activation that everybody allows.
type activating struct {
	*Node
	plan     *plan
	receipt  *ledger.Receipt
	folder   string // the run's, below results
	to       agreement.Recipient
	key      *activation.Recipient
	list     activation.List
	columns  []string
	secret   activation.Secret
	made     time.Time
	deleteBy time.Time
}

// PreviewActivation says what would leave. Nothing does, and nothing is recorded.
func (n *Node) PreviewActivation(ctx context.Context, r ActivationRequest) (*Activation, error) {
	a, err := n.activating(ctx, r)
	if err != nil {
		return nil, err
	}
	decoys, rows, err := a.decoys(ctx)
	if err != nil {
		return nil, err
	}
	out := a.summary(r, decoys, rows)
	out.Preview = true
	return out, nil
}

// Activate writes the file, which appears whole or not at all, and only once the
// ledger has it.
func (n *Node) Activate(ctx context.Context, r ActivationRequest) (*Activation, error) {
	if _, err := os.Lstat(r.Out); err == nil {
		return nil, unusable("--out %s: it is already there; an activation never replaces a file", r.Out)
	}
	a, err := n.activating(ctx, r)
	if err != nil {
		return nil, err
	}
	decoys, rows, err := a.decoys(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.freeOfPeople(ctx, decoys); err != nil {
		return nil, err
	}
	out := a.summary(r, decoys, rows)
	out.File, err = a.write(ctx, r, decoys, rows)
	return out, err
}

func (a *activating) summary(r ActivationRequest, decoys *activation.Decoys, rows uint64) *Activation {
	out := &Activation{Run: a.receipt.Run, Agreement: a.receipt.Agreement, Name: a.receipt.Name, Recipient: r.Recipient, Key: a.to.Key,
		Columns: a.columns, Format: r.Format, Rows: rows, Decoys: decoys.Len(), DeleteBy: a.deleteBy.Format(time.DateOnly), Warnings: []string{}}
	for _, column := range decoys.Unlent() {
		out.Warnings = append(out.Warnings, fmt.Sprintf("%s: decoys bear made-up values, which may be somebody's; policy.yaml can lend them the company's own (decoys)", column))
	}
	return out
}

// activating refuses what the agreement, this node's own policy or the run itself
// does not allow.
func (n *Node) activating(ctx context.Context, r ActivationRequest) (*activating, error) {
	a := &activating{Node: n, folder: filepath.Base(r.Run[:min(len(r.Run), 16)]), made: n.now()}
	if err := a.find(r.Run); err != nil {
		return nil, err
	}
	t := &a.plan.agreement.Terms
	var err error
	if a.to, a.columns, err = t.Activation(n.id.Name, r.Recipient); err != nil {
		return nil, refuse("%w", err)
	}
	if err := a.plan.policy.PermitsActivation(r.Recipient); err != nil {
		return nil, refusal(err)
	}
	if a.key, err = activation.ParseRecipient(a.to.Key); err != nil {
		return nil, refuse("activate.recipients.%s: %w", r.Recipient, err)
	}
	if a.deleteBy = t.DeleteBy(a.made); !a.made.Before(a.deleteBy.AddDate(0, 0, 1)) {
		return nil, refuse("delete_by: %s is over; nothing new may leave", a.deleteBy.Format(time.DateOnly))
	}
	if err := a.released(ctx); err != nil {
		return nil, err
	}
	a.list = activation.List{Recipient: r.Recipient, Agreement: a.receipt.Agreement, Run: a.receipt.Run}
	a.secret, err = activation.ReadSecret(filepath.Join(n.dir, decoyKeyFile))
	return a, err
}

// decoyKeyFile is the secret that decoys are drawn with.
const decoyKeyFile = "decoys.key"

// find finds the run, its agreement, and what that allows now.
func (a *activating) find(run string) (err error) {
	if a.receipt, err = a.readReceipt(a.folder); err != nil {
		return unusable("run %.64q: there is no receipt of it here; `mandorla ledger show` lists the runs", run)
	}
	if a.receipt.State != ledger.Completed || a.receipt.Analysis != agreement.Match {
		return refuse("run %s: only rows that a completed run of `match` found may leave", a.folder)
	}
	began, err := time.Parse(time.RFC3339, a.receipt.Members[a.id.Name].Started)
	if err != nil || a.made.Sub(began) > freshness {
		return refuse("run %s: it is more than %d days old, and people may have objected since; run again", a.folder, freshness/(24*time.Hour))
	}
	known, err := a.agreements()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(known, func(k *agreement.Agreement) bool { return k.ID() == a.receipt.Agreement })
	if i < 0 {
		return refuse("run %s: its agreement is not among those that this node has accepted", a.folder)
	}
	peer, err := known[i].Terms.Peer(a.id.Name)
	if err != nil {
		return refuse("%w", err)
	}
	a.plan, err = a.Node.plan(known[i], agreement.Match, peer)
	return err
}

// released sees that the run's list was given to this node, and is as the run left
// it.
func (a *activating) released(ctx context.Context) error {
	b, err := os.ReadFile(filepath.Join(a.dir, results, a.folder, resultFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	var r Result
	if err != nil || json.Unmarshal(b, &r) != nil || r.State != policy.Released || r.Matches == "" {
		return refuse("run %s: %w", a.folder, ErrWithheld)
	}
	name := path.Join(results, a.folder, rowsFile)
	sums, err := ledger.SumFiles(os.DirFS(a.dir), name)
	if err != nil {
		return unusable("run %s: its list is gone; run again: %w", a.folder, err)
	}
	return a.withBook(ctx, func(book *ledger.Book) error {
		for record, err := range book.Records(ctx, ledger.KindFiles, a.receipt.Run) {
			var f ledger.Files
			if err == nil {
				err = ledger.Decode([]byte(record.Body), &f)
			}
			if err != nil {
				return err
			}
			if f.Sums[name] == sums[name] {
				return nil
			}
		}
		return &ledger.Fault{Place: name, Why: "is not as the run left it"}
	})
}
