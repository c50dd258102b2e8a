package node

import (
	"context"
	"errors"
	"slices"

	"mandorla/agreement"
	"mandorla/node/flight"
)

// A Request asks for a run.
type Request struct {
	Analysis  string // as the agreement names it
	Agreement *agreement.Agreement
	Columns   []string // of `match` and `suppress`: own columns that stand beside the row number
	Max       uint64   // of `net_names`: how many names to buy at most; 0: none, but say how many there are
	By        string   // of `size`: what is counted; agreement.Person where empty
	Sample    bool     // of `size`: an estimate from a sample of the rows (PROTOCOLS.md §9)
	Full      bool     // of `match` and `append`: a full run, which begins an epoch where the agreement has any
	List      bool     // the list is wanted here: `append` is refused where this node does not learn it
}

// Run starts a run with the partner's serving node and sees it through. What
// this node learns is in the result and, with the receipt that both nodes
// signed, in the folder results/<run>. On an error nothing was learnt;
// ErrRefused, ErrPeer and ErrInput say whose the fault is.
func (n *Node) Run(ctx context.Context, r Request) (*Result, error) {
	p, err := n.planned(r)
	if err != nil {
		return nil, err
	}
	n.sweepRuns()
	switch {
	case p.circle != nil:
		return n.convene(ctx, p)
	case p.analysis == agreement.Multi:
		return n.inPairs(ctx, p)
	}
	return n.runPair(ctx, p, r)
}

// runPair is a run of a plan with its one partner.
func (n *Node) runPair(ctx context.Context, p *plan, r Request) (*Result, error) {
	if err := n.admit(p); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lifetime)
	defer cancel()
	conn, err := n.dial(ctx, p)
	if err != nil {
		return nil, n.peerError(p, err)
	}
	a := &attempt{Node: n, plan: p, conn: conn, columns: r.Columns, most: r.Max, anew: r.Full, started: n.now()}
	result, err := a.initiate(ctx)
	err = a.end(err)
	err = errors.Join(err, conn.Close())
	return result, n.peerError(p, err)
}

// planned is the plan of a request that this node may make.
func (n *Node) planned(r Request) (*plan, error) {
	p, err := n.planOf(r)
	if err == nil && r.Sample {
		err = p.sampled()
	}
	if err != nil {
		return nil, err
	}
	switch {
	case p.sells():
		return nil, refuse("analyses.net_names.to: %s buys, and starts the run; `mandorla serve` sells", p.peer)
	case r.List && r.Analysis == agreement.Append && !p.learns:
		return nil, refuse("analyses.append.to: the result is %s's; run without --out, and find it at %s's node", p.peer, p.peer)
	}
	return p, p.checkColumns(r.Columns)
}

// planOf is the plan of the run that a request names, whoever starts it.
func (n *Node) planOf(r Request) (*plan, error) {
	if t, err := r.Agreement.Topology(r.Analysis); err == nil && t == agreement.Ring {
		return n.planCircle(r.Agreement, r.Analysis)
	}
	if topology, err := r.Agreement.Topology(r.Analysis); err == nil && topology == agreement.Helper {
		p, err := n.planCircle(r.Agreement, r.Analysis)
		if err != nil || p.circle.combines() {
			return p, err
		}
		return p, p.checkColumns(r.Columns)
	}
	peer, err := r.Agreement.Terms.Peer(n.id.Name)
	if err != nil {
		return nil, refuse("%w", err)
	}
	return n.planBy(r.Agreement, r.Analysis, counted(r.By), peer)
}

func (n *Node) dial(ctx context.Context, p *plan) (*flight.Conn, error) {
	peer, ok := n.config.Peers[p.peer]
	if !ok {
		return nil, unusable("node.yaml: peers: no address of %q", p.peer)
	}
	key, err := publicKey(p.agreement.Terms.Members[p.peer])
	if err != nil {
		return nil, refuse("members.%s: %w", p.peer, err)
	}
	return flight.Dial(ctx, peer.Address, n.id.private, key, flight.Options{Logger: n.log})
}

func (a *attempt) initiate(ctx context.Context) (*Result, error) {
	if err := a.load(ctx); err != nil {
		return nil, err
	}
	own, err := a.side(ctx)
	if err != nil {
		return nil, err
	}
	if own.Epoch, err = a.epochSide(ctx); err != nil {
		return nil, err
	}
	if a.session, err = a.propose(ctx, own); err != nil {
		return nil, err
	}
	if a.repeat != "" {
		if !slices.Contains(own.Same, a.repeat) {
			return nil, errControl
		}
		return a.stored(a.repeat)
	}
	return a.execute(ctx)
}

// counted is what a run counts that does not say.
func counted(by string) string {
	if by == "" {
		return agreement.Person
	}
	return by
}
