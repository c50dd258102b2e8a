package node

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"

	"mandorla/node/flight"
)

// drain is how long runs may go on after the node was told to stop.
const drain = 10 * time.Minute

// A partner is the member at the other end of a connection.
type partner struct {
	name string
	key  note.Verifier
}

// Serve answers partners until ctx ends, then lets the runs that are going on
// finish. listening, if not nil, is told the address once it is open.
func (n *Node) Serve(ctx context.Context, listening func(address string)) error {
	n.sweepRuns()
	server, err := flight.Listen(n.config.Listen, n.id.private, n.knows, n.answer, flight.Options{Logger: n.log})
	if err != nil {
		return fmt.Errorf("listen at %s: %w; set `listen` in node.yaml", n.config.Listen, err)
	}
	if listening != nil {
		listening(server.Addr().String())
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve() }()
	until, stop := context.WithCancel(ctx)
	var tidying sync.WaitGroup
	defer tidying.Wait()
	defer stop()
	tidying.Go(func() { n.tidyHourly(until) })
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	n.log.Info("draining")
	draining, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	server.Shutdown(draining)
	return <-ended
}

// knows reports whether any accepted agreement names the key as a partner's.
func (n *Node) knows(key ed25519.PublicKey) bool {
	known, err := n.partners(key)
	if err != nil {
		n.log.Error("read the accepted agreements", "error", err)
	}
	return len(known) > 0
}

// partners is the member names, with their verifiers, that the accepted
// agreements give to a key.
func (n *Node) partners(key ed25519.PublicKey) ([]partner, error) {
	known, err := n.agreements()
	if err != nil {
		return nil, err
	}
	var out []partner
	for _, a := range known {
		if a.Terms.Key(n.id.Name) == "" {
			continue
		}
		for _, name := range a.Terms.Signatories() {
			line := a.Terms.Key(name)
			if k, err := publicKey(line); name == n.id.Name || err != nil || !k.Equal(key) {
				continue
			}
			if v, err := note.NewVerifier(line); err == nil {
				out = append(out, partner{name, v})
			}
		}
	}
	return out, nil
}

// answer serves one connection: one run, a part of one among several members, or what
// this member shares with a third.
func (n *Node) answer(ctx context.Context, conn *flight.Conn) {
	ctx, cancel := context.WithTimeout(ctx, lifetime)
	defer cancel()
	kind, body, err := conn.RecvControl(ctx)
	if err == nil && (kind == kindGather || kind == kindJoin) {
		n.answerCircle(ctx, conn, kind, body)
		return
	}
	if err == nil && kind == kindPair {
		n.answerPair(ctx, conn, body)
		return
	}
	a := &attempt{Node: n, conn: conn, started: n.now()}
	var result *Result
	if err == nil {
		result, err = a.respond(ctx, kind, body)
	}
	err = errors.Join(a.end(err), conn.Close())
	if a.plan != nil {
		err = n.peerError(a.plan, err)
	}
	if err != nil {
		n.log.Error("run failed", "run", a.run, "error", err)
		return
	}
	n.log.Info("run done", "run", a.run, "analysis", result.Analysis, "partner", a.plan.peer,
		"state", result.State, "seconds", result.Seconds)
}

func (a *attempt) respond(ctx context.Context, kind byte, body []byte) (*Result, error) {
	known, err := a.partners(a.conn.Peer())
	if err != nil {
		return nil, err
	}
	if len(known) == 0 {
		return nil, refuse("no accepted agreement names this partner")
	}
	if kind != kindPropose {
		return nil, errControl
	}
	p, m, err := a.readAny(body, known)
	if err != nil {
		return nil, err
	}
	a.log.Info("run proposed", "run", a.run, "analysis", p.Analysis, "partner", a.plan.peer)
	leave, err := a.enter(a.plan)
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := a.load(ctx); err != nil {
		return nil, err
	}
	own, err := a.side(ctx)
	if err != nil {
		return nil, err
	}
	if p.Side.Epoch != nil {
		if own.Epoch, err = a.epochSide(ctx); err != nil {
			return nil, err
		}
	}
	if a.session, err = a.accept(ctx, p, m, own); err != nil {
		return nil, err
	}
	if a.repeat != "" {
		return a.stored(a.repeat)
	}
	return a.execute(ctx)
}

// readAny reads a PROPOSE under whichever of the names that agreements give to
// the partner's key it was signed with.
func (a *attempt) readAny(body []byte, known []partner) (p *proposal, m message, err error) {
	err = errControl
	for _, from := range known {
		if p, m, err = a.read(body, from); !errors.Is(err, errControl) {
			return p, m, err
		}
	}
	return nil, m, err
}

// enter keeps to rules.max_runs_at_once and rules.runs_per_week.
func (n *Node) enter(p *plan) (leave func(), err error) {
	if err := n.admit(p); err != nil {
		return nil, err
	}
	limit := p.rules.MaxRunsAtOnce
	hash := p.agreement.Hash()
	n.mu.Lock()
	defer n.mu.Unlock()
	if uint64(n.running[hash]) >= limit {
		return nil, refuse("rules.max_runs_at_once: %d runs are going on; try again later", limit)
	}
	n.running[hash]++
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.running[hash]--
	}, nil
}
