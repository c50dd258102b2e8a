package node

import (
	"context"
	"encoding/hex"
	"errors"
	"sync"

	"mandorla/node/flight"
)

// A gathering is one run of a group at this node: that of a member, or of the
// combiner. Whoever starts it, the convener, is connected to all others and
// carries what they agree on; frames pass between neighbours, each two of which
// have a connection of their own.
//
//	convener -> all   GATHER: what is to run, and the convener's seat
//	all -> convener   SEAT: what this party brings
//	convener -> all   ROSTER: all seats; they make the session
//	all -> convener   READY: the cost is set aside, neighbours may connect
//	convener -> all   GO
//	neighbours        JOIN, the ledgers' meeting, frames
//	all -> convener   SETTLE
//	convener -> all   SETTLE: those of all
//	all -> convener   RECEIPT, signed
//	convener -> all   RECEIPT, signed by all
type gathering struct {
	*attempt
	convener int
	control  []*flight.Conn // by party: of the convener to all others; of any other to the convener
	seats    []seat         // by party
	links    []*link        // by party: to the neighbours
	around   [][]int        // by party: its neighbours, in order, once frames may pass
	arrivals chan *link     // those that neighbours have opened
	done     chan struct{}  // closed when the run is over at this node
}

// A partyError is an error of the connection to one of the parties.
type partyError struct {
	party int
	err   error
}

func (e *partyError) Error() string { return e.err.Error() }
func (e *partyError) Unwrap() error { return e.err }

// from says whose connection an error is of.
func from(party int, err error) error {
	if err == nil {
		return nil
	}
	return &partyError{party, err}
}

func (n *Node) newGathering(p *plan) *gathering {
	size := len(p.circle.parties)
	g := &gathering{attempt: &attempt{Node: n, plan: p, started: n.now()}, control: make([]*flight.Conn, size),
		seats: make([]seat, size), links: make([]*link, size), arrivals: make(chan *link, size), done: make(chan struct{})}
	g.attempt.circle = g
	return g
}

// sidText is the session id as records write it.
func (g *gathering) sidText() string { return hex.EncodeToString(g.session.sid[:]) }

// inWords names the party whose connection failed.
func (g *gathering) inWords(err error) error {
	var of *partyError
	if !errors.As(err, &of) {
		return err
	}
	return g.partnerError(g.plan.circle.name(of.party), g.plan.circle.keys[of.party], err)
}

// connections are all that this node has in the run.
func (g *gathering) connections() (out []*flight.Conn) {
	for _, c := range g.control {
		if c != nil {
			out = append(out, c)
		}
	}
	for _, l := range g.links {
		if l != nil {
			out = append(out, l.conn)
		}
	}
	return out
}

// traffic is what has crossed on all of them.
func (g *gathering) traffic() (t Traffic) {
	for _, c := range g.connections() {
		sent, received := c.Bytes()
		t.Sent, t.Received = t.Sent+sent, t.Received+received
	}
	return t
}

// finish closes the run at this node: everybody hears of a failure, the folder
// keeps a receipt of it, and storage and connections are given back.
func (g *gathering) finish(err error) error {
	var ended sync.WaitGroup
	note := g.lastWords(err)
	for _, c := range g.connections() {
		ended.Go(func() {
			if note != nil {
				c.Abort(code(err), note)
			}
			c.Close()
		})
	}
	ended.Wait()
	g.leave()
	if err != nil && g.book != nil {
		err = errors.Join(err, g.failed(err))
	}
	return errors.Join(err, g.end(nil))
}

// lastWords are what the others are told of a failure; nil where there is none.
func (g *gathering) lastWords(err error) []byte {
	if err == nil {
		return nil
	}
	body := abortion{Message: "ABORT", Code: code(err)}
	if !g.begun() {
		body.Reason = reason(g.inWords(err))
	}
	m, sealErr := g.id.seal(body)
	if sealErr != nil {
		return nil
	}
	return m.note
}

// begun reports whether frames may have passed.
func (g *gathering) begun() bool {
	for _, l := range g.links {
		if l != nil && l.sealer != nil {
			return true
		}
	}
	return false
}

// enrol lets neighbours find the run by its session.
func (g *gathering) enrol() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.circles[g.session.sid] = g
}

// leave is the end of that, and of the neighbours' connections.
func (g *gathering) leave() {
	close(g.done)
	if g.session == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.circles[g.session.sid] == g {
		delete(g.circles, g.session.sid)
	}
}

// watch ends a context when any connection of the run does.
func (g *gathering) watch(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	look := func(party int, c *flight.Conn) {
		if c == nil {
			return
		}
		go func() {
			select {
			case <-c.Over():
				cancel(from(party, c.Why()))
			case <-ctx.Done():
			}
		}()
	}
	for party, c := range g.control {
		look(party, c)
	}
	for party, l := range g.links {
		if l != nil {
			look(party, l.conn)
		}
	}
	return ctx, func() { cancel(nil) }
}

// because is why a context that [gathering.watch] made has ended, where that is all
// that an error says.
func because(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) {
		return cause
	}
	return err
}

// say sends a control message to one party.
func (g *gathering) say(ctx context.Context, party int, kind byte, body any) error {
	m, err := g.id.seal(body)
	if err != nil {
		return err
	}
	return from(party, g.control[party].SendControl(ctx, kind, m.note))
}

// hear waits for a control message of one party.
func (g *gathering) hear(ctx context.Context, party int, kind byte, body any) (message, error) {
	got, note, err := g.control[party].RecvControl(ctx)
	if err != nil {
		return message{}, from(party, err)
	}
	m, err := unseal(note, g.plan.circle.keys[party], body)
	if err != nil || got != kind {
		return message{}, from(party, errors.Join(errControl, err))
	}
	return m, nil
}

// each does something with every other party at once. At the first error, which it
// gives, the rest is given up.
func (g *gathering) each(ctx context.Context, do func(ctx context.Context, party int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs := make(chan error, len(g.control))
	others := 0
	for party := range g.control {
		if party == g.plan.circle.party {
			continue
		}
		others++
		go func() { errs <- do(ctx, party) }()
	}
	var first error
	for range others {
		if err := <-errs; err != nil && first == nil {
			first = err
			cancel()
		}
	}
	return first
}
