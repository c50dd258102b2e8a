package ledger

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A Report is what a book was found to hold.
type Report struct {
	Records     int64
	Entries     int64 // of the budget
	Receipts    int64
	Checkpoints int64 // of this node that a partner has co-signed
	Unknown     int64 // signatures of keys that were not given, and so not checked
}

// Verify walks the whole book, offline: every record and its place in the tree,
// every step of the budget, every signature and every checkpoint, this node's
// and its partners'. It fails with a [Fault], an [ErrAltered], at the first place
// that is not what was written. Partners' keys that are missing are counted.
func (b *Book) Verify(ctx context.Context, own note.Verifier, partners ...note.Verifier) (report Report, err error) {
	err = b.snapshot(ctx, func(tx *sql.Tx) error {
		w := newWalk(ctx, tx, own, partners...)
		err := w.book()
		report = w.report
		return err
	})
	return report, err
}

// A walk is one pass over a book.
type walk struct {
	ctx     context.Context
	tx      *sql.Tx
	own     note.Verifier
	keys    map[string]note.Verifier // by the log of their holder
	tree    frontier
	charges [][sha256.Size]byte   // of the bodies of the records of the budget's steps
	seen    map[string]Checkpoint // the partners' last
	report  Report
}

func newWalk(ctx context.Context, tx *sql.Tx, own note.Verifier, partners ...note.Verifier) *walk {
	w := &walk{ctx: ctx, tx: tx, own: own, keys: map[string]note.Verifier{originOf(own): own}, seen: map[string]Checkpoint{}}
	for _, p := range partners {
		w.keys[originOf(p)] = p
	}
	return w
}

// book checks the log first, and then the budget against it.
func (w *walk) book() error {
	if err := w.records(); err != nil {
		return err
	}
	return w.entries()
}

// records checks one record after the other.
func (w *walk) records() error {
	for {
		rows, err := page(w.ctx, w.tx, w.tree.size, ``)
		if err != nil || len(rows) == 0 {
			return err
		}
		for _, r := range rows {
			if err := w.record(r); err != nil {
				return err
			}
		}
	}
}

func (w *walk) record(r row) error {
	place := w.tree.size
	if r.place != place {
		return recordFault(place, "is missing")
	}
	record, err := r.read()
	if err != nil {
		return err
	}
	if !bytes.Equal(r.hashes, join(w.tree.add(tlog.RecordHash([]byte(r.leaf))))) {
		return recordFault(place, "has not the hash that was stored with it")
	}
	w.report.Records++
	if why, err := w.body(record); why != "" || err != nil {
		return orFault(place, why, err)
	}
	return nil
}

func orFault(place int64, why string, err error) error {
	if err != nil {
		return err
	}
	return recordFault(place, why)
}

// body checks what a record says, by its kind; why is what is wrong with it.
func (w *walk) body(r Record) (why string, err error) {
	switch r.Kind {
	case KindCharge:
		w.charges = append(w.charges, sha256.Sum256([]byte(r.Body)))
	case KindReceipt:
		return w.receipt(r), nil
	case KindDeletion:
		return w.deletion(r), nil
	case KindSeen, KindConflict:
		return w.partnersCheckpoint(r), nil
	case KindCosigned:
		return w.ownCheckpoint(r)
	case KindAgreement:
		return unless(Decode([]byte(r.Body), new(Event)), "holds no event"), nil
	case KindActivation:
		return unless(Decode([]byte(r.Body), new(Disclosure)), "holds no activation"), nil
	case KindFiles:
		return unless(Decode([]byte(r.Body), new(Files)), "holds no sums of files"), nil
	case KindConsent:
		return unless(Decode([]byte(r.Body), new(ConsentReceipt)), "holds no consent receipt"), nil
	default:
		return "is of no known kind", nil
	}
	return "", nil
}

func unless(err error, why string) string {
	if err == nil {
		return ""
	}
	return why
}

// open reads a note as far as the keys reach: a signature of a known key has to
// be right, others are counted.
func (w *walk) open(signed string) (*note.Note, bool) {
	var keys []note.Verifier
	for _, k := range w.keys {
		keys = append(keys, k)
	}
	n, err := note.Open([]byte(signed), note.VerifierList(keys...))
	if err != nil {
		return nil, false
	}
	w.report.Unknown += int64(len(n.UnverifiedSigs))
	return n, true
}

func (w *walk) receipt(r Record) string {
	n, ok := w.open(r.Body)
	if !ok {
		return "holds a receipt that its members did not sign"
	}
	receipt, err := decodeReceipt(n.Text)
	if err != nil || receipt.Run != r.Subject {
		return "holds no receipt of its run"
	}
	if receipt.State == Completed && len(n.Sigs)+len(n.UnverifiedSigs) < len(receipt.Members) {
		return "holds a completed run's receipt that some member did not sign"
	}
	w.report.Receipts++
	return ""
}

func (w *walk) deletion(r Record) string {
	n, ok := w.open(r.Body)
	if !ok {
		w.report.Unknown++
		return unless(Decode([]byte(strings.TrimSuffix(noteText(r.Body), "\n")), new(Deletion)), "holds no deletion receipt")
	}
	return unless(Decode([]byte(strings.TrimSuffix(n.Text, "\n")), new(Deletion)), "holds no deletion receipt")
}

// partnersCheckpoint sees that each checkpoint of a partner follows the one
// before it, or, in evidence of a conflict, does not.
func (w *walk) partnersCheckpoint(r Record) string {
	var s seen
	if err := Decode([]byte(r.Body), &s); err != nil {
		return "holds no checkpoint"
	}
	peer, ok := w.keys[r.Subject]
	if !ok {
		w.report.Unknown++
		return ""
	}
	c, err := OpenCheckpoint([]byte(s.Checkpoint), peer, w.own)
	if err != nil {
		return "holds a checkpoint that the partner did not sign"
	}
	if r.Kind == KindConflict {
		return ""
	}
	if follows(c, w.seen[r.Subject], s.Proof) != nil {
		return "holds a partner's checkpoint that does not follow the one before it"
	}
	w.seen[r.Subject] = c
	return ""
}

// ownCheckpoint sees that this log is still the one that a partner co-signed.
func (w *walk) ownCheckpoint(r Record) (why string, err error) {
	partners := make([]note.Verifier, 0, 1)
	if peer, ok := w.keys[r.Subject]; ok {
		partners = append(partners, peer)
	}
	n, ok := w.open(r.Body)
	if !ok || !signedBy(n, w.own) || len(partners) == 1 && !signedBy(n, partners[0]) {
		return "holds a checkpoint that was not signed by both", nil
	}
	c, err := parseCheckpoint(n.Text)
	if err != nil || c.Origin != originOf(w.own) || c.Size > r.Place {
		return "holds no checkpoint of this log", nil
	}
	root, err := tlog.TreeHash(c.Size, hashReader(w.ctx, w.tx))
	if err != nil {
		return "", err
	}
	if root != c.Root {
		return fmt.Sprintf("holds the co-signed checkpoint of the first %d records, and they are others now", c.Size), nil
	}
	w.report.Checkpoints++
	return "", nil
}

// entries checks the chain of the budget's steps, and that each has its record.
func (w *walk) entries() error {
	last, place := "", int64(0)
	err := each(w.ctx, w.tx, ``, nil, func(e entry, hash string) error {
		want, err := e.hash(last)
		if err != nil {
			return err
		}
		if place++; e.Place != place || hash != want {
			return entryFault(place, "is missing, or has not the hash that was stored with it")
		}
		body, err := e.body(hash)
		if err != nil {
			return err
		}
		if place > int64(len(w.charges)) || w.charges[place-1] != sha256.Sum256([]byte(body)) {
			return entryFault(place, "is not the one that the log has of it")
		}
		last = hash
		return w.ctx.Err()
	})
	if err == nil && place < int64(len(w.charges)) {
		return entryFault(place+1, "is missing")
	}
	w.report.Entries = place
	return err
}
