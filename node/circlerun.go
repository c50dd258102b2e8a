package node

import (
	"context"
	"crypto/ed25519"
	"errors"
	"slices"

	"mandorla/ledger"
	"mandorla/match"
	"mandorla/node/flight"
)

// convene starts a run of a group and sees it through.
func (n *Node) convene(ctx context.Context, p *plan) (_ *Result, err error) {
	if p.circle.combines() {
		return nil, refuse("a %s starts no run; one of the members does", p.office())
	}
	if err := n.admit(p); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lifetime)
	defer cancel()
	g := n.newGathering(p)
	g.convener = p.circle.party
	result, err := g.lead(ctx)
	err = g.finish(err)
	if err != nil {
		return nil, g.inWords(err)
	}
	return result, nil
}

// lead is the convener's run.
func (g *gathering) lead(ctx context.Context) (*Result, error) {
	if err := g.dialAll(ctx); err != nil {
		return nil, err
	}
	own, err := g.ready(ctx)
	if err != nil {
		return nil, err
	}
	g.seats[g.convener] = own
	if err := g.gather(ctx, own); err != nil {
		return nil, err
	}
	if g.repeat != "" {
		return g.stored(g.repeat)
	}
	if err := g.prepare(ctx); err != nil {
		return nil, err
	}
	err = g.each(ctx, func(ctx context.Context, party int) error { return g.step(ctx, party, kindReady, "READY") })
	if err != nil {
		return nil, err
	}
	err = g.each(ctx, func(ctx context.Context, party int) error {
		return g.say(ctx, party, kindGo, stepBody{"GO", g.session.sid})
	})
	if err != nil {
		return nil, err
	}
	return g.execute(ctx)
}

// dialAll connects to all others.
func (g *gathering) dialAll(ctx context.Context) error {
	return g.each(ctx, func(ctx context.Context, party int) (err error) {
		g.control[party], err = g.dialParty(ctx, party)
		return err
	})
}

// gather tells all others what is to run, hears what they bring, and tells them
// that.
func (g *gathering) gather(ctx context.Context, own seat) error {
	p := g.plan
	gather, err := g.id.seal(gatherBody{Message: "GATHER", Suite: suite, Version: version, Analysis: p.analysis, Topology: p.protocol.Topology,
		Agreement: p.agreement.Hash(), Terms: p.agreement.Text(), Levels: p.levels(), Parties: p.circle.parties, Seat: own})
	if err != nil {
		return err
	}
	g.name(gather.hash())
	roster := rosterBody{Message: "ROSTER", Gather: gather.hash(), Seats: make([]string, len(p.circle.parties))}
	hashes := make([][32]byte, len(p.circle.parties))
	hashes[g.convener] = gather.hash()
	err = g.each(ctx, func(ctx context.Context, party int) error {
		if err := g.control[party].SendControl(ctx, kindGather, gather.note); err != nil {
			return from(party, err)
		}
		var b seatBody
		m, err := g.hear(ctx, party, kindSeat, &b)
		if err != nil {
			return err
		}
		if b.Message != "SEAT" || b.Gather != gather.hash() {
			return from(party, errControl)
		}
		g.seats[party], hashes[party], roster.Seats[party] = b.Seat, m.hash(), string(m.note)
		return nil
	})
	if err != nil {
		return err
	}
	if err := g.settleSeats(hashes); err != nil {
		return err
	}
	g.repeat = g.commonRun()
	roster.Repeat = g.repeat
	return g.each(ctx, func(ctx context.Context, party int) error { return g.say(ctx, party, kindRoster, roster) })
}

// step waits for a party's READY, or for the convener's GO.
func (g *gathering) step(ctx context.Context, party int, kind byte, word string) error {
	var b stepBody
	if _, err := g.hear(ctx, party, kind, &b); err != nil {
		return err
	}
	if b.Message != word || b.Run != g.session.sid {
		return from(party, errControl)
	}
	return nil
}

// answerCircle serves a connection of a run of a group: the convener's, which is a
// whole run, or a neighbour's.
func (n *Node) answerCircle(ctx context.Context, conn *flight.Conn, kind byte, note []byte) {
	known, err := n.partners(conn.Peer())
	if err == nil && len(known) == 0 {
		err = refuse("no accepted agreement names this partner")
	}
	if err == nil && kind == kindJoin {
		err = n.answerJoin(ctx, conn, note, known)
	}
	if err == nil && kind == kindGather {
		n.attend(ctx, conn, note, known)
		return
	}
	if err != nil {
		n.log.Error("connection refused", "error", err)
		conn.Abort(code(err), nil)
	}
	conn.Close()
}

// attend takes part in a run that another party has convened.
func (n *Node) attend(ctx context.Context, conn *flight.Conn, note []byte, known []partner) {
	g, b, gather, err := n.readAnyGather(note, known, conn.Peer())
	if err != nil {
		stray := &attempt{Node: n, conn: conn}
		stray.tell(err)
		conn.Close()
		n.log.Error("run refused", "error", err)
		return
	}
	g.control[g.convener] = conn
	n.log.Info("run proposed", "run", g.run, "analysis", b.Analysis, "partner", g.plan.circle.name(g.convener))
	result, err := g.follow(ctx, b, gather)
	if err = g.finish(err); err != nil {
		n.log.Error("run failed", "run", g.run, "error", g.inWords(err))
		return
	}
	n.log.Info("run done", "run", g.run, "analysis", g.plan.analysis, "state", result.State, "seconds", result.Seconds)
}

// readAnyGather reads a GATHER under whichever of the names that agreements give
// to the partner's key it was signed with.
func (n *Node) readAnyGather(note []byte, known []partner, key ed25519.PublicKey) (g *gathering, b *gatherBody, m message, err error) {
	err = errControl
	for _, from := range known {
		if g, b, m, err = n.readGather(note, from, key); !errors.Is(err, errControl) {
			return g, b, m, err
		}
	}
	return nil, nil, m, err
}

// follow is the run of any party but the convener.
func (g *gathering) follow(ctx context.Context, b *gatherBody, gather message) (*Result, error) {
	leave, err := g.enter(g.plan)
	if err != nil {
		return nil, err
	}
	defer leave()
	own, err := g.ready(ctx)
	if err != nil {
		return nil, err
	}
	g.seats[g.convener], g.seats[g.plan.circle.party] = b.Seat, own
	mine, err := g.id.seal(seatBody{"SEAT", gather.hash(), own})
	if err == nil {
		err = from(g.convener, g.control[g.convener].SendControl(ctx, kindSeat, mine.note))
	}
	if err != nil {
		return nil, err
	}
	var roster rosterBody
	if _, err := g.hear(ctx, g.convener, kindRoster, &roster); err != nil {
		return nil, err
	}
	if err := g.readRoster(&roster, gather, mine); err != nil {
		return nil, err
	}
	if g.repeat = roster.Repeat; g.repeat != "" {
		return g.again()
	}
	if err := g.prepare(ctx); err != nil {
		return nil, err
	}
	g.enrol()
	if err := g.say(ctx, g.convener, kindReady, stepBody{"READY", g.session.sid}); err != nil {
		return nil, err
	}
	if err := g.step(ctx, g.convener, kindGo, "GO"); err != nil {
		return nil, err
	}
	return g.execute(ctx)
}

// again is the end of a run whose release is given again.
func (g *gathering) again() (*Result, error) {
	if g.plan.circle.combines() {
		return &Result{Analysis: g.plan.analysis}, nil
	}
	if g.repeat != g.commonRun() || !slices.Contains(g.seats[g.plan.circle.party].Side.Same, g.repeat) {
		return nil, errControl
	}
	return g.stored(g.repeat)
}

// prepare opens the node's record and sets the run's cost aside.
func (g *gathering) prepare(ctx context.Context) (err error) {
	if g.book, err = g.openBook(ctx); err != nil {
		return err
	}
	return g.reserveCircle(ctx)
}

// execute runs the protocol once all parties are ready to, and settles it.
func (g *gathering) execute(ctx context.Context) (*Result, error) {
	outcome, err := g.exchange(ctx)
	if err != nil {
		return nil, err
	}
	out, err := g.find(ctx, outcome)
	if out != nil {
		defer out.discard()
	}
	if err != nil {
		return nil, err
	}
	sealed, err := g.settle(ctx, out)
	if err != nil {
		return nil, err
	}
	result, err := g.keepAll(ctx, out, sealed)
	if err == nil {
		g.partWays(ctx)
	}
	return result, err
}

// partWays has the neighbours' ledgers co-signed once more, with the run's receipt
// in them.
func (g *gathering) partWays(ctx context.Context) {
	if err := g.meetAll(ctx); err != nil {
		g.log.Warn("the ledgers were not compared after the run", "run", g.run, "error", code(err))
	}
}

// exchange connects the neighbours and runs this node's machine over them.
func (g *gathering) exchange(ctx context.Context) (_ match.Outcome, err error) {
	c, gate, err := g.dependsOn()
	if err != nil {
		return nil, err
	}
	if err := g.connect(ctx, c); err != nil {
		return nil, err
	}
	ctx, stop := g.watch(ctx)
	defer stop()
	defer func() { err = because(ctx, err) }()
	if err := g.onRecord(ctx); err != nil {
		return nil, err
	}
	if g.plan.circle.combines() && gate != nil {
		g.hearRows(c.Circle)
		c.Circle.Scale, c.Circle.Release = gate.Scale(), releasing(gate)
	}
	source, closeSource, err := g.source()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, closeSource()) }()
	machine, err := g.plan.protocol.New(c, g.plan.learns)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, machine.Close()) }()
	j := g.open(c)
	defer j.Close()
	return match.Run(ctx, machine, source, j)
}

// onRecord puts the run on record, and has the neighbours' ledgers compared.
func (g *gathering) onRecord(ctx context.Context) error {
	checkpoint, err := g.book.Checkpoint(ctx, g.id.signer)
	if err != nil {
		return err
	}
	g.checkpoint = string(checkpoint)
	if err := g.meetAll(ctx); err != nil {
		return err
	}
	if err := g.record(context.Background(), ledger.Failed, codeInterrupted); err != nil {
		return err
	}
	if err := g.readmit(g.plan); err != nil {
		return err
	}
	if err := g.keepTerms(); err != nil || g.table == nil {
		return err
	}
	return g.remember()
}

// hearRows takes in how many rows each member has told the combiner that it has.
func (g *gathering) hearRows(c *match.Circle) {
	if !g.plan.circle.needsRows() {
		return
	}
	for _, l := range g.links[:len(c.Caps)] {
		c.Rows = append(c.Rows, l.rows)
	}
}

// source is this node's rows; a combiner has none and is never asked for any.
func (g *gathering) source() (match.Source, func() error, error) {
	if g.table == nil {
		return nil, func() error { return nil }, nil
	}
	s, err := g.table.source(g.plan.normalisers, g.session.pepper)
	if err != nil {
		return nil, nil, err
	}
	return s, s.Close, nil
}
