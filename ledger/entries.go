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

// ErrChain is a book whose entries are not the ones that were written.
var ErrChain = errors.New("ledger: the book has been altered")

// add writes the next entry.
func add(tx *sql.Tx, c Charge, step string, now time.Time) error {
	var last string
	place := int64(0)
	err := tx.QueryRow(`SELECT place, hash FROM charges ORDER BY place DESC LIMIT 1`).Scan(&place, &last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("ledger: %w", err)
	}
	e := entry{Place: place + 1, Step: step, At: now.UTC().Format(time.RFC3339Nano), Charge: c}
	hash, err := e.hash(last)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO charges
		(place, run, step, at, dataset, partner, counterpart, agreement, epsilon, delta, hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		e.Place, c.Run, step, e.At, c.Pair.Dataset, c.Pair.Partner, c.Pair.Counterpart,
		c.Agreement, c.Epsilon.RatString(), c.Delta.RatString(), hash)
	if err != nil {
		return fmt.Errorf("ledger: %w", err)
	}
	return nil
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
		return e, "", fmt.Errorf("%w: entry %d", ErrChain, e.Place)
	}
	return e, hash, nil
}

// each gives the entries that fit a condition, in order, to do.
func each(q interface {
	Query(string, ...any) (*sql.Rows, error)
}, condition string, args []any, do func(e entry, hash string) error) (err error) {
	rows, err := q.Query(`SELECT `+columns+` FROM charges `+condition+` ORDER BY place`, args...)
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
func charge(tx *sql.Tx, run string) (c Charge, steps []string, err error) {
	err = each(tx, `WHERE run = ?`, []any{run}, func(e entry, _ string) error {
		c, steps = e.Charge, append(steps, e.Step)
		return nil
	})
	return c, steps, err
}

// balance adds up a pair's entries.
func balance(tx *sql.Tx, p Pair, now time.Time) (Balance, error) {
	b := Balance{Epsilon: new(big.Rat), Delta: new(big.Rat), squares: new(big.Rat)}
	held := map[string]entry{}
	count := func(c Charge) {
		b = b.plus(c.Epsilon)
		b.Delta = new(big.Rat).Add(b.Delta, c.Delta)
	}
	err := each(tx, `WHERE dataset = ? AND partner = ? AND counterpart = ?`,
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

// Verify walks the whole book and fails with [ErrChain] at the first entry that
// is not the one that was written.
func (b *Book) Verify(ctx context.Context) error {
	last, place := "", int64(0)
	return each(b.db, ``, nil, func(e entry, hash string) error {
		want, err := e.hash(last)
		if err != nil {
			return err
		}
		if place++; e.Place != place || hash != want {
			return fmt.Errorf("%w: entry %d", ErrChain, place)
		}
		last = hash
		return ctx.Err()
	})
}
