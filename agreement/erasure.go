package agreement

import (
	"slices"
	"time"
)

// What a member deletes, in the words of a deletion receipt.
const (
	ErasedKeys    = "keys"
	ErasedBlinded = "blinded sets"
	ErasedResults = "results"
)

// An Erasure is what a member owes once an agreement is over: a vendor when the
// work has ended, whoever learned something of a sale by the agreed day. Its
// fields are those of a deletion receipt.
type Erasure struct {
	Agreement string    // sha256:…
	Name      string    // the agreement's own
	Member    string    // who deletes
	Why       string    // in words
	Due       time.Time // from when on it is owed
	What      []string  // ErasedKeys, ErasedBlinded, ErasedResults
}

// Erasure says what the member has to delete for an agreement that was over at a
// moment: that of the statement that ended it, or [Agreement.End]. It is not ok
// where the kind of agreement asks nothing of the member.
func (a *Agreement) Erasure(member string, over time.Time) (e Erasure, ok bool) {
	t, c := &a.Terms, a.Terms.Conditions
	e = Erasure{Agreement: a.ID(), Name: t.Agreement, Member: member, Due: over, What: []string{ErasedKeys, ErasedBlinded, ErasedResults}}
	switch {
	case t.Kind == ServiceProvider && c.Vendor == member:
		e.Why = "the work for the client has ended"
		return e, true
	case t.Kind == Sale && !c.DeleteBy.IsZero() && slices.Contains(t.learners(), member):
		e.Why = "the agreement's delete_by has come"
		e.Due = c.DeleteBy
		return e, true
	}
	return Erasure{}, false
}

// End is the first moment after the agreed days.
func (a *Agreement) End() time.Time { return a.Terms.Valid.Until.AddDate(0, 0, 1) }

// learners are the members who learn a result of some analysis.
func (t *Terms) learners() []string {
	var all []string
	for _, name := range AllAnalyses {
		if a := t.Analyses.ByName(name); a != nil {
			all = append(all, a.To...)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
