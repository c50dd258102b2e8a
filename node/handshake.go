package node

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"mandorla/agreement"
	"mandorla/identity"
	"mandorla/match"
	"mandorla/node/epochs"
)

// suite and version name the protocol; two nodes that differ in either refuse.
const (
	suite   = "CLEANROOM-V01-CS01"
	version = 1
)

// skew is how far the clocks of two nodes may be apart.
const skew = epochs.Skew

// A side is what one member brings to a run, fixed before anything that
// depends on the other member's data (PROTOCOLS.md §1.6, §1.11).
type side struct {
	Member  string `json:"member"`
	Dataset string `json:"dataset"`
	Nonce   hash32 `json:"nonce"`
	Time    string `json:"time"`
	Cap     uint64 `json:"cap"`     // rows of its set, topped up with fillers
	Root    hash32 `json:"root"`    // Merkle root of its input
	Vectors hash32 `json:"vectors"` // its normaliser's answers to the public vectors
	Build   string `json:"build"`

	Policy   string `json:"policy"`    // the node's own rules that bind both: own.Summary
	PolicyID string `json:"policy_id"` // names all of its policy; empty where it has none

	Full   uint64     `json:"full"`   // where a sample takes part: the padded rows that it is taken from; 0 otherwise
	Cells  *cellSide  `json:"cells"`  // of an analysis that counts cells; null otherwise
	Epoch  *epochSide `json:"epoch"`  // where the run may follow others of an epoch; null otherwise
	Schema string     `json:"schema"` // names the schema of the labels of `append`; empty otherwise
	Same   []string   `json:"same"`   // finished runs of this agreement with the very same input
}

// A proposal is the body of PROPOSE.
type proposal struct {
	Message   string   `json:"message"`
	Suite     string   `json:"suite"`
	Version   int      `json:"version"`
	Analysis  string   `json:"analysis"`
	Topology  string   `json:"topology"`
	Agreement hash32   `json:"agreement"`
	Terms     string   `json:"terms"` // the agreement's text: where it differs, the responder names the field
	Levels    []string `json:"levels"`
	By        string   `json:"by,omitempty"` // what is counted; persons where it is empty
	Sample    bool     `json:"sample"`
	Side      side     `json:"side"`
}

// An acceptance is the body of ACCEPT.
type acceptance struct {
	Message  string `json:"message"`
	Proposal hash32 `json:"proposal"`
	Repeat   string `json:"repeat"` // the run whose release is given again; empty: a new run
	Side     side   `json:"side"`
}

// An abortion is the body of ABORT. Reason is empty once data has crossed: a
// failed check is told by its code alone (PROTOCOLS.md §1.13).
type abortion struct {
	Message string `json:"message"`
	Code    string `json:"code"`
	Reason  string `json:"reason"`
}

// A session is what both nodes know once they agree to run.
type session struct {
	sid    [32]byte
	pepper [32]byte
	role   match.Role
	later  bool // whether the run follows others of its epoch
	own    side
	peer   side
}

// side is what this node brings.
func (a *attempt) side(ctx context.Context) (side, error) {
	s := side{Member: a.plan.self, Dataset: a.plan.datasetName(), Time: stamp(a.now()), Cap: a.capFor(a.table.Distinct),
		Root: a.table.root, Vectors: identity.VectorsHash(), Build: a.build, Same: a.same,
		Policy: a.plan.policy.Summary().Text(), PolicyID: a.plan.policy.ID(), Schema: a.plan.schemaID()}
	rand.Read(s.Nonce[:])
	if a.plan.sells() { // a filler would be sold
		s.Cap = a.table.Distinct
	}
	if a.epoch != nil && !a.plan.learns {
		s.Cap = a.capFor(spared(a.table.Distinct, a.change))
	}
	if !a.plan.noisy() {
		return a.takeSample(s), nil
	}
	spent, err := a.spentRuns(ctx, a.plan)
	s.Cells = a.cellSide(a.table, spent)
	s.Cap = s.Cells.total()
	return a.takeSample(s), err
}

// propose is the initiator's half of the handshake. There is no session where an
// earlier run is repeated.
func (a *attempt) propose(ctx context.Context, own side) (*session, error) {
	p := a.plan
	m, err := a.id.seal(proposal{Message: "PROPOSE", Suite: suite, Version: version,
		Analysis: p.analysis, Topology: p.protocol.Topology, Agreement: p.agreement.Hash(),
		Terms: p.agreement.Text(), Levels: p.levels(), By: p.unusualBy(), Sample: p.sample, Side: own})
	if err != nil {
		return nil, err
	}
	a.name(m.hash())
	if err := a.conn.SendControl(ctx, kindPropose, m.note); err != nil {
		return nil, err
	}
	kind, answer, err := a.conn.RecvControl(ctx)
	if err != nil {
		return nil, err
	}
	var accepted acceptance
	reply, err := unseal(answer, p.peerKey, &accepted)
	if err != nil || kind != kindAccept || accepted.Message != "ACCEPT" || accepted.Proposal != m.hash() {
		return nil, errors.Join(errControl, err)
	}
	if err := a.plan.heedLate(accepted.Side.Policy, a.table.Distinct); err != nil {
		return nil, err
	}
	if err := a.checkSide(accepted.Side, own); err != nil {
		return nil, err
	}
	if a.repeat = accepted.Repeat; a.repeat != "" {
		return nil, nil
	}
	s, err := a.newSession(match.Initiator, own, accepted.Side, m, reply)
	if err == nil {
		a.book, err = a.openBook(ctx)
	}
	if err != nil {
		return nil, err
	}
	if err := a.meet(ctx); err != nil {
		return nil, err
	}
	return s, a.reserve(ctx, s)
}

// read checks a PROPOSE and finds the plan that it asks for. Whatever it
// returns as an error is the reason that the initiator is told.
func (a *attempt) read(body []byte, from partner) (*proposal, message, error) {
	var p proposal
	m, err := unseal(body, from.key, &p)
	if err != nil {
		return nil, m, err
	}
	if p.Message != "PROPOSE" || p.Suite != suite || p.Version != version {
		return nil, m, refuse("this node speaks %s version %d", suite, version)
	}
	agreed, err := a.accepted(p.Agreement, []byte(p.Terms))
	if err != nil {
		return nil, m, err
	}
	if a.plan, err = a.Node.planBy(agreed, p.Analysis, counted(p.By), from.name); err != nil {
		return nil, m, err
	}
	if !holdsKey(&agreed.Terms, from.name, a.conn.Peer()) { // the name is another's here
		return nil, m, errControl
	}
	if p.Sample {
		if err := a.plan.sampled(); err != nil {
			return nil, m, err
		}
	}
	a.name(m.hash())
	a.columns = a.plan.agreement.Terms.Analyses.ByName(p.Analysis).Columns[a.plan.self]
	if a.plan.protocol.Topology != p.Topology || !slices.Equal(a.plan.levels(), p.Levels) {
		return nil, m, refuse("the two nodes read the agreement's analysis or identifiers differently; use the same version of the program")
	}
	if err := a.plan.heed(p.Side.Policy); err != nil {
		return nil, m, err
	}
	if a.plan.buys() {
		return nil, m, refuse("analyses.net_names.to: who buys starts the run")
	}
	if a.plan.noisy() != (p.Side.Cells != nil) {
		return nil, m, refuse(asksMore, "noise")
	}
	return &p, m, nil
}

// accept is the responder's half of the handshake, after read. The run's cost is
// set aside before the initiator hears of it.
func (a *attempt) accept(ctx context.Context, p *proposal, m message, own side) (*session, error) {
	if err := a.checkSide(p.Side, own); err != nil {
		return nil, err
	}
	a.repeat = common(own.Same, p.Side.Same)
	reply, err := a.id.seal(acceptance{Message: "ACCEPT", Proposal: m.hash(), Repeat: a.repeat, Side: own})
	if err != nil {
		return nil, err
	}
	if a.repeat != "" {
		return nil, a.conn.SendControl(ctx, kindAccept, reply.note)
	}
	s, err := a.newSession(match.Responder, own, p.Side, m, reply)
	if err == nil {
		a.book, err = a.openBook(ctx)
	}
	if err == nil {
		err = a.reserve(ctx, s)
	}
	if err == nil {
		err = a.conn.SendControl(ctx, kindAccept, reply.note)
	}
	if err != nil {
		return nil, err
	}
	return s, a.meet(ctx)
}

// common is the last of the own runs that the peer names too.
func common(own, peer []string) string {
	for _, run := range slices.Backward(own) {
		if slices.Contains(peer, run) {
			return run
		}
	}
	return ""
}

// checkSide refuses what the peer brings where the agreement, or sense, does.
func (a *attempt) checkSide(peer, own side) error {
	p, n := a.plan, a.Node
	most := p.rules.MaxRows
	padded := n.capFor(most)
	if p.epochDays() > 0 && p.learns {
		padded = n.capFor(spared(most, n.change))
	}
	at, err := time.Parse(time.RFC3339, peer.Time)
	switch {
	case err != nil:
		return errControl
	case n.now().Sub(at).Abs() > skew:
		return refuse("the clocks of the two nodes are more than %v apart; set them", skew)
	case peer.Member != p.peer || peer.Dataset != p.peerDataset():
		return refuse("the partner's node brings another dataset than the agreement names")
	case peer.Schema != own.Schema:
		return refuse("the two nodes read the agreement's schema of labels differently; use the same version of the program")
	case peer.Vectors != own.Vectors:
		return refuse("the two nodes normalise identifiers differently; use the same version of the program")
	case p.buys() && (peer.Cap < p.rules.MinSetSize || peer.Cap > most):
		return refuse("rules.min_set_size, rules.max_rows: the partner has %d rows on sale", peer.Cap)
	case !p.buys() && (peer.Cap < n.least || peer.Cap > padded):
		return refuse("rules.max_rows: the partner's table has more rows than the %d agreed on", most)
	case peer.Nonce == own.Nonce:
		return errControl
	}
	if err := errors.Join(a.checkFull(peer), a.checkEpoch(peer, own)); err != nil {
		return err
	}
	return a.checkCells(peer)
}

// newSession derives what both nodes share (PROTOCOLS.md §1.3, §1.11).
func (a *attempt) newSession(role match.Role, own, peer side, propose, accept message) (*session, error) {
	s := &session{role: role, own: own, peer: peer}
	initiator, responder := s.sides()
	var err error
	s.pepper, err = identity.Pepper(initiator.Nonce, responder.Nonce, a.plan.agreement.Hash())
	if err != nil {
		return nil, err
	}
	if s.later = follows(own.Epoch, peer.Epoch); s.later {
		s.pepper = a.epoch.before.Pepper
	}
	h := sha256.New()
	h.Write([]byte(suite + "-SID"))
	first, second := propose.hash(), accept.hash()
	h.Write(first[:])
	h.Write(second[:])
	h.Sum(s.sid[:0])
	a.name(s.sid)
	return s, nil
}

// stamp is a time as it stands in messages and receipts: to the second, UTC.
func stamp(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }

// accepted is this node's own copy of the agreement that a peer proposes.
func (n *Node) accepted(hash [32]byte, terms []byte) (*agreement.Agreement, error) {
	known, err := n.agreements()
	if err != nil {
		return nil, fmt.Errorf("read the accepted agreements: %w", err)
	}
	for _, a := range known {
		if a.Hash() == hash {
			return a, nil
		}
	}
	theirs, err := agreement.Parse(terms)
	if err != nil {
		return nil, refuse("the proposed agreement cannot be read")
	}
	for _, a := range known {
		if a.Terms.Agreement == theirs.Terms.Agreement {
			return nil, refuse("the two copies of agreement %q differ: %s", a.Terms.Agreement, agreement.FirstDifference(a, theirs))
		}
	}
	return nil, refuse("agreement %q has not been accepted at the partner's node; there, `mandorla agreement accept` does it", theirs.Terms.Agreement)
}
