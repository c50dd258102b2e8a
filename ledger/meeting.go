package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var (
	// ErrSetBack is this node's ledger, where it is older than one that this node
	// has signed, or another one.
	ErrSetBack = errors.New("this node's ledger is not the one that it signed before: " +
		"restore the newest backup of it, and tell the partner")
	// ErrPeerSetBack is the same of a partner's ledger: it was set back to an
	// older state, or rewritten.
	ErrPeerSetBack = errors.New("the partner's ledger was set back to an older state, or rewritten: " +
		"ask the partner to restore the newest backup of it, and run nothing together until then")
	// ErrMeeting is a partner's message of a meeting that is not what it has to be.
	ErrMeeting = errors.New("ledger: the partner's message about its ledger is malformed or not signed by it")
)

// Parties are the two whose ledgers meet.
type Parties struct {
	Signer note.Signer   // this node's
	Own    note.Verifier // of the same key
	Peer   note.Verifier // of the key that the agreement names
}

// Meet lets two nodes see that neither ledger was set back or rewritten since
// they last met, and co-sign its present state: from then on neither can change
// what its ledger holds unseen. Both call it at the same point of their run.
//
//	-> the last checkpoint of yours that I have seen
//	-> my present checkpoint, and the proof that it follows that one
//	-> your checkpoint, co-signed
//
// Each message goes both ways. swap sends one and answers with the partner's of
// the same round; what it sends is at most 64 KiB. Meet fails with
// [ErrPeerSetBack] where the partner's ledger is not the one that it was, and
// with [ErrSetBack] where this node's own is not; the latter not before the
// partner has been told.
func (b *Book) Meet(ctx context.Context, p Parties, now time.Time,
	swap func(context.Context, []byte) ([]byte, error)) error {
	m := meeting{book: b, Parties: p, now: now}
	question, err := m.ask(ctx)
	if err != nil {
		return err
	}
	theirs, err := swap(ctx, question)
	if err != nil {
		return err
	}
	answer, setBack, err := m.answer(ctx, theirs)
	if err != nil {
		return err
	}
	theirs, err = swap(ctx, answer)
	if err = errors.Join(setBack, err); err != nil {
		return err
	}
	cosigned, err := m.check(ctx, theirs)
	if err != nil {
		return err
	}
	theirs, err = swap(ctx, cosigned)
	if err != nil {
		return err
	}
	return m.keep(ctx, theirs)
}

// A meeting is one node's half of it.
type meeting struct {
	book *Book
	Parties
	now     time.Time
	seen    string     // the partner's last checkpoint, as it was asked for
	before  Checkpoint // the same, read; of size 0 where there was none
	present Checkpoint // this node's own
}

// -> the last checkpoint of yours that I have seen
func (m *meeting) ask(ctx context.Context) (message []byte, err error) {
	err = m.book.snapshot(ctx, func(tx *sql.Tx) error {
		m.seen, m.before, err = m.lastSeen(ctx, tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	return Canonical(question{m.seen})
}

// lastSeen is the partner's checkpoint that this node co-signed last.
func (m *meeting) lastSeen(ctx context.Context, tx *sql.Tx) (string, Checkpoint, error) {
	r, ok, err := latest(ctx, tx, KindSeen, originOf(m.Peer))
	if err != nil || !ok {
		return "", Checkpoint{Origin: originOf(m.Peer)}, err
	}
	var s seen
	if err := Decode([]byte(r.Body), &s); err != nil {
		return "", Checkpoint{}, recordFault(r.Place, "holds no checkpoint")
	}
	c, err := OpenCheckpoint([]byte(s.Checkpoint), m.Peer, m.Own)
	if err != nil {
		return "", Checkpoint{}, recordFault(r.Place, "holds no checkpoint that the partner signed")
	}
	return s.Checkpoint, c, nil
}

// -> my present checkpoint, and the proof that it follows that one
func (m *meeting) answer(ctx context.Context, theirs []byte) (message []byte, setBack, err error) {
	since, err := m.readQuestion(theirs)
	if err != nil {
		return nil, nil, err
	}
	var a answer
	err = m.book.snapshot(ctx, func(tx *sql.Tx) error {
		signed, present, err := headOf(ctx, tx, m.Signer)
		if err != nil {
			return err
		}
		a.Checkpoint, m.present = string(signed), present
		if setBack = holds(ctx, tx, since); setBack != nil || since.Size == 0 {
			return nil
		}
		a.Proof, err = tlog.ProveTree(present.Size, since.Size, hashReader(ctx, tx))
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	message, err = Canonical(a)
	return message, setBack, err
}

// -> your checkpoint, co-signed
func (m *meeting) check(ctx context.Context, theirs []byte) (message []byte, err error) {
	a, c, err := m.readAnswer(theirs)
	if err != nil {
		return nil, err
	}
	if err := follows(c, m.before, a.Proof); err != nil {
		return nil, errors.Join(err, m.accuse(ctx, c.Origin, a))
	}
	signed, err := m.cosign(a.Checkpoint)
	if err != nil {
		return nil, err
	}
	err = m.book.within(ctx, func(tx *sql.Tx) error {
		last, _, err := m.lastSeen(ctx, tx)
		if err != nil {
			return err
		}
		if last != m.seen {
			signed = nil // another run has met the partner meanwhile, and its checkpoint is proven against no more than ours
			return nil
		}
		body, err := Canonical(seen{string(signed), a.Proof})
		if err != nil {
			return err
		}
		return appendRecord(ctx, tx, KindSeen, c.Origin, string(body), m.now)
	})
	if err != nil {
		return nil, err
	}
	return Canonical(cosignature{string(signed)})
}

// accuse keeps the partner's signature under a checkpoint that cannot be: the
// first of them since the last good one, or a partner could fill the log.
func (m *meeting) accuse(ctx context.Context, log string, a answer) error {
	body, err := Canonical(seen(a))
	if err != nil {
		return err
	}
	return m.book.within(ctx, func(tx *sql.Tx) error {
		accused, known, err := latest(ctx, tx, KindConflict, log)
		if err != nil {
			return err
		}
		good, _, err := latest(ctx, tx, KindSeen, log)
		if err != nil || known && accused.Place > good.Place {
			return err
		}
		return appendRecord(ctx, tx, KindConflict, log, string(body), m.now)
	})
}

// cosign adds this node's signature to the partner's checkpoint.
func (m *meeting) cosign(checkpoint string) ([]byte, error) {
	n, err := openNote([]byte(checkpoint), m.Peer)
	if err != nil {
		return nil, err
	}
	return note.Sign(n, m.Signer)
}

// follows fails with [ErrPeerSetBack] unless a log of the earlier checkpoint can
// have grown into one of the later.
func follows(later, earlier Checkpoint, proof tlog.TreeProof) error {
	if later.Size < earlier.Size {
		return fmt.Errorf("%w: it has %d records, and had %d", ErrPeerSetBack, later.Size, earlier.Size)
	}
	if earlier.Size == 0 {
		return nil
	}
	if tlog.CheckTree(proof, later.Size, later.Root, earlier.Size, earlier.Root) != nil {
		return fmt.Errorf("%w: its first %d records are not the ones that it had", ErrPeerSetBack, earlier.Size)
	}
	return nil
}

// keep remembers the partner's signature on this node's checkpoint.
func (m *meeting) keep(ctx context.Context, theirs []byte) error {
	c, err := m.readCosignature(theirs)
	if err != nil || c.Cosigned == "" {
		return err
	}
	return m.book.append(ctx, KindCosigned, originOf(m.Peer), c.Cosigned, m.now)
}
