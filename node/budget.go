package node

import (
	"context"
	"encoding/hex"
	"errors"
	"math/big"

	"mandorla/ledger"
)

// A hold is what a run has set aside of the budget of its pair of datasets.
type hold struct {
	run   string
	spent bool
}

// pair is what the plan's budget belongs to.
func (p *plan) pair() ledger.Pair {
	if p.circle != nil {
		return p.circlePair()
	}
	return ledger.Pair{Dataset: p.datasetName(), Partner: p.agreement.Terms.Members[p.peer], Counterpart: p.peerDataset()}
}

// spentRuns is how many runs this node has spent on the plan's pair of datasets.
func (n *Node) spentRuns(ctx context.Context, p *plan) (runs uint64, err error) {
	err = n.withBook(ctx, func(book *ledger.Book) error {
		spent, err := book.Spent(ctx, p.pair())
		runs = uint64(spent)
		return err
	})
	return runs, err
}

// reserve sets the run's ε aside, and remembers how many runs the partner has
// signed to have spent: one whose record was set back is refused.
func (a *attempt) reserve(ctx context.Context, s *session) error {
	if !a.plan.noisy() {
		return nil
	}
	a.hold = &hold{run: hex.EncodeToString(s.sid[:])}
	if err := a.witness(ctx, s.peer.Cells.Spent); err != nil {
		return err
	}
	err := a.book.Reserve(ctx, ledger.Charge{Run: a.hold.run, Pair: a.plan.pair(), Agreement: a.plan.agreement.ID(),
		Epsilon: a.plan.epsilon(), Delta: a.plan.delta()}, a.plan.rules.EpsilonBudget.Rat, a.now())
	if errors.Is(err, ledger.ErrBudget) {
		return refuse("rules.epsilon_budget: %w", err)
	}
	return err
}

// delta is what a run spends beside ε: 2^-40 for each identifier level
// (PROTOCOLS.md §5.5).
func (p *plan) delta() *big.Rat {
	if p.circle != nil {
		return new(big.Rat) // the combiner's noise has no ends
	}
	return big.NewRat(int64(len(p.normalisers)), 1<<40)
}

// witness remembers what the partner has signed to have spent, or has shown by
// sending tags.
func (a *attempt) witness(ctx context.Context, runs uint64) error {
	err := a.book.Witness(ctx, a.plan.pair(), int64(min(runs, 1<<62)))
	if errors.Is(err, ledger.ErrOlder) {
		return refuse("%s's record of spent budgets is older than one that it has signed: was it restored from a backup? %w", a.plan.peer, err)
	}
	return err
}

// spend charges the run for good, and keeps what its input was. It is called before
// the first tag leaves.
func (a *attempt) spend() error {
	if a.prints != nil {
		if err := a.prints.write(a.file(footprintFile)); err != nil {
			return err
		}
	}
	if a.hold == nil {
		return nil
	}
	a.hold.spent = true // whatever comes of it: too much is never charged back
	return a.book.Spend(context.Background(), a.hold.run, a.now())
}

// settleHold gives a reservation back that was not spent.
func (a *attempt) settleHold() (err error) {
	h := a.hold
	if h == nil {
		return nil
	}
	a.hold = nil
	if h.spent {
		return nil
	}
	err = a.book.Refund(context.Background(), h.run, a.now())
	if errors.Is(err, ledger.ErrCharge) { // nothing had been reserved
		return nil
	}
	return err
}
