package node

import (
	"context"
	"errors"
	"path/filepath"

	"mandorla/ledger"
)

// bookFile is where a node keeps its record, unless node.yaml names a
// PostgreSQL database.
const bookFile = "mandorla.db"

func (n *Node) openBook(ctx context.Context) (*ledger.Book, error) {
	return bookOf(ctx, n.dir, n.config)
}

// bookOf opens the record of a node's folder.
func bookOf(ctx context.Context, dir string, config *Config) (*ledger.Book, error) {
	where := config.Ledger
	if where == "" {
		where = filepath.Join(dir, bookFile)
	}
	return ledger.OpenBook(ctx, where)
}

// withBook opens the node's record for do.
func (n *Node) withBook(ctx context.Context, do func(*ledger.Book) error) (err error) {
	book, err := n.openBook(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	return do(book)
}

// meet shows the two ledgers to one another before anything is reserved or
// sent: whoever's was set back or rewritten since they last met is refused, and
// each co-signs the other's. All of it stands in no frame, for it has no part in
// the run's transcript.
func (a *attempt) meet(ctx context.Context) (err error) {
	checkpoint, err := a.book.Checkpoint(ctx, a.id.signer)
	if err != nil {
		return err
	}
	a.checkpoint = string(checkpoint)
	err = a.book.Meet(ctx, ledger.Parties{Signer: a.id.signer, Own: a.id.verifier(), Peer: a.plan.peerKey}, a.now(), a.swapLedger)
	switch {
	case errors.Is(err, ledger.ErrPeerSetBack):
		return refuse("LEDGER_SET_BACK: %s: %w", a.plan.peer, err)
	case errors.Is(err, ledger.ErrSetBack):
		return refuse("LEDGER_SET_BACK: %s: %w", a.plan.self, err)
	case errors.Is(err, ledger.ErrMeeting):
		return errors.Join(errControl, err)
	}
	return err
}

// partWays has both ledgers co-signed once more, with the run's receipt in them:
// else a node could still be set back to before the run unseen. The run is
// settled by then, whatever comes of it; the next meeting tells.
func (a *attempt) partWays(ctx context.Context) {
	if err := a.meet(ctx); err != nil {
		a.log.Warn("the ledgers were not compared after the run", "run", a.run, "error", code(err))
	}
}

// swapLedger sends one message of the meeting and answers with the partner's.
func (a *attempt) swapLedger(ctx context.Context, own []byte) ([]byte, error) {
	if err := a.conn.SendControl(ctx, kindLedger, own); err != nil {
		return nil, err
	}
	kind, theirs, err := a.conn.RecvControl(ctx)
	if err == nil && kind != kindLedger {
		err = errControl
	}
	return theirs, err
}
