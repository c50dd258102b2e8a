package ledger

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A Disclosure is an activation: which columns of the rows that a run matched left
// the node, to whom, and until when. Kept before the file can be taken away, it
// holds no value of any row.
type Disclosure struct {
	Run       string   `json:"run"`
	Agreement string   `json:"agreement"` // sha256:…
	Name      string   `json:"name"`      // the agreement's own
	Recipient string   `json:"recipient"`
	Columns   []string `json:"columns"`
	Rows      uint64   `json:"rows"`      // without decoys, rounded
	At        string   `json:"at"`        // RFC 3339, UTC
	DeleteBy  string   `json:"delete_by"` // the last day, as 2006-01-02
	Waits     string   `json:"waits"`     // the last day on which the receipt of the deletion may come
	File      string   `json:"file"`      // sha256:…, of the file as it left
	Marks     []string `json:"marks"`     // by which values of its decoys are known again
}

// deletedFile is what a deletion receipt says of an activation's file.
const deletedFile = "activation "

// DeletedFile is the entry of a deletion receipt for an activation's file.
func DeletedFile(run, sum string, files, bytes uint64) Deleted {
	return Deleted{Run: run, What: deletedFile + sum, Files: files, Bytes: bytes}
}

// DeletedBy reports whether a deletion receipt is for this file.
func (d *Disclosure) DeletedBy(r *Deletion) bool {
	return r.Agreement == d.Agreement && r.Member == d.Recipient && slices.ContainsFunc(r.Deleted, func(gone Deleted) bool {
		return gone.Run == d.Run && gone.What == deletedFile+d.File
	})
}

// Late reports whether the receipt of the deletion should have come.
func (d *Disclosure) Late(now time.Time) bool {
	last, err := time.Parse(time.DateOnly, d.Waits)
	return err != nil || !now.Before(last.AddDate(0, 0, 1))
}

// check fails unless a disclosure says what it has to.
func (d *Disclosure) check() error {
	_, err := time.Parse(time.DateOnly, d.DeleteBy)
	if _, later := time.Parse(time.DateOnly, d.Waits); err != nil || later != nil || d.Run == "" || d.Recipient == "" || len(d.Columns) == 0 || !strings.HasPrefix(d.File, "sha256:") {
		return fmt.Errorf("%w: %s: run, recipient, columns, days and file have to be there", ErrRecord, KindActivation)
	}
	return nil
}

// KeepDisclosure makes an activation a record of the log.
func (b *Book) KeepDisclosure(ctx context.Context, d *Disclosure, now time.Time) error {
	if err := d.check(); err != nil {
		return err
	}
	return b.keepJSON(ctx, KindActivation, d.Run, d, now)
}

// Disclosures are the activations of a run, oldest first; an empty run means every
// one.
func (b *Book) Disclosures(ctx context.Context, run string) (all []*Disclosure, err error) {
	for record, err := range b.Records(ctx, KindActivation, run) {
		d := new(Disclosure)
		if err == nil {
			err = Decode([]byte(record.Body), d)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// Undeleted are the activations under an agreement whose recipient has not signed
// that the file is gone, oldest first.
func (b *Book) Undeleted(ctx context.Context, agreement string) ([]*Disclosure, error) {
	all, err := b.Disclosures(ctx, "")
	if err != nil {
		return nil, err
	}
	for record, err := range b.Records(ctx, KindDeletion, agreement) {
		gone := new(Deletion)
		if err == nil { // the note was checked when it was kept, and is again by Verify
			err = Decode([]byte(strings.TrimSuffix(noteText(record.Body), "\n")), gone)
		}
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(d *Disclosure) bool { return d.DeletedBy(gone) })
	}
	return slices.DeleteFunc(all, func(d *Disclosure) bool { return d.Agreement != agreement }), nil
}

// Traced are the activations that a decoy's mark belongs to.
func (b *Book) Traced(ctx context.Context, marks ...string) (hits []Hit, err error) {
	all, err := b.Disclosures(ctx, "")
	if err != nil {
		return nil, err
	}
	sighted := map[string]bool{}
	for _, m := range marks {
		sighted[m] = true
	}
	for _, d := range all {
		n := 0
		for _, m := range d.Marks {
			if sighted[m] {
				n++
			}
		}
		if n > 0 {
			hits = append(hits, Hit{d, n})
		}
	}
	slices.SortStableFunc(hits, func(a, b Hit) int { return b.Values - a.Values })
	return hits, nil
}

// A Hit is an activation, and how many of the values seen are its decoys'.
type Hit struct {
	Disclosure *Disclosure
	Values     int
}
