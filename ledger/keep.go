package ledger

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// KeepReceipt makes the receipt of a run a record of the log, and answers with
// the hash that names it. A run may have several, the last of which stands: one
// of before it ended, and one of how it ended. The receipt has to be signed with
// some of the keys, and with no other.
func (b *Book) KeepReceipt(ctx context.Context, signed []byte, now time.Time, keys ...note.Verifier) (hash string, err error) {
	r, _, err := Read(signed, keys...)
	if err != nil {
		return "", err
	}
	if hash, err = r.Hash(); err != nil {
		return "", err
	}
	return hash, b.append(ctx, KindReceipt, r.Run, string(signed), now)
}

// An Event is a step in an agreement's life.
type Event struct {
	Agreement string   `json:"agreement"` // sha256:…
	Name      string   `json:"name"`      // the agreement's own
	Step      string   `json:"step"`      // accept, suspend, resume or end
	By        []string `json:"by"`        // who signed
	Text      string   `json:"text"`      // what was signed: the agreement, or a statement about it
}

// KeepEvent makes a step in an agreement's life a record of the log.
func (b *Book) KeepEvent(ctx context.Context, e Event, now time.Time) error {
	return b.keepJSON(ctx, KindAgreement, e.Agreement, e, now)
}

// Files are the sums of what a run left in its folder and what it was made of,
// so that a changed byte in any of them is found (Book.VerifyFiles).
type Files struct {
	Run     string            `json:"run"`
	Receipt string            `json:"receipt"` // sha256:…
	Sums    map[string]string `json:"sums"`    // slash-separated path below the node's folder: SHA-256, hexadecimal
}

// KeepFiles makes the sums of a run's files a record of the log.
func (b *Book) KeepFiles(ctx context.Context, f Files, now time.Time) error {
	return b.keepJSON(ctx, KindFiles, f.Run, f, now)
}

// KeepDeletion makes a deletion receipt a record of the log: this node's own, or
// one that a partner handed over.
func (b *Book) KeepDeletion(ctx context.Context, signed []byte, now time.Time, keys ...note.Verifier) error {
	d, _, err := ReadDeletion(signed, keys...)
	if err != nil {
		return err
	}
	return b.append(ctx, KindDeletion, d.Agreement, string(signed), now)
}

// KeepConsent makes a consent receipt a record of the log.
func (b *Book) KeepConsent(ctx context.Context, run string, c *ConsentReceipt, now time.Time) error {
	if err := c.check(); err != nil {
		return err
	}
	return b.keepJSON(ctx, KindConsent, run, c, now)
}

func (b *Book) keepJSON(ctx context.Context, kind, subject string, v any, now time.Time) error {
	body, err := Canonical(v)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrRecord, kind, err)
	}
	return b.append(ctx, kind, subject, string(body), now)
}

// Records gives the records of a kind about a subject, oldest first; an empty
// subject means every one.
func (b *Book) Records(ctx context.Context, kind, subject string) iter.Seq2[Record, error] {
	if subject == "" {
		return b.each(ctx, `AND kind = $2`, kind)
	}
	return b.each(ctx, `AND kind = $2 AND subject = $3`, kind, subject)
}

// each gives the records that fit a condition, page by page, so that whoever
// walks them may use the book meanwhile.
func (b *Book) each(ctx context.Context, condition string, args ...any) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for from := int64(0); ; {
			var rows []row
			err := b.snapshot(ctx, func(tx *sql.Tx) (err error) {
				rows, err = page(ctx, tx, from, condition, args...)
				return err
			})
			if err != nil {
				yield(Record{}, err)
				return
			}
			for _, r := range rows {
				if !yield(r.read()) {
					return
				}
			}
			if len(rows) == 0 {
				return
			}
			from = rows[len(rows)-1].place + 1
		}
	}
}

// Receipts gives the receipt that stands of each run, in the order of the log.
// Their signatures are Verify's business.
func (b *Book) Receipts(ctx context.Context) iter.Seq2[*Receipt, error] {
	records := b.each(ctx, `AND kind = $2 AND place = (SELECT max(place) FROM records s
		WHERE s.kind = r.kind AND s.subject = r.subject)`, KindReceipt)
	return func(yield func(*Receipt, error) bool) {
		for record, err := range records {
			var r *Receipt
			if err == nil {
				r, err = decodeReceipt(noteText(record.Body))
			}
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// noteText is what a signed note's signatures are on.
func noteText(signed string) string {
	end := strings.LastIndex(signed, "\n\n")
	return signed[:end+1]
}
