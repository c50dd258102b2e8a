package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement"
	"mandorla/agreement/own"
	"mandorla/ledger"
	"mandorla/policy"
)

// A circlePlan is the part of a plan that is about the others, where they are
// several: the parties are numbered, the members in the order of their names and
// the combiner, which has no data, after the last.
type circlePlan struct {
	parties []string // names
	keys    []note.Verifier
	party   int // this node's number
	wanted  policy.Wanted
	levels  []string // at the combiner, which has no dataset to tell them by: as the convener names them
}

func (c *circlePlan) combiner() int     { return len(c.parties) - 1 }
func (c *circlePlan) combines() bool    { return c.party == c.combiner() }
func (c *circlePlan) members() int      { return len(c.parties) - 1 }
func (c *circlePlan) name(i int) string { return c.parties[i] }

// numbers are the numbers of some parties; nil of none.
func (c *circlePlan) numbers(names []string) (out []int) {
	for _, name := range names {
		out = append(out, slices.Index(c.parties, name))
	}
	return out
}

// planCircle checks that the agreement allows the analysis, now, among its
// members and its combiner, of which this node is one.
func (n *Node) planCircle(a *agreement.Agreement, analysis string) (*plan, error) {
	if err := n.openFor(a); err != nil {
		return nil, err
	}
	t := &a.Terms
	if t.Key(n.id.Name) != n.id.Verifier {
		return nil, refuse("members.%s: the agreement has no or another key for this node", n.id.Name)
	}
	topology, err := a.Topology(analysis)
	if err != nil {
		return nil, refuse("%w", err)
	}
	if err := a.Permits(analysis, t.Names()[0]); err != nil {
		return nil, refuse("%w", err)
	}
	p := &plan{agreement: a, rules: t.Rules, analysis: analysis, by: agreement.Person, self: n.id.Name}
	if err := p.lookUp(); err != nil {
		return nil, err
	}
	if p.protocol.Neighbours == nil {
		return nil, refuse("analyses.%s: its runs are between each two members, and begin otherwise (topology %s)", analysis, topology)
	}
	if p.circle, err = newCirclePlan(a, n.id.Name, analysis); err != nil {
		return nil, err
	}
	p.learns = t.Analyses.ByName(analysis).Learns(n.id.Name)
	if p.circle.combines() {
		return p, n.permittedCombiner(p)
	}
	if err := n.findInputs(p); err != nil {
		return nil, err
	}
	if p.helped() {
		p.peer = t.Others(p.self)[0]
	}
	if p.inRing() && len(p.normalisers) != 1 {
		return nil, refuse("identifiers.types: %d levels; %s compares one", len(p.normalisers), analysis)
	}
	return p, n.permitted(p)
}

func newCirclePlan(a *agreement.Agreement, self, analysis string) (*circlePlan, error) {
	t := &a.Terms
	c := &circlePlan{parties: append(t.Names(), t.Combiner.Name)}
	if multi := t.Analyses.Multi; multi != nil && analysis == agreement.Multi {
		c.wanted = policy.Wanted{Members: len(t.Members), Regions: slices.Contains(multi.Release, agreement.Regions),
			Pairs: slices.Contains(multi.Release, agreement.Pairs), Reach: slices.Contains(multi.Release, agreement.Reach)}
	}
	c.party = slices.Index(c.parties, self)
	for _, name := range c.parties {
		v, err := a.Verifier(name)
		if err != nil {
			return nil, refuse("members.%s: %w", name, err)
		}
		c.keys = append(c.keys, v)
	}
	return c, nil
}

// with says in words with whom a run is.
func (p *plan) with() string {
	switch {
	case p.circle == nil && p.analysis == agreement.Multi:
		return strings.Join(p.agreement.Terms.Others(p.self), ", ") + ", with each alone"
	case p.circle == nil:
		return p.peer
	}
	if p.helped() {
		return fmt.Sprintf("%s, joined by %s", p.peer, p.agreement.Terms.Combiner.Name)
	}
	return fmt.Sprintf("%s, combined by %s", strings.Join(p.agreement.Terms.Others(p.self), ", "), p.agreement.Terms.Combiner.Name)
}

// permittedCombiner refuses what a combiner's own policy does not allow. It has
// no dataset that anything else could be asked of.
func (n *Node) permittedCombiner(p *plan) (err error) {
	if len(n.config.Datasets) > 0 {
		return unusable("node.yaml: datasets: a %s has none; take a node without data", p.office())
	}
	if p.policy, err = n.policy(); err != nil {
		return err
	}
	if err := p.policy.Permits(&p.agreement.Terms, p.analysis, p.self); err != nil {
		return refusal(err)
	}
	return p.combine(nil)
}

// heedAll takes in what the policies of all parties ask, after this node's table
// was read.
func (p *plan) heedAll(texts []string, rows uint64) error {
	before, policies := p.rules, map[string]*own.Summary{}
	for i, text := range texts {
		s, err := own.ParseSummary(text)
		if err != nil {
			return errors.Join(errControl, err)
		}
		policies[p.circle.name(i)] = s
	}
	e, err := own.Combine(&p.agreement.Terms, policies)
	if err != nil {
		return refusal(err)
	}
	p.rules, p.effective = e.Rules, e
	if p.circle.combines() {
		return nil
	}
	return p.tooLate(before, rows)
}

// signers are the keys that sign the run's receipt.
func (p *plan) signers(id *Identity) []note.Verifier {
	if p.circle != nil {
		return p.circle.keys
	}
	return []note.Verifier{id.verifier(), p.peerKey}
}

// circlePair is the budget of a dataset in a group: one for all its members, for
// they may put together what they learn. Of two it is the one that they have
// anyway.
func (p *plan) circlePair() ledger.Pair {
	t := &p.agreement.Terms
	if others := t.Others(p.self); len(others) == 1 {
		return ledger.Pair{Dataset: p.datasetName(), Partner: t.Members[others[0]], Counterpart: t.Datasets[others[0]]}
	}
	var others []string
	for _, m := range t.Others(p.self) {
		others = append(others, m+":"+t.Datasets[m])
	}
	return ledger.Pair{Dataset: p.datasetName(), Partner: t.Combiner.Key, Counterpart: strings.Join(others, " ")}
}

// witnessed is where it is kept how many runs a member has signed to have spent.
func (p *plan) witnessed(member string) ledger.Pair {
	t := &p.agreement.Terms
	return ledger.Pair{Dataset: p.datasetName(), Partner: t.Members[member], Counterpart: fmt.Sprintf("%s with %s", t.Datasets[member], t.Combiner.Name)}
}

// newCircleGate is the gate of the run's figures.
func (p *plan) newCircleGate() (*policy.CircleGate, error) {
	return policy.NewCircleGate(p.gateRules(), p.epsilon(), p.circle.wanted)
}

// reserveCircle sets the run's ε aside, and remembers how many runs the others
// have signed to have spent. What has no noise spends nothing.
func (g *gathering) reserveCircle(ctx context.Context) error {
	if g.plan.circle.combines() || !g.plan.noisy() {
		return nil
	}
	if err := g.witnessAll(ctx, 0); err != nil {
		return err
	}
	g.hold = &hold{run: g.sidText()}
	err := g.book.Reserve(ctx, ledger.Charge{Run: g.hold.run, Pair: g.plan.pair(), Agreement: g.plan.agreement.ID(),
		Epsilon: g.plan.epsilon(), Delta: g.plan.delta()}, g.plan.rules.EpsilonBudget.Rat, g.now())
	if errors.Is(err, ledger.ErrBudget) {
		return refuse("rules.epsilon_budget: %w", err)
	}
	return err
}

// witnessSpent remembers that the others have spent this run, if it costs.
func (g *gathering) witnessSpent(ctx context.Context) error {
	if !g.plan.noisy() {
		return nil
	}
	return g.witnessAll(ctx, 1)
}

// witnessAll remembers how many runs the others have signed to have spent, and how
// many they have since.
func (g *gathering) witnessAll(ctx context.Context, since uint64) error {
	for i, s := range g.seats[:g.plan.circle.members()] {
		if i == g.plan.circle.party {
			continue
		}
		err := g.book.Witness(ctx, g.plan.witnessed(g.plan.circle.name(i)), int64(min(s.Spent, 1<<62)+since))
		if errors.Is(err, ledger.ErrOlder) {
			return refuse("%s's record of spent budgets is older than one that it has signed: was it restored from a backup? %w", g.plan.circle.name(i), err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
