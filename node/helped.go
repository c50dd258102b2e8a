package node

import (
	"mandorla/agreement"
	"mandorla/match"
)

// What is particular to a run of two members and a helper, which is a run of a
// group but for the figures, which are those of two members (PROTOCOLS.md §4.6).

// inRing reports whether the analysis is one of several members, which counts no
// cells.
func (p *plan) inRing() bool { return p.circle != nil && !p.helped() }

// helped reports whether a node without data joins for the two members.
func (p *plan) helped() bool { return p.protocol.Topology == string(agreement.Helper) }

// office is what the node without data is called.
func (p *plan) office() string {
	if p.helped() {
		return "helper"
	}
	return "combiner"
}

// WithoutData fails where the node has a dataset: whoever joins for two members
// brings nothing of its own.
func (n *Node) WithoutData() error {
	if len(n.config.Datasets) > 0 {
		return unusable("node.yaml: datasets: a helper has none; take a node without data")
	}
	return nil
}

// view is the two sides of a run that counts cells, as this node sees them: its own
// and the peer's, or at a helper those of the two members.
func (a *attempt) view() (own, peer side) {
	if a.circle != nil && a.plan.circle.combines() {
		return a.circle.seats[0].Side, a.circle.seats[1].Side
	}
	return a.session.own, a.session.peer
}

// helpedConfig is what all three parties have agreed that the run depends on.
func (g *gathering) helpedConfig() (match.Config, error) {
	own, peer := g.view()
	s, err := g.spending()
	if err != nil {
		return match.Config{}, err
	}
	cells, err := g.cells()
	if err != nil {
		return match.Config{}, err
	}
	c := &match.Circle{Party: g.plan.circle.party}
	if g.plan.noisy() {
		c.Scale = s.HelperScale()
	}
	analysis := g.plan.agreement.Terms.Analyses.ByName(g.plan.analysis)
	for i, s := range g.seats[:g.plan.circle.members()] {
		c.Caps = append(c.Caps, s.Side.Cap)
		c.Told = append(c.Told, analysis.Learns(g.plan.circle.name(i)))
	}
	if g.plan.circle.combines() {
		cells.Release = g.gate.Release
	}
	return match.Config{SID: g.session.sid, Role: g.session.role, Levels: g.plan.levels(), OwnCap: own.Cap, PeerCap: peer.Cap,
		Budget: g.rowMemory(), Store: g.store, Progress: g.progress, Cells: cells, Circle: c, Spend: g.spend}, nil
}
