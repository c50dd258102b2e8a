package node

import (
	"context"
	"errors"
	"slices"

	"mandorla/policy"
)

// inPairs counts, without a combiner, what this node's member shares with each
// other member: a run of two with each, one after the other. What the others share
// among themselves they alone learn (PROTOCOLS.md §7.6). A pair that was run before
// with the same tables gives its release again, and costs nothing.
func (n *Node) inPairs(ctx context.Context, first *plan) (*Result, error) {
	t := &first.agreement.Terms
	out := &Result{Analysis: first.analysis, Agreement: first.agreement.ID(), State: policy.Suppressed, Levels: []Level{},
		Learns: t.Analyses.Multi.To, Partner: first.with(), Group: &Group{Members: t.Names()}}
	for _, peer := range t.Others(first.self) {
		p, err := n.plan(first.agreement, first.analysis, peer)
		if err != nil {
			return nil, err
		}
		r, err := n.runPair(ctx, p, nil)
		if err != nil {
			return nil, err
		}
		if err := out.addPair(p, r); err != nil {
			return nil, err
		}
	}
	for _, name := range out.Group.Members {
		out.Group.Brands = append(out.Group.Brands, t.Brand(name))
	}
	return out, nil
}

// addPair takes in what one run of two gave.
func (r *Result) addPair(p *plan, pair *Result) error {
	split, err := policy.Split(p.epsilon(), len(p.normalisers), 0)
	if err != nil {
		return err
	}
	gate, err := (&attempt{plan: p}).newGate(split)
	if err != nil {
		return err
	}
	r.Group.Threshold = gate.Threshold().Least()
	f := GroupFigure{Measure: policy.Pair, Members: []string{p.self, p.peer}, State: pair.State, Count: pair.Count, SD: pair.SD}
	slices.Sort(f.Members)
	r.Group.Figures = append(r.Group.Figures, f)
	r.Pairs = append(r.Pairs, pair)
	if pair.State != policy.Suppressed {
		r.State = pair.State
	}
	if pair.Count != nil && pair.SD == nil {
		return errors.New("a count under noise does not say how much")
	}
	r.Rows, r.Excluded, r.Epsilon = pair.Rows, pair.Excluded, pair.Epsilon
	r.Bytes.Sent, r.Bytes.Received = r.Bytes.Sent+pair.Bytes.Sent, r.Bytes.Received+pair.Bytes.Received
	r.Seconds += pair.Seconds
	return nil
}
