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
	Analysis  string // "size" or "match"
	Agreement *agreement.Agreement
	Columns   []string // of `match`: own columns that stand beside the row number
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
	switch {
	case p.circle != nil:
		return n.convene(ctx, p)
	case p.analysis == agreement.Multi:
		return n.inPairs(ctx, p)
	}
	return n.runPair(ctx, p, r.Columns)
}

// runPair is a run of a plan with its one partner.
func (n *Node) runPair(ctx context.Context, p *plan, columns []string) (*Result, error) {
	if err := n.admit(p); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lifetime)
	defer cancel()
	conn, err := n.dial(ctx, p)
	if err != nil {
		return nil, n.peerError(p, err)
	}
	a := &attempt{Node: n, plan: p, conn: conn, columns: columns, started: n.now()}
	result, err := a.initiate(ctx)
	err = a.end(err)
	err = errors.Join(err, conn.Close())
	return result, n.peerError(p, err)
}

// planned is the plan of a request.
func (n *Node) planned(r Request) (*plan, error) {
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
	p, err := n.plan(r.Agreement, r.Analysis, peer)
	if err != nil {
		return nil, err
	}
	return p, p.checkColumns(r.Columns)
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
