package ledger

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"time"
)

// add writes the next entry, and its record in the log.
func add(ctx context.Context, tx *sql.Tx, c Charge, step string, now time.Time) error {
	var last string
	place := int64(0)
	err := tx.QueryRowContext(ctx, `SELECT place, hash FROM charges ORDER BY place DESC LIMIT 1`).Scan(&place, &last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("ledger: %w", err)
	}
	e := entry{Place: place + 1, Step: step, At: stamp(now), Charge: c}
	hash, err := e.hash(last)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO charges
		(place, run, step, at, dataset, partner, counterpart, agreement, epsilon, delta, hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		e.Place, c.Run, step, e.At, c.Pair.Dataset, c.Pair.Partner, c.Pair.Counterpart,
		c.Agreement, c.Epsilon.RatString(), c.Delta.RatString(), hash)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return e.log(ctx, tx, hash, now)
}

// log makes the entry a record of the log.
func (e entry) log(ctx context.Context, tx *sql.Tx, hash string, now time.Time) error {
	body, err := e.body(hash)
	if err != nil {
		return err
	}
	return appendRecord(ctx, tx, KindCharge, e.Charge.Run, body, now)
}

// An entry is a row of the book.
type entry struct {
	Place  int64
	Step   string
	At     string
	Charge Charge
}

// hash chains the entry to the one before it.
func (e entry) hash(last string) (string, error) {
	c := e.Charge
	body, err := Canonical([]any{last, e.Place, c.Run, e.Step, e.At, c.Pair.Dataset, c.Pair.Partner,
		c.Pair.Counterpart, c.Agreement, c.Epsilon.RatString(), c.Delta.RatString()})
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), err
}

// body is the entry as the log has it.
func (e entry) body(hash string) (string, error) {
	c := e.Charge
	b, err := Canonical(map[string]any{"entry": e.Place, "run": c.Run, "step": e.Step, "at": e.At,
		"dataset": c.Pair.Dataset, "partner": c.Pair.Partner, "counterpart": c.Pair.Counterpart,
		"agreement": c.Agreement, "epsilon": c.Epsilon.RatString(), "delta": c.Delta.RatString(), "hash": hash})
	return string(b), err
}

// columns are an entry's, in the order of scan.
const columns = `place, run, step, at, dataset, partner, counterpart, agreement, epsilon, delta, hash`

// scan reads one row.
func scan(rows *sql.Rows) (e entry, hash string, err error) {
	var epsilon, delta string
	c := &e.Charge
	err = rows.Scan(&e.Place, &c.Run, &e.Step, &e.At, &c.Pair.Dataset, &c.Pair.Partner, &c.Pair.Counterpart,
		&c.Agreement, &epsilon, &delta, &hash)
	if err != nil {
		return e, "", fmt.Errorf("ledger: %w", err)
	}
	var good, alsoGood bool
	c.Epsilon, good = new(big.Rat).SetString(epsilon)
	c.Delta, alsoGood = new(big.Rat).SetString(delta)
	if !good || !alsoGood {
		return e, "", entryFault(e.Place, "has a cost that is no fraction")
	}
	return e, hash, nil
}

// each gives the entries that fit a condition, in order, to do.
func each(ctx context.Context, tx *sql.Tx, condition string, args []any, do func(e entry, hash string) error) (err error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+columns+` FROM charges `+condition+` ORDER BY place`, args...)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		e, hash, err := scan(rows)
		if err == nil {
			err = do(e, hash)
		}
		if err != nil {
			return err
		}
	}
	return rows.Err()
}

// charge is a run's cost and the steps that the book has of it.
func charge(ctx context.Context, tx *sql.Tx, run string) (c Charge, steps []string, err error) {
	err = each(ctx, tx, `WHERE run = $1`, []any{run}, func(e entry, _ string) error {
		c, steps = e.Charge, append(steps, e.Step)
		return nil
	})
	return c, steps, err
}

// balance adds up a pair's entries.
func balance(ctx context.Context, tx *sql.Tx, p Pair, now time.Time) (Balance, error) {
	b := Balance{Epsilon: new(big.Rat), Delta: new(big.Rat), squares: new(big.Rat)}
	held := map[string]entry{}
	count := func(c Charge) {
		b = b.plus(c.Epsilon)
		b.Delta = new(big.Rat).Add(b.Delta, c.Delta)
	}
	err := each(ctx, tx, `WHERE dataset = $1 AND partner = $2 AND counterpart = $3`,
		[]any{p.Dataset, p.Partner, p.Counterpart}, func(e entry, _ string) error {
			switch e.Step {
			case "reserve":
				held[e.Charge.Run] = e
			case "spend":
				delete(held, e.Charge.Run)
				b.Runs++
				count(e.Charge)
			default:
				delete(held, e.Charge.Run)
			}
			return nil
		})
	for _, e := range held {
		at, timeErr := time.Parse(time.RFC3339Nano, e.At)
		if timeErr != nil || now.Sub(at) < holdTime {
			count(e.Charge)
		}
	}
	return b, err
}
