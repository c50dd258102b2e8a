package node

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
	"mandorla/match"
	"mandorla/match/wire"
	"mandorla/node/flight"
)

// patience is how long neighbours may take to connect once all are ready.
const patience = 2 * time.Minute

// A link is the connection to a neighbour. It implements [match.Link].
type link struct {
	g      *gathering
	party  int
	conn   *flight.Conn
	rows   uint64 // at the combiner: rows that the member has
	sealer *wire.Sealer
	opener *wire.Opener
}

// Send implements [match.Link].
func (l *link) Send(ctx context.Context, f wire.Frame) error {
	if err := l.conn.Send(ctx, f); err != nil {
		return from(l.party, err)
	}
	return l.g.checkBytes()
}

// Recv implements [match.Link].
func (l *link) Recv(ctx context.Context) (wire.Frame, error) {
	f, err := l.conn.Recv(ctx)
	if err != nil {
		return f, from(l.party, err)
	}
	return f, l.g.checkBytes()
}

// checkBytes keeps to rules.max_bytes, each way, over all connections.
func (g *gathering) checkBytes() error {
	limit := g.plan.rules.MaxBytes
	if t := g.traffic(); t.Sent > limit || t.Received > limit {
		return refuse("rules.max_bytes: the run goes beyond the %d bytes agreed on", limit)
	}
	return nil
}

// A joinBody is the body of JOIN.
type joinBody struct {
	Message string `json:"message"`
	Run     hash32 `json:"run"`
	Member  string `json:"member"`
	Rows    uint64 `json:"rows"` // of the member's that are real, to the combiner alone and where it needs them; else 0
}

// dials reports whether this node opens the connection to a neighbour: the
// convener does to all, for nobody else can tell that it serves; of others, the
// one with the lower number.
func (g *gathering) dials(party int) bool {
	self := g.plan.circle.party
	return self == g.convener || party != g.convener && self < party
}

// connect opens the connections to the neighbours and waits for those that they
// open.
func (g *gathering) connect(ctx context.Context, c match.Config) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ctx, stop := g.watch(ctx)
	defer stop()
	neighbours := g.plan.protocol.Neighbours(c)
	awaited := map[int]bool{}
	for _, n := range neighbours {
		if !g.dials(n.Party) {
			awaited[n.Party] = true
			continue
		}
		l, err := g.join(ctx, n.Party)
		if err != nil {
			return because(ctx, err)
		}
		g.links[n.Party] = l
	}
	for len(awaited) > 0 {
		select {
		case l := <-g.arrivals:
			if !awaited[l.party] {
				l.conn.Abort(code(errControl), nil)
				return from(l.party, errControl)
			}
			delete(awaited, l.party)
			g.links[l.party] = l
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// join opens the connection to a neighbour.
func (g *gathering) join(ctx context.Context, party int) (*link, error) {
	conn, err := g.dialParty(ctx, party)
	if err != nil {
		return nil, err
	}
	body := joinBody{Message: "JOIN", Run: g.session.sid, Member: g.plan.self}
	if party == g.plan.circle.combiner() && g.plan.circle.needsRows() {
		body.Rows = g.table.Distinct
	}
	m, err := g.id.seal(body)
	if err == nil {
		err = conn.SendControl(ctx, kindJoin, m.note)
	}
	if err != nil {
		conn.Close()
		return nil, from(party, err)
	}
	return &link{g: g, party: party, conn: conn}, nil
}

// needsRows reports whether the combiner has to know how many rows of a table are
// fillers, which look like customers of one member alone.
func (c *circlePlan) needsRows() bool { return c.wanted.Regions || c.wanted.Reach }

// dialParty connects to another party.
func (g *gathering) dialParty(ctx context.Context, party int) (*flight.Conn, error) {
	name := g.plan.circle.name(party)
	peer, ok := g.Node.config.Peers[name]
	if !ok {
		return nil, unusable("node.yaml: peers: no address of %q", name)
	}
	key, err := publicKey(g.plan.agreement.Terms.Key(name))
	if err != nil {
		return nil, refuse("members.%s: %w", name, err)
	}
	conn, err := flight.Dial(ctx, peer.Address, g.id.private, key, flight.Options{Logger: g.log})
	return conn, from(party, err)
}

// answerJoin hands a neighbour's connection to the run that it names, and holds it
// until that run is over.
func (n *Node) answerJoin(ctx context.Context, conn *flight.Conn, note []byte, known []partner) error {
	for _, from := range known {
		var b joinBody
		if _, err := unseal(note, from.key, &b); err != nil || b.Message != "JOIN" || b.Member != from.name {
			continue
		}
		n.mu.Lock()
		g := n.circles[b.Run]
		n.mu.Unlock()
		if g == nil {
			continue
		}
		party := g.plan.partyOf(conn.Peer())
		if party < 0 || g.plan.circle.name(party) != b.Member || b.Rows > 0 && (!g.plan.circle.combines() || b.Rows > g.seats[party].Side.Cap) {
			continue
		}
		select {
		case g.arrivals <- &link{g: g, party: party, conn: conn, rows: b.Rows}:
		case <-g.done:
			return errControl
		}
		select {
		case <-g.done:
		case <-ctx.Done():
		}
		return nil
	}
	return errControl
}

// partyOf is the number of the party that holds a key; -1: none does.
func (p *plan) partyOf(key ed25519.PublicKey) int {
	return slices.IndexFunc(p.circle.parties, func(name string) bool { return holdsKey(&p.agreement.Terms, name, key) })
}

// holdsKey reports whether a key is that of a member's, or the combiner's, node.
func holdsKey(t *agreement.Terms, name string, key ed25519.PublicKey) bool {
	agreed, err := publicKey(t.Key(name))
	return err == nil && agreed.Equal(key)
}

// meetAll shows the ledger to every neighbour, and looks at theirs.
func (g *gathering) meetAll(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	errs, met := make(chan error, len(g.links)), 0
	for _, l := range g.links {
		if l == nil {
			continue
		}
		met++
		go func() { errs <- from(l.party, g.meetLink(ctx, l)) }()
	}
	var first error
	for range met {
		if err := <-errs; err != nil && first == nil {
			first = err
			cancel()
		}
	}
	return first
}

func (g *gathering) meetLink(ctx context.Context, l *link) error {
	name := g.plan.circle.name(l.party)
	err := g.book.Meet(ctx, ledger.Parties{Signer: g.id.signer, Own: g.id.verifier(), Peer: g.plan.circle.keys[l.party]}, g.now(),
		func(ctx context.Context, own []byte) ([]byte, error) {
			if err := l.conn.SendControl(ctx, kindLedger, own); err != nil {
				return nil, err
			}
			kind, theirs, err := l.conn.RecvControl(ctx)
			if err == nil && kind != kindLedger {
				err = errControl
			}
			return theirs, err
		})
	switch {
	case errors.Is(err, ledger.ErrPeerSetBack):
		return refuse("LEDGER_SET_BACK: %s: %w", name, err)
	case errors.Is(err, ledger.ErrSetBack):
		return refuse("LEDGER_SET_BACK: %s: %w", g.plan.self, err)
	case errors.Is(err, ledger.ErrMeeting):
		return errors.Join(errControl, err)
	}
	return err
}

// pairID is the session of the frames between two parties: no frame of theirs is
// one of any other two.
func (g *gathering) pairID(a, b int) [32]byte {
	low, high := min(a, b), max(a, b)
	h := sha256.New()
	h.Write([]byte(suite + "-PAIR"))
	h.Write(g.session.sid[:])
	h.Write([]byte{byte(low), byte(high)})
	var id [32]byte
	h.Sum(id[:0])
	return id
}

// way is the direction of the frames from one party to another.
func way(from, to int) wire.Direction {
	if from < to {
		return wire.FromInitiator
	}
	return wire.FromResponder
}

// open lets frames pass to and from the neighbours, each bound to the session, the
// two parties and the direction, and signed.
func (g *gathering) open(c match.Config) *match.Junction {
	self := g.plan.circle.party
	g.around = g.neighbourhood(c)
	neighbours := g.plan.protocol.Neighbours(c)
	links := make([]match.Link, len(neighbours))
	for i, n := range neighbours {
		l := g.links[n.Party]
		key := g.plan.circle.keys[n.Party]
		id := g.pairID(self, n.Party)
		l.sealer = wire.NewSealer(id, way(self, n.Party), n.Own, g.id.sign)
		l.opener = wire.NewOpener(id, way(n.Party, self), n.Peer, func(msg []byte, sig [64]byte) bool { return key.Verify(msg, sig[:]) })
		l.conn.Begin(l.sealer, l.opener)
		links[i] = l
	}
	return match.Join(context.Background(), neighbours, links)
}

// neighbourhood is, by party, whom it exchanges frames with.
func (g *gathering) neighbourhood(c match.Config) (out [][]int) {
	theirs := *c.Circle
	c.Circle = &theirs
	for theirs.Party = range g.seats {
		var around []int
		for _, n := range g.plan.protocol.Neighbours(c) {
			around = append(around, n.Party)
		}
		slices.Sort(around)
		out = append(out, around)
	}
	return out
}
