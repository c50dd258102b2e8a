package node

import (
	"slices"

	"mandorla/agreement"
	"mandorla/ledger"
	"mandorla/policy"
)

// account is what the receipt says of the rules, and of the parts of those who
// have said theirs.
func (a *attempt) account(parts map[string]ledger.Part) *ledger.Account {
	out := &ledger.Account{Rules: a.plan.effective.Values(), Epsilon: "0", Delta: "0", Parts: parts}
	if a.plan.noisy() {
		out.Epsilon, out.Delta = a.plan.epsilon().RatString(), a.plan.delta().RatString()
	}
	return out
}

// part is what this node says of itself: who of its table could take part, and
// what it received.
func (a *attempt) part(f *finding) ledger.Part {
	if a.table == nil { // a combiner
		return ledger.Part{Policy: a.session.own.PolicyID, Columns: []string{}, Received: []string{}, Ledger: a.checkpoint,
			Eligibility: ledger.Eligibility{}.Round()}
	}
	p := ledger.Part{Policy: a.session.own.PolicyID, Columns: a.table.columns, Received: []string{}, Ledger: a.checkpoint,
		Eligibility: ledger.Eligibility{Read: a.table.Read, Eligible: a.table.Eligible(), Excluded: a.table.Excluded}.Round()}
	if f != nil && f.result.Sale != nil {
		p.Names = f.result.Sale.Names
	}
	if f == nil {
		p.Names = a.given
	}
	if f == nil || f.learnt == nil {
		return p
	}
	p.Received = a.plan.received(a.columns)
	if a.plan.inCommon() {
		p.Cells = f.cellStates()
	}
	return p
}

// inCommon reports whether all members learn the same figures. Of any other analysis
// the receipt, which all sign, says nothing of what a gate has decided: by a table made
// for it the others would read from that whether a single row is there.
func (p *plan) inCommon() bool {
	return p.counts() && len(p.terms().To) == len(p.agreement.Terms.Names())
}

// received is what the analysis gives to a member who learns: the names of its
// figures.
func (p *plan) received(columns []string) []string {
	if slices.Contains(listing, p.analysis) {
		out := append([]string{"rows"}, columns...)
		slices.Sort(out)
		return out
	}
	if p.analysis == agreement.Append {
		out := append([]string{"rows"}, p.appended()...)
		slices.Sort(out)
		return out
	}
	if p.inRing() {
		return slices.Sorted(slices.Values(p.agreement.Terms.Analyses.Multi.Release))
	}
	out := []string{"count"}
	if p.buys() {
		for _, f := range p.terms().Sold {
			out = append(out, p.peer+"."+f.Column)
		}
	}
	for member, measures := range p.agreement.Terms.Analyses.ByName(p.analysis).Measures {
		for _, m := range measures {
			out = append(out, member+"."+m+".sum")
		}
	}
	slices.Sort(out)
	return out
}

// cellStates counts the groups of a result by their state.
func (f *finding) cellStates() (c ledger.Cells) {
	states := []string{f.result.State}
	if f.result.Group != nil {
		states = states[:0]
		for _, figure := range f.result.Group.Figures {
			states = append(states, figure.State)
		}
	}
	if f.result.Cells != nil {
		states = states[:0]
		for _, cell := range f.result.Cells.Rows {
			states = append(states, cell.State)
		}
	}
	for _, s := range states {
		switch s {
		case policy.Released:
			c.Released++
		case policy.Noised:
			c.Noised++
		case policy.Suppressed:
			c.Suppressed++
		}
	}
	return c
}
