package ledger

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/big"
	"slices"
)

// An Account is the part of a receipt that an auditor, a regulator or a customer
// asks for: under which rules the run went, whose records took part and what
// each member received (PROTOCOLS.md §10). Its counts are rounded, all of them.
type Account struct {
	Rules   map[string]string `json:"rules"`   // in force: the stricter of the agreement's and both policies'
	Epsilon string            `json:"epsilon"` // that the run spent: a fraction, exact; 0 without noise
	Delta   string            `json:"delta"`
	Parts   map[string]Part   `json:"parts"` // of each member
}

// A Part is what one member says of itself in an account.
type Part struct {
	Policy      string      `json:"policy"` // sha256:… of its own policy; empty where it has none
	Eligibility Eligibility `json:"eligibility"`
	Columns     []string    `json:"columns"`  // of its table that took part, sorted
	Received    []string    `json:"received"` // what it got: "count", "rows", "bank.spend.sum", …; sorted
	Cells       Cells       `json:"cells"`
	Ledger      string      `json:"ledger"` // its last checkpoint before the run, signed by it; empty where there was none

	// Names is how many rows changed hands in a sale, exactly: what is paid for.
	// Both members say the same.
	Names uint64 `json:"names,omitempty"`
}

// Eligibility is how many rows could take part, and why the others could not,
// each count rounded. Rounded counts need not add up.
type Eligibility struct {
	Read     uint64            `json:"read"`
	Eligible uint64            `json:"eligible"`
	Excluded map[string]uint64 `json:"excluded"` // reason code: rows
}

// Round makes exact counts the ones that a receipt may bear.
func (e Eligibility) Round() Eligibility {
	excluded := map[string]uint64{}
	for reason, n := range e.Excluded {
		excluded[reason] = Rounded(n)
	}
	return Eligibility{Rounded(e.Read), Rounded(e.Eligible), excluded}
}

// Cells are how many groups of a result a member saw, by state: of figures that all
// members learn, and none of any other.
type Cells struct {
	Released   uint64 `json:"released"`
	Noised     uint64 `json:"noised"`
	Suppressed uint64 `json:"suppressed"`
}

// Rounded is a count of people as anybody outside may read it: to two leading
// digits, and to whole hundreds at least.
func Rounded(n uint64) uint64 {
	unit := uint64(100)
	for n/unit >= 100 {
		unit *= 10
	}
	if n > math.MaxUint64-unit {
		return n / unit * unit
	}
	return (n + unit/2) / unit * unit
}

// check refuses an account that tells more than it may, or cannot be read.
func (r *Receipt) check() error {
	if err := r.Epoch.check(); err != nil {
		return err
	}
	if r.Account == nil {
		return nil
	}
	for _, fraction := range []string{r.Account.Epsilon, r.Account.Delta} {
		if f, ok := new(big.Rat).SetString(fraction); !ok || f.Sign() < 0 || f.RatString() != fraction {
			return fmt.Errorf("%w: account: epsilon and delta have to be fractions in lowest terms", ErrReceipt)
		}
	}
	for member, p := range r.Account.Parts {
		if _, ok := r.Members[member]; !ok {
			return fmt.Errorf("%w: account.parts: somebody who is no member", ErrReceipt)
		}
		if err := p.check(); err != nil {
			return fmt.Errorf("%w: account.parts.%s: %w", ErrReceipt, member, err)
		}
	}
	return nil
}

func (p Part) check() error {
	e := p.Eligibility
	for _, n := range append(slices.Collect(maps.Values(e.Excluded)), e.Read, e.Eligible) {
		if n != Rounded(n) {
			return errors.New("a count is not rounded; use Eligibility.Round")
		}
	}
	if !slices.IsSorted(p.Columns) || !slices.IsSorted(p.Received) {
		return errors.New("columns and received have to be sorted")
	}
	return nil
}
