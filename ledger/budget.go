package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/big"
	"time"
)

var (
	// ErrBudget is a charge that the budget does not allow any more.
	ErrBudget = errors.New("ledger: the privacy budget is spent")
	// ErrOlder is a partner whose record is older than one it has signed.
	ErrOlder = errors.New("ledger: the partner's record is older than one that it signed before")
	// ErrCharge is a step that cannot follow what the book says of the run.
	ErrCharge = errors.New("ledger: the run has no reservation that this step could follow")
)

// A Pair is what a budget belongs to: this node's dataset, and a partner's.
type Pair struct {
	Dataset     string // this node's
	Partner     string // name and key
	Counterpart string // the partner's dataset
}

// A Charge is what one run costs, of this node's rows: what the partner could
// learn about any of them (PROTOCOLS.md §11.2).
type Charge struct {
	Run       string // session id, hexadecimal
	Pair      Pair
	Agreement string   // sha256:…
	Epsilon   *big.Rat // of the whole run
	Delta     *big.Rat
}

// holdTime is how long a reservation counts. A run lives no longer
// (PROTOCOLS.md §1.14), so one that is older belongs to a process that died
// before anything left the node.
const holdTime = 24 * time.Hour

// Reserve sets a run's cost aside before the node accepts it. It fails with
// [ErrBudget] where what was spent, what is set aside and the charge together
// exceed the budget.
func (b *Book) Reserve(ctx context.Context, c Charge, budget *big.Rat, now time.Time) error {
	return b.within(ctx, func(tx *sql.Tx) error {
		spent, err := balance(ctx, tx, c.Pair, now)
		if err != nil {
			return err
		}
		with := spent.plus(c.Epsilon)
		if with.Least().Cmp(budget) > 0 {
			left := new(big.Rat).Sub(budget, spent.Least())
			return fmt.Errorf("%w: %s of %s is left, and the run takes %s", ErrBudget,
				decimal(left), decimal(budget), decimal(c.Epsilon))
		}
		return add(ctx, tx, c, "reserve", now)
	})
}

// Spend turns a reservation into an expense. It has to be durable before the
// first tag leaves the node: once it has returned, the run counts for good.
func (b *Book) Spend(ctx context.Context, run string, now time.Time) error {
	return b.follow(ctx, run, "spend", now)
}

// Refund gives a reservation back, where no tag has left the node.
func (b *Book) Refund(ctx context.Context, run string, now time.Time) error {
	return b.follow(ctx, run, "refund", now)
}

// follow adds the one step that a reservation can be followed by.
func (b *Book) follow(ctx context.Context, run, step string, now time.Time) error {
	return b.within(ctx, func(tx *sql.Tx) error {
		c, steps, err := charge(ctx, tx, run)
		if err != nil {
			return err
		}
		if len(steps) != 1 || steps[0] != "reserve" {
			return ErrCharge
		}
		return add(ctx, tx, c, step, now)
	})
}

// A Balance is what a pair of datasets has spent, and set aside.
type Balance struct {
	Runs    int64    // spent
	Epsilon *big.Rat // the sum over all runs
	Delta   *big.Rat
	squares *big.Rat // Σ ε²
}

// plus is the balance after one more run.
func (b Balance) plus(epsilon *big.Rat) Balance {
	b.Epsilon = new(big.Rat).Add(b.Epsilon, epsilon)
	b.squares = new(big.Rat).Add(b.squares, new(big.Rat).Mul(epsilon, epsilon))
	return b
}

// Least is the smaller of plain composition, Σε, and of zero-concentrated
// composition (PROTOCOLS.md §11.2: ρ = Σε²/2, ε(δ) = ρ + 2√(ρ·ln(1/δ)) at
// δ = 10⁻⁶, rounded up).
func (b Balance) Least() *big.Rat {
	const logInverseDelta = 13.815510557964274 // ln 10⁶
	rho, _ := new(big.Rat).Quo(b.squares, big.NewRat(2, 1)).Float64()
	concentrated := new(big.Rat).SetFloat64(math.Ceil((rho+2*math.Sqrt(rho*logInverseDelta))*1e6) / 1e6)
	if concentrated == nil || concentrated.Cmp(b.Epsilon) > 0 {
		return b.Epsilon
	}
	return concentrated
}

// Balance is what the pair has spent and set aside by now.
func (b *Book) Balance(ctx context.Context, p Pair, now time.Time) (out Balance, err error) {
	err = b.within(ctx, func(tx *sql.Tx) error {
		out, err = balance(ctx, tx, p, now)
		return err
	})
	return out, err
}

// Spent is how many runs of the pair this node has spent: what it signs for its
// partner at the beginning of the next.
func (b *Book) Spent(ctx context.Context, p Pair) (runs int64, err error) {
	row := b.db.QueryRowContext(ctx, `SELECT count(*) FROM charges
		WHERE step = 'spend' AND dataset = $1 AND partner = $2 AND counterpart = $3`, p.Dataset, p.Partner, p.Counterpart)
	if err := row.Scan(&runs); err != nil {
		return 0, fmt.Errorf("ledger: %w", err)
	}
	return runs, nil
}

// Witness remembers how many runs the partner has signed to have spent. It fails
// with [ErrOlder] where that is fewer than it signed before: the partner's
// record was set back, and with it its budget.
func (b *Book) Witness(ctx context.Context, p Pair, runs int64) error {
	return b.within(ctx, func(tx *sql.Tx) error {
		var before int64
		err := tx.QueryRowContext(ctx, `SELECT spent FROM partners WHERE dataset = $1 AND partner = $2 AND counterpart = $3`,
			p.Dataset, p.Partner, p.Counterpart).Scan(&before)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("ledger: %w", err)
		}
		if runs < before {
			return fmt.Errorf("%w: %d runs, after %d", ErrOlder, runs, before)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO partners (dataset, partner, counterpart, spent) VALUES ($1, $2, $3, $4)
			ON CONFLICT (dataset, partner, counterpart) DO UPDATE SET spent = excluded.spent`, p.Dataset, p.Partner, p.Counterpart, runs)
		if err != nil {
			return fmt.Errorf("ledger: %w", err)
		}
		return nil
	})
}

// decimal is a fraction for people.
func decimal(r *big.Rat) string { return r.FloatString(3) }
