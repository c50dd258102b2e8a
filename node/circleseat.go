package node

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"mandorla/identity"
	"mandorla/match"
)

// A seat is what one party brings to a run of a group. A combiner brings neither
// rows nor a dataset.
type seat struct {
	Side  side   `json:"side"`
	Spent uint64 `json:"spent"` // runs that it has spent in this group
}

// A gatherBody is the body of GATHER.
type gatherBody struct {
	Message   string   `json:"message"`
	Suite     string   `json:"suite"`
	Version   int      `json:"version"`
	Analysis  string   `json:"analysis"`
	Topology  string   `json:"topology"`
	Agreement hash32   `json:"agreement"`
	Terms     string   `json:"terms"`
	Levels    []string `json:"levels"`
	Parties   []string `json:"parties"` // in the order of their numbers
	Seat      seat     `json:"seat"`
}

// A seatBody is the body of SEAT.
type seatBody struct {
	Message string `json:"message"`
	Gather  hash32 `json:"gather"`
	Seat    seat   `json:"seat"`
}

// A rosterBody is the body of ROSTER: the SEAT of every party, as it signed it;
// the convener's is in its GATHER.
type rosterBody struct {
	Message string   `json:"message"`
	Gather  hash32   `json:"gather"`
	Seats   []string `json:"seats"`  // by party; empty at the convener's place
	Repeat  string   `json:"repeat"` // the run whose release is given again; empty: a new run
}

// A stepBody is the body of READY and GO.
type stepBody struct {
	Message string `json:"message"`
	Run     hash32 `json:"run"`
}

// seat is what this node brings.
func (g *gathering) seat(ctx context.Context) (seat, error) {
	s := seat{Side: side{Member: g.plan.self, Time: stamp(g.now()), Vectors: identity.VectorsHash(), Build: g.build, Same: []string{},
		Policy: g.plan.policy.Summary().Text(), PolicyID: g.plan.policy.ID()}}
	rand.Read(s.Side.Nonce[:])
	if g.plan.circle.combines() {
		return s, nil
	}
	s.Side.Dataset, s.Side.Cap, s.Side.Root = g.plan.datasetName(), g.capFor(g.table.Distinct), g.table.root
	if g.same != nil {
		s.Side.Same = g.same
	}
	if !g.plan.noisy() && !g.plan.helped() {
		return s, nil // it has nothing to spend
	}
	var err error
	s.Spent, err = g.spentRuns(ctx, g.plan)
	if g.plan.helped() {
		s.Side.Cells = g.cellSide(g.table, s.Spent)
		s.Side.Cap = s.Side.Cells.total()
	}
	return s, err
}

// ready reads this node's table, if it has one, and makes its seat.
func (g *gathering) ready(ctx context.Context) (seat, error) {
	if !g.plan.circle.combines() {
		if err := g.load(ctx); err != nil {
			return seat{}, err
		}
	}
	return g.seat(ctx)
}

// checkSeat refuses what a party brings where the agreement, or sense, does.
func (g *gathering) checkSeat(party int, s seat) error {
	n, c, own := g.Node, g.plan.circle, g.seats[g.plan.circle.party]
	at, err := time.Parse(time.RFC3339, s.Side.Time)
	switch {
	case err != nil || s.Side.Member != c.name(party):
		return errControl
	case n.now().Sub(at).Abs() > skew:
		return refuse("the clocks of two nodes are more than %v apart; set them", skew)
	case s.Side.Dataset != g.plan.agreement.Terms.Datasets[c.name(party)]:
		return refuse("%s's node brings another dataset than the agreement names", c.name(party))
	case s.Side.Vectors != own.Side.Vectors:
		return refuse("the nodes normalise identifiers differently; use the same version of the program")
	case party == c.combiner() && (s.Side.Cap != 0 || s.Side.Cells != nil):
		return errControl
	case party == c.combiner():
		return nil
	case s.Side.Cap < n.least || s.Side.Cap > n.capFor(g.plan.rules.MaxRows):
		return refuse("rules.max_rows: %s's table has more rows than the %d agreed on", c.name(party), g.plan.rules.MaxRows)
	}
	if g.plan.helped() {
		return g.checkCells(s.Side)
	}
	if s.Side.Cells != nil {
		return errControl
	}
	return nil
}

// settleSeats checks all seats, once they are there, and derives what all parties
// share (PROTOCOLS.md §1.3, §1.11): the hashes are those of GATHER and of the
// SEATs in the order of the parties.
func (g *gathering) settleSeats(hashes [][32]byte) error {
	var policies []string
	nonces := map[hash32]bool{}
	h, pepper := sha256.New(), sha256.New()
	h.Write([]byte(suite + "-SID"))
	for party, s := range g.seats {
		if err := g.checkSeat(party, s); err != nil {
			return err
		}
		if nonces[s.Side.Nonce] {
			return errControl
		}
		nonces[s.Side.Nonce] = true
		policies = append(policies, s.Side.Policy)
		h.Write(hashes[party][:])
		pepper.Write(s.Side.Nonce[:])
	}
	rows := uint64(0)
	if g.table != nil {
		rows = g.table.Distinct
	}
	if err := g.plan.heedAll(policies, rows); err != nil {
		return err
	}
	own := g.seats[g.plan.circle.party].Side
	g.session = &session{own: own}
	if g.plan.helped() && !g.plan.circle.combines() {
		g.session.role, g.session.peer = match.Role(g.plan.circle.party), g.seats[1-g.plan.circle.party].Side
	}
	h.Sum(g.session.sid[:0])
	g.name(g.session.sid)
	var all [32]byte
	pepper.Sum(all[:0])
	var err error
	g.session.pepper, err = identity.Pepper(g.seats[g.convener].Side.Nonce, all, g.plan.agreement.Hash())
	return err
}

// commonRun is the last run that every member names as one with the very same
// input; empty where there is none.
func (g *gathering) commonRun() string {
	members := g.seats[:g.plan.circle.members()]
	for _, run := range slices.Backward(members[0].Side.Same) {
		if !slices.ContainsFunc(members, func(s seat) bool { return !slices.Contains(s.Side.Same, run) }) {
			return run
		}
	}
	return ""
}

// readGather checks a GATHER and finds the plan that it asks for.
func (n *Node) readGather(body []byte, from partner, key ed25519.PublicKey) (*gathering, *gatherBody, message, error) {
	var b gatherBody
	m, err := unseal(body, from.key, &b)
	if err != nil {
		return nil, nil, m, err
	}
	if b.Message != "GATHER" || b.Suite != suite || b.Version != version {
		return nil, nil, m, refuse("this node speaks %s version %d", suite, version)
	}
	agreed, err := n.accepted(b.Agreement, []byte(b.Terms))
	if err != nil {
		return nil, nil, m, err
	}
	p, err := n.planCircle(agreed, b.Analysis)
	if err != nil {
		return nil, nil, m, err
	}
	g := n.newGathering(p)
	g.name(m.hash())
	g.convener = p.partyOf(key)
	if g.convener < 0 || p.circle.name(g.convener) != from.name || g.convener == p.circle.combiner() || g.convener == p.circle.party {
		return nil, nil, m, errControl
	}
	if p.circle.combines() {
		p.circle.levels = b.Levels
	}
	if len(b.Levels) < 1 || len(b.Levels) > maxLevels || p.inRing() && len(b.Levels) > 1 || p.protocol.Topology != b.Topology || !slices.Equal(p.levels(), b.Levels) || !slices.Equal(p.circle.parties, b.Parties) {
		return nil, nil, m, refuse("the nodes read the agreement's analysis or identifiers differently; use the same version of the program")
	}
	return g, &b, m, nil
}

// readRoster takes in the seats of all other parties.
func (g *gathering) readRoster(r *rosterBody, gather message, own message) error {
	c := g.plan.circle
	if r.Message != "ROSTER" || r.Gather != gather.hash() || len(r.Seats) != len(c.parties) {
		return errControl
	}
	hashes := make([][32]byte, len(c.parties))
	for party, text := range r.Seats {
		if party == g.convener {
			hashes[party] = gather.hash()
			continue
		}
		if party == c.party {
			hashes[party] = own.hash()
			continue
		}
		var b seatBody
		m, err := unseal([]byte(text), c.keys[party], &b)
		if err != nil || b.Message != "SEAT" || b.Gather != gather.hash() {
			return errors.Join(errControl, err)
		}
		g.seats[party], hashes[party] = b.Seat, m.hash()
	}
	return g.settleSeats(hashes)
}
