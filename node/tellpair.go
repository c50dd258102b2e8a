package node

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"mandorla/agreement"
	"mandorla/node/flight"
)

// answerPair serves one PAIR.
func (n *Node) answerPair(ctx context.Context, conn *flight.Conn, body []byte) {
	a := &attempt{Node: n, conn: conn, started: n.now()}
	asker, err := n.tellPair(ctx, a, body)
	if err != nil {
		a.tell(err)
	}
	if err = errors.Join(err, conn.Close()); err != nil {
		n.log.Error("pair not told", "partner", asker, "error", err)
		return
	}
	n.log.Info("pair told", "partner", asker)
}

// tellPair runs the pair that is asked for, or finds its release, and tells it.
func (n *Node) tellPair(ctx context.Context, a *attempt, body []byte) (asker string, err error) {
	p, asker, m, err := n.readPair(a, body)
	if err != nil {
		return asker, err
	}
	leave, err := n.enter(p)
	if err != nil {
		return asker, err
	}
	defer leave()
	r, err := n.runPair(ctx, p, Request{})
	if err != nil {
		return asker, err
	}
	receipt, err := os.ReadFile(filepath.Join(n.dir, results, r.Run, receiptFile))
	if err != nil {
		return asker, err
	}
	f := figureBody{Message: "FIGURE", Asked: m.hash(), State: r.State, Count: r.Count, Receipt: string(receipt)}
	if r.Count != nil {
		f.SD = strconv.FormatFloat(*r.SD, 'g', -1, 64)
	}
	answer, err := n.id.seal(f)
	if err != nil {
		return asker, err
	}
	return asker, a.conn.SendControl(ctx, kindFigure, answer.note)
}

// readPair checks a PAIR, and finds the plan of the run that it asks for.
func (n *Node) readPair(a *attempt, body []byte) (p *plan, asker string, m message, err error) {
	known, err := n.partners(a.conn.Peer())
	if err != nil {
		return nil, "", m, err
	}
	var b pairBody
	err = refuse("no accepted agreement names this partner")
	for _, from := range known {
		b, asker = pairBody{}, from.name
		if m, err = unseal(body, from.key, &b); err == nil {
			break
		}
	}
	if err != nil {
		return nil, asker, m, err
	}
	if b.Message != "PAIR" || b.Suite != suite || b.Version != version {
		return nil, asker, m, refuse("this node speaks %s version %d", suite, version)
	}
	agreed, err := n.accepted(b.Agreement, []byte(b.Terms))
	if err != nil {
		return nil, asker, m, err
	}
	if key, err := publicKey(agreed.Terms.Key(asker)); err != nil || !key.Equal(a.conn.Peer()) {
		return nil, asker, m, refuse("members.%s: the agreement has another key for who asks", asker)
	}
	p, err = n.tellable(agreed, asker, &b)
	return p, asker, m, err
}

// tellable is the plan of a pair that may be told to who asks.
func (n *Node) tellable(a *agreement.Agreement, asker string, b *pairBody) (*plan, error) {
	t := &a.Terms
	topology, err := a.Topology(agreement.Multi)
	if err != nil || topology != agreement.Star {
		return nil, refuse("analyses.multi: no pairs are told under this agreement")
	}
	if !t.Analyses.Multi.Learns(asker) {
		return nil, refuse("analyses.multi.to: does not name who asks")
	}
	third := t.Others(n.id.Name)
	third = slices.DeleteFunc(third, func(m string) bool { return m == asker })
	if b.Member != n.id.Name || !slices.Contains(third, b.With) {
		return nil, errControl
	}
	return n.plan(a, agreement.Multi, b.With)
}
