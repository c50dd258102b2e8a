package node

import (
	"fmt"
	"slices"

	"mandorla/agreement"
	"mandorla/ledger"
	"mandorla/policy"
)

// account is what the receipt says of the rules, and of the parts of those who
// have said theirs.
func (a *attempt) account(parts map[string]ledger.Part) *ledger.Account {
	out := &ledger.Account{Rules: a.plan.ruleWords(), Epsilon: "0", Delta: "0", Parts: parts}
	if a.plan.noisy() {
		out.Epsilon, out.Delta = a.plan.epsilon().RatString(), a.plan.delta().RatString()
	}
	return out
}

// ruleWords is the rules in force, as a receipt bears them.
func (p *plan) ruleWords() map[string]string {
	r := p.agreement.Terms.Rules
	words := map[string]string{}
	for name, n := range map[string]uint64{
		"min_group_size": r.MinGroupSize, "min_set_size": r.MinSetSize, "min_segment_rows": r.MinSegmentRows,
		"min_list_size": r.MinListSize, "runs_per_week": r.RunsPerWeek, "min_change": r.MinChange, "round_to": r.RoundTo,
	} {
		words[name] = fmt.Sprint(n)
	}
	words["noise"] = noiseOf(p)
	words["epsilon_budget"] = r.EpsilonBudget.Text
	return words
}

// part is what this node says of itself: who of its table could take part, and
// what it received.
func (a *attempt) part(f *finding) ledger.Part {
	p := ledger.Part{Columns: a.table.columns, Received: []string{}, Ledger: a.checkpoint,
		Eligibility: ledger.Eligibility{Read: a.table.Read, Eligible: a.table.Eligible(), Excluded: a.table.Excluded}.Round()}
	if f == nil || f.learnt == nil {
		return p
	}
	p.Received = a.plan.received(a.columns)
	p.Cells = f.cellStates()
	return p
}

// received is what the analysis gives to a member who learns: the names of its
// figures.
func (p *plan) received(columns []string) []string {
	if p.analysis == agreement.Match {
		out := append([]string{"rows"}, columns...)
		slices.Sort(out)
		return out
	}
	out := []string{"count"}
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
