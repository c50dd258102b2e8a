package policy

import (
	"errors"
	"slices"
)

// ErrSpent is the second use of a gate.
var ErrSpent = errors.New("policy: the gate has been used")

// The states of a result, and of a cell of one.
const (
	Released   = "released" // as it was counted
	Noised     = "noised"   // with the noise of the run
	Suppressed = "suppressed"
)

// Rules are the limits that the agreement sets.
type Rules struct {
	MinGroup uint64 // the least count that is released
	MinList  uint64 // the least rows of a list that is released
	RoundTo  uint64 // released counts are multiples of it; 0 and 1 leave them as they are
}

// A turn is the one use of a gate.
type turn struct{ spent bool }

func (t *turn) use() error {
	if t.spent {
		return ErrSpent
	}
	t.spent = true
	return nil
}

// A Gate lets one exact result of one run through, or not. It suppresses for
// those who read results: the nodes themselves have seen the count
// (PROTOCOLS.md §4.4). What carries noise goes through a [CellGate].
type Gate struct {
	turn
	rules Rules
}

// NewGate makes the gate of one run.
func NewGate(r Rules) *Gate { return &Gate{rules: r} }

// A CountRelease is a count as it may be seen: nil where it may not.
type CountRelease struct {
	state  string
	count  *uint64
	sd     *float64
	levels []*uint64
}

// State is [Released], [Noised] or [Suppressed].
func (r CountRelease) State() string { return r.state }

// Count is the whole overlap.
func (r CountRelease) Count() *uint64 { return r.count }

// SD is the standard deviation of the noise in the count, 0 in an exact one.
func (r CountRelease) SD() *float64 { return r.sd }

// Levels is the overlap that each identifier type found.
func (r CountRelease) Levels() []*uint64 { return r.levels }

// Count gates the counts of the identifier levels, whose sum is the overlap. A
// sum below the least group is suppressed with all that makes it up; so is a
// level below it, in company (see hidden).
func (g *Gate) Count(levels []uint64) (CountRelease, error) {
	if err := g.use(); err != nil {
		return CountRelease{}, err
	}
	sum := uint64(0)
	for _, n := range levels {
		sum += n
	}
	r := CountRelease{state: Suppressed, levels: make([]*uint64, len(levels))}
	if sum < g.rules.MinGroup {
		return r, nil
	}
	r.state, r.count, r.sd = Released, g.rules.round(sum), new(float64)
	hidden := g.hidden(levels)
	for l, n := range levels {
		if !hidden[l] {
			r.levels[l] = g.rules.round(n)
		}
	}
	return r, nil
}

// hidden says which levels are kept back: those below the least group, and with them
// others, the first ones first, one at least and until all together are so many that
// a small one among them could have been any. The company goes by its place and not by
// its count: were it the smallest, what is shown beside it would bound it; and it is
// always there, or who sees it shown would know that all that is kept back is small. A
// least group of one hides zeros only, which need no company: the rule itself says what
// they are.
func (g *Gate) hidden(levels []uint64) []bool {
	hidden, together := make([]bool, len(levels)), uint64(0)
	for l, n := range levels {
		if n < g.rules.MinGroup {
			hidden[l], together = true, together+n
		}
	}
	if g.rules.MinGroup == 1 || !slices.Contains(hidden, true) {
		return hidden
	}
	for company := false; !company || together < 2*g.rules.MinGroup-1; company = true {
		first := slices.Index(hidden, false)
		if first < 0 {
			break
		}
		hidden[first], together = true, together+levels[first]
	}
	return hidden
}

// round is n rounded down to what was agreed on, or up where down would be
// below the least group (PROTOCOLS.md §11.6).
func (r Rules) round(n uint64) *uint64 {
	if r.RoundTo > 1 {
		n -= n % r.RoundTo
		if n < r.MinGroup {
			n += r.RoundTo
		}
	}
	return &n
}

// A ListRelease says whether a list of rows may be seen.
type ListRelease struct{ rows *uint64 }

// State is [Released] or [Suppressed].
func (r ListRelease) State() string {
	if r.rows == nil {
		return Suppressed
	}
	return Released
}

// Rows is how many rows the list has; nil where it may not be seen.
func (r ListRelease) Rows() *uint64 { return r.rows }

// List gates a list of the given number of rows.
func (g *Gate) List(rows uint64) (ListRelease, error) {
	if err := g.use(); err != nil {
		return ListRelease{}, err
	}
	if rows < g.rules.MinList {
		return ListRelease{}, nil
	}
	return ListRelease{&rows}, nil
}
