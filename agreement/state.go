package agreement

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A State is where an agreement stands in its life.
type State string

// The states, in the order in which an agreement goes through them.
const (
	Drafted   State = "draft"     // nobody has signed
	Proposed  State = "proposed"  // somebody has, not everybody
	Accepted  State = "accepted"  // everybody has; its days may be yet to come
	Suspended State = "suspended" // a member asked to pause, and has not resumed
	Ended     State = "ended"     // its last day is over, or a member ended it
)

// A Standing is an agreement's state at one moment, and where the state came
// from a member's statement, that statement.
type Standing struct {
	State State
	From  *Statement // of Suspended, and of Ended before the last day
}

// Standing tells the state at a moment from the signatures, the days and the
// statements of [ReadStatement], in whatever order they came. A statement takes
// effect at its own time. Each member's suspension is its own to take back; an
// end is for good. Two nodes that hold the same statements say the same.
func (a *Agreement) Standing(now time.Time, statements ...*Statement) (Standing, error) {
	if err := a.checkLines(); err != nil {
		return Standing{}, err
	}
	switch {
	case len(a.lines) == 0:
		return Standing{State: Drafted}, nil
	case a.Verify() != nil:
		return Standing{State: Proposed}, nil
	}
	made := a.effective(now, statements)
	if i := slices.IndexFunc(made, func(s *Statement) bool { return s.What == End }); i >= 0 {
		return Standing{Ended, made[i]}, nil
	}
	if a.Over(now) {
		return Standing{State: Ended}, nil
	}
	if s := suspension(made); s != nil {
		return Standing{Suspended, s}, nil
	}
	return Standing{State: Accepted}, nil
}

// Over reports whether the last agreed day is past.
func (a *Agreement) Over(now time.Time) bool {
	return !now.Before(a.Terms.Valid.Until.AddDate(0, 0, 1))
}

// Open fails with ErrNotInForce unless a run may start: everybody signed, today
// is one of the agreed days, and no member has suspended or ended the agreement.
func (a *Agreement) Open(now time.Time, statements ...*Statement) error {
	if err := a.Verify(); err != nil {
		return err
	}
	if err := a.InForce(now); err != nil {
		return err
	}
	standing, err := a.Standing(now, statements...)
	if err != nil || standing.State == Accepted {
		return err
	}
	return fmt.Errorf("%w: %s", ErrNotInForce, standing.Words())
}

// Words says the state, and of a statement who made it, when and why.
func (s Standing) Words() string {
	if s.From == nil {
		return string(s.State)
	}
	return fmt.Sprintf("%s by %s at %s: %s", s.State, s.From.By, s.From.At.Format(time.RFC3339), s.From.Why)
}

// effective gives the statements on this agreement that hold by now, the earliest
// first. At one and the same second what stops comes after what goes on, so that
// it prevails.
func (a *Agreement) effective(now time.Time, statements []*Statement) []*Statement {
	made := slices.DeleteFunc(slices.Clone(statements), func(s *Statement) bool {
		return s.At.After(now) || s.Agreement != a.ID()
	})
	rank := map[string]int{Resume: 0, Suspend: 1, End: 2}
	slices.SortFunc(made, func(x, y *Statement) int {
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(rank[x.What], rank[y.What]), cmp.Compare(x.By, y.By), cmp.Compare(x.Why, y.Why))
	})
	return made
}

// suspension is the earliest one that its member has not taken back, nil if there
// is none.
func suspension(made []*Statement) *Statement {
	var open []*Statement
	for _, s := range made {
		mine := slices.IndexFunc(open, func(o *Statement) bool { return o.By == s.By })
		switch {
		case s.What == Suspend && mine < 0:
			open = append(open, s)
		case s.What == Resume && mine >= 0:
			open = slices.Delete(open, mine, mine+1)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return open[0]
}
