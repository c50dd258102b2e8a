package node

import (
	"context"
	"errors"
	"slices"

	"mandorla/policy"
)

// inPairs counts, without a combiner, what each two members share (PROTOCOLS.md
// §7.6): a run of two with each other member, one after the other, and then the
// pairs of the others, which those run among themselves and tell. A pair that was run
// before with the same tables gives its release again, and costs nothing. A pair that
// cannot be had is absent, with the reason; if no pair of this node's own can be had,
// there is no result.
func (n *Node) inPairs(ctx context.Context, first *plan) (*Result, error) {
	t := &first.agreement.Terms
	out := &Result{Analysis: first.analysis, Agreement: first.agreement.ID(), State: policy.Suppressed, Levels: []Level{},
		Learns: t.Analyses.Multi.To, Partner: first.with(), Group: &Group{Members: t.Names()}}
	var failed error
	for _, peer := range t.Others(first.self) {
		err := n.ownPair(ctx, out, first, peer)
		if ctx.Err() != nil || errors.Is(err, ErrInput) {
			return nil, err
		}
		if err != nil {
			failed = err
			out.Group.Figures = append(out.Group.Figures, absent(err, first.self, peer))
		}
	}
	if len(out.Pairs) == 0 {
		return nil, failed
	}
	for i, member := range t.Names() {
		for _, with := range t.Names()[i+1:] {
			if member != first.self && with != first.self {
				out.Group.Figures = append(out.Group.Figures, n.othersPair(ctx, first, member, with))
			}
		}
	}
	slices.SortFunc(out.Group.Figures, func(a, b GroupFigure) int { return slices.Compare(a.Members, b.Members) })
	for _, name := range out.Group.Members {
		out.Group.Brands = append(out.Group.Brands, t.Brand(name))
	}
	return out, ctx.Err()
}

// absent is a pair that cannot be had.
func absent(why error, members ...string) GroupFigure {
	slices.Sort(members)
	return GroupFigure{Measure: policy.Pair, Members: members, State: Absent, Reason: why.Error()}
}

// ownPair adds what this node's member shares with another.
func (n *Node) ownPair(ctx context.Context, out *Result, first *plan, peer string) error {
	p, err := n.plan(first.agreement, first.analysis, peer)
	if err != nil {
		return err
	}
	r, err := n.runPair(ctx, p, Request{})
	if err != nil {
		return err
	}
	return out.addPair(p, r)
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
	if pair.Count != nil && pair.SD == nil {
		return errors.New("a count under noise does not say how much")
	}
	r.Group.Threshold = gate.Threshold().Least()
	f := GroupFigure{Measure: policy.Pair, Members: []string{p.self, p.peer}, State: pair.State, Count: pair.Count, SD: pair.SD}
	slices.Sort(f.Members)
	r.Group.Figures = append(r.Group.Figures, f)
	r.Pairs = append(r.Pairs, pair)
	if pair.State != policy.Suppressed {
		r.State = pair.State
	}
	r.Rows, r.Excluded = pair.Rows, pair.Excluded
	if !pair.Repeated {
		r.Epsilon = pair.Epsilon
	}
	r.Bytes.Sent, r.Bytes.Received = r.Bytes.Sent+pair.Bytes.Sent, r.Bytes.Received+pair.Bytes.Received
	r.Seconds += pair.Seconds
	return nil
}
