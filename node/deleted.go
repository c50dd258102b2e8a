package node

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mandorla/activation"
	"mandorla/agreement"
	"mandorla/ledger"
)

// ReceiveDeletion takes in the receipt by which a recipient shows that a file is
// gone.
func (n *Node) ReceiveDeletion(ctx context.Context, file string) (d *ledger.Deletion, err error) {
	signed, err := readTerms(file)
	if err != nil {
		return nil, err
	}
	keys, err := n.recipientKeys()
	if err != nil {
		return nil, err
	}
	if d, _, err = ledger.ReadDeletion(signed, keys...); err != nil {
		return nil, refuse("%s: no recipient of an accepted agreement signed it: %w", file, err)
	}
	key, err := n.recipientKey(d)
	if err != nil {
		return nil, err
	}
	return d, n.withBook(ctx, func(book *ledger.Book) error {
		owed, err := book.Undeleted(ctx, d.Agreement)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(owed, func(o *ledger.Disclosure) bool { return o.DeletedBy(d) })
		if i < 0 {
			return refuse("%s: it is for no file that this node waits for", file)
		}
		if err := book.KeepDeletion(ctx, signed, n.now(), key); err != nil {
			return refuse("%s: %w", file, err)
		}
		return writeWhole(filepath.Join(n.dir, agreements, fmt.Sprintf("%s-%s-%.16s-%s%s",
			owed[i].Name, owed[i].Recipient, owed[i].Run, strings.TrimPrefix(owed[i].File, "sha256:")[:8], deletionSuffix)), signed)
	})
}

// recipientKey is the key that the receipt's agreement names for its signer.
func (n *Node) recipientKey(d *ledger.Deletion) (note.Verifier, error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(known, func(a *agreement.Agreement) bool { return a.ID() == d.Agreement })
	if i < 0 {
		return nil, refuse("the receipt is about an agreement that this node has not accepted")
	}
	key, err := known[i].RecipientVerifier(d.Member)
	if err != nil {
		return nil, refuse("%w", err)
	}
	return key, nil
}

// recipientKeys are those that may sign for deletions.
func (n *Node) recipientKeys() (keys []note.Verifier, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, a := range known {
		if a.Terms.Activate == nil {
			continue
		}
		for _, r := range a.Terms.Activate.Recipients {
			if v, err := note.NewVerifier(r.Verifier); err == nil && !seen[r.Verifier] {
				keys, seen[r.Verifier] = append(keys, v), true
			}
		}
	}
	return keys, nil
}

// suspendLate suspends an agreement, by this node's own statement, while a file
// under it should be gone and no receipt says so. Nothing but the receipt, and
// then `agreement resume`, ends that: whoever resumes without it finds the
// agreement suspended again.
func (n *Node) suspendLate(ctx context.Context, a *agreement.Agreement) error {
	held, err := n.statements(a)
	if err != nil {
		return err
	}
	standing, err := a.Standing(n.now(), held...)
	if err != nil || standing.State != agreement.Accepted {
		return err
	}
	owed, err := n.owedUnder(ctx, a)
	if err != nil {
		return err
	}
	late := slices.IndexFunc(owed, func(d *ledger.Disclosure) bool { return d.Late(n.now()) })
	if late < 0 {
		return nil
	}
	d := owed[late]
	why := fmt.Sprintf("%s has not shown that the rows of run %.16s, given to it, were deleted by %s", d.Recipient, d.Run, d.DeleteBy)
	signed, err := agreement.NewStatement(a, agreement.Suspend, why, n.now(), n.id.signer)
	if err != nil {
		return err
	}
	path, err := keepStatement(n.dir, a, agreement.Suspend, n.id.Name, n.now(), signed)
	n.log.Warn("agreement suspended: "+why+"; hand the statement to the partner", "statement", path)
	return err
}

// owedUnder are the files under an agreement, and under the versions that it
// replaced, that no receipt says to be gone: a new version forgives nothing.
func (n *Node) owedUnder(ctx context.Context, a *agreement.Agreement) (owed []*ledger.Disclosure, err error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	activates := func(v *agreement.Agreement) bool { return slices.Contains(v.Terms.Activates(), n.id.Name) }
	versions := []*agreement.Agreement{a}
	for found := true; found; {
		last := versions[len(versions)-1]
		i := slices.IndexFunc(known, func(k *agreement.Agreement) bool { return last.Succeeds(k) == nil })
		if found = i >= 0; found {
			versions = append(versions, known[i])
		}
	}
	if !slices.ContainsFunc(versions, activates) { // no book has to be opened
		return nil, nil
	}
	err = n.withBook(ctx, func(book *ledger.Book) error {
		for _, v := range versions {
			files, err := book.Undeleted(ctx, v.ID())
			if err != nil {
				return err
			}
			owed = append(owed, files...)
		}
		return nil
	})
	return owed, err
}

// suspendAllLate looks at every accepted agreement.
func (n *Node) suspendAllLate(ctx context.Context) error {
	known, err := n.agreements()
	if err != nil {
		return err
	}
	for _, a := range known {
		if err := n.suspendLate(ctx, a); err != nil {
			return fmt.Errorf("agreement %s: look for receipts of deletions: %w", a.Terms.Agreement, err)
		}
	}
	return nil
}

// A Sighting is an activation that values seen elsewhere came from.
type Sighting struct {
	Recipient string `json:"recipient"`
	Agreement string `json:"agreement"` // sha256:…
	Name      string `json:"name"`      // the agreement's own
	Run       string `json:"run"`
	At        string `json:"at"`
	DeleteBy  string `json:"delete_by"`
	File      string `json:"file"`   // sha256:…
	Values    int    `json:"values"` // of those seen, that are this file's decoys

	// Chance is how many strangers' values would be so, of as many as were given: at
	// most, on average. Sign is what Values says beside it.
	Chance float64         `json:"chance"`
	Sign   activation.Sign `json:"sign"`
}

// Trace finds the activations that values seen elsewhere are decoys of, those with
// the most first. Values of customers are nobody's decoys, and lead nowhere.
func (n *Node) Trace(ctx context.Context, values []string) (found []Sighting, err error) {
	secret, err := activation.ReadSecret(filepath.Join(n.dir, decoyKeyFile))
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, v := range values {
		seen[secret.Mark(v)] = true
	}
	err = n.withBook(ctx, func(book *ledger.Book) error {
		all, err := book.Disclosures(ctx, "")
		if err != nil {
			return err
		}
		hits, err := book.Traced(ctx, slices.Collect(maps.Keys(seen))...)
		for _, h := range hits {
			found = append(found, sighting(h, len(seen), len(all)))
		}
		return err
	})
	return found, err
}

func sighting(h ledger.Hit, values, files int) Sighting {
	d, chance := h.Disclosure, activation.ChanceHits(values, len(h.Disclosure.Marks))
	return Sighting{Recipient: d.Recipient, Agreement: d.Agreement, Name: d.Name, Run: d.Run, At: d.At, DeleteBy: d.DeleteBy, File: d.File,
		Values: h.Values, Chance: chance, Sign: activation.SignOf(h.Values, chance, files)}
}
