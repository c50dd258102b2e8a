package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// The kinds of records that a log holds.
const (
	KindReceipt    = "receipt"    // of a run; its subject is the run
	KindCharge     = "charge"     // a step of the budget; the run
	KindAgreement  = "agreement"  // an event in an agreement's life; the agreement's hash
	KindDeletion   = "deletion"   // a deletion receipt; the agreement's hash
	KindConsent    = "consent"    // a consent receipt; the run
	KindActivation = "activation" // rows that left the node; the run
	KindFiles      = "files"      // the sums of what a run left in the folder; the run
	KindSeen       = "seen"       // a partner's checkpoint that this node has checked and co-signed; the partner's log
	KindCosigned   = "cosigned"   // this node's checkpoint, co-signed; the partner's log
	KindConflict   = "conflict"   // a partner's checkpoint that cannot follow the one before it; the partner's log
)

// A Record is one leaf of a node's log.
type Record struct {
	Place   int64  `json:"place"` // 0, 1, 2, …
	Kind    string `json:"kind"`
	Subject string `json:"subject"` // what it is found by
	At      string `json:"at"`      // RFC 3339, UTC
	Body    string `json:"body"`    // a signed note, or canonical JSON
}

// maxBody bounds a record's body, in bytes.
const maxBody = 1 << 20

// ErrRecord is something that cannot be a record of the log.
var ErrRecord = errors.New("ledger: cannot be kept")

// append adds a leaf to the log.
func (b *Book) append(ctx context.Context, kind, subject, body string, now time.Time) error {
	return b.within(ctx, func(tx *sql.Tx) error { return appendRecord(ctx, tx, kind, subject, body, now) })
}

func appendRecord(ctx context.Context, tx *sql.Tx, kind, subject, body string, now time.Time) error {
	if len(body) > maxBody {
		return fmt.Errorf("%w: %s of %d bytes, at most %d", ErrRecord, kind, len(body), maxBody)
	}
	size, err := logSize(ctx, tx)
	if err != nil {
		return err
	}
	leaf, err := Canonical(Record{size, kind, subject, stamp(now), body})
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrRecord, kind, err)
	}
	hashes, err := tlog.StoredHashes(size, leaf, hashReader(ctx, tx))
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO records (place, kind, subject, leaf, hashes) VALUES ($1, $2, $3, $4, $5)`,
		size, kind, subject, string(leaf), join(hashes))
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
}

// stamp is a time as records bear it.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// A row is a record as it is stored.
type row struct {
	place         int64
	kind, subject string
	leaf          string
	hashes        []byte
}

// page reads the next rows that fit a condition on them, at most 256 from a
// place on. Whoever walks a log asks page by page, so that it can put other
// questions in between.
func page(ctx context.Context, tx *sql.Tx, from int64, condition string, args ...any) (rows []row, err error) {
	found, err := tx.QueryContext(ctx, `SELECT place, kind, subject, leaf, hashes FROM records r
		WHERE place >= $1 `+condition+` ORDER BY place LIMIT 256`, append([]any{from}, args...)...)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	defer func() { err = errors.Join(err, found.Close()) }()
	for found.Next() {
		var r row
		if err := found.Scan(&r.place, &r.kind, &r.subject, &r.leaf, &r.hashes); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
		rows = append(rows, r)
	}
	return rows, found.Err()
}

// records gives every record that fits a condition to do, in order.
func records(ctx context.Context, tx *sql.Tx, condition string, args []any, do func(Record) error) error {
	for from := int64(0); ; {
		rows, err := page(ctx, tx, from, condition, args...)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			record, err := r.read()
			if err == nil {
				err = do(record)
			}
			if err != nil {
				return err
			}
		}
		from = rows[len(rows)-1].place + 1
	}
}

// latest is the newest record of a kind about a subject; ok is false where there
// is none.
func latest(ctx context.Context, tx *sql.Tx, kind, subject string) (r Record, ok bool, err error) {
	err = records(ctx, tx, `AND kind = $2 AND subject = $3 AND place = (SELECT max(place) FROM records
		WHERE kind = $2 AND subject = $3)`, []any{kind, subject}, func(found Record) error {
		r, ok = found, true
		return nil
	})
	return r, ok, err
}

// read decodes a stored record, and sees that its columns say what its leaf does.
func (r row) read() (Record, error) {
	var record Record
	if err := Decode([]byte(r.leaf), &record); err != nil {
		return record, recordFault(r.place, "is not in the form that records have")
	}
	if record.Place != r.place || record.Kind != r.kind || record.Subject != r.subject {
		return record, recordFault(r.place, "stands under another place, kind or subject than its own")
	}
	return record, nil
}
