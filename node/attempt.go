package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"mandorla/ledger"
	"mandorla/match"
	"mandorla/match/wire"
	"mandorla/node/flight"
	"mandorla/policy"
)

// lifetime is how long a run may last (PROTOCOLS.md §1.14).
const lifetime = 24 * time.Hour

// An attempt is one run of a plan over one connection, from either side.
type attempt struct {
	*Node
	plan    *plan
	conn    *flight.Conn
	columns []string // own columns asked for beside the row number
	anew    bool     // whether an epoch is to begin, whatever the runs before have left
	turn    *os.File // held while a run with exact counts goes on; nil for any other
	given   uint64   // names that this node, a seller, has let the other open
	most    uint64   // names that the one who asked would buy; 0: it wants to know how many there are
	started time.Time
	run     string // names the run: hexadecimal, 16 digits
	session *session
	table   *Table
	place   *os.File     // the run's folder, held from when the run is on record
	book    *ledger.Book // open from the moment both nodes agree to run

	checkpoint string // of the own ledger before the run, signed
	link       *meter
	sealer     *wire.Sealer
	opener     *wire.Opener

	gate   *policy.CellGate // of an analysis under noise, once both nodes have agreed
	prints *footprint       // of this node's input, in an analysis under noise
	same   []string         // finished runs with the very same input
	repeat string           // the one of them whose release is given again
	hold   *hold            // of the privacy budget

	freshness *Freshness // of a list or of objections, in `suppress`, when the run began

	epoch *epochRun // of an analysis whose key outlives a run; nil for any other

	circle *gathering // of an analysis among several members; nil for one of two
}

// name names the run after something that both nodes know.
func (a *attempt) name(id [32]byte) { a.run = hex.EncodeToString(id[:8]) }

// traffic is what has crossed so far.
func (a *attempt) traffic() (t Traffic) {
	if a.circle != nil {
		return a.circle.traffic()
	}
	t.Sent, t.Received = a.conn.Bytes()
	return t
}

// load reads this node's dataset and sees whether the agreement's rules allow
// it into a run.
func (a *attempt) load(ctx context.Context) (err error) {
	cells, err := a.plan.cellPlan()
	if err != nil {
		return err
	}
	judge, err := a.judge()
	if err != nil {
		return err
	}
	if err := errors.Join(a.roomForLabels(), a.roomForWhy()); err != nil {
		return err
	}
	a.table, err = a.prepare(ctx, a.plan.order(judge, cells))
	if err != nil {
		return err
	}
	rules := a.plan.rules
	switch {
	case a.table.Distinct < rules.MinSetSize:
		return refuseTelling("rules.min_set_size: the partner's table has too few rows that can take part",
			"rules.min_set_size: %s has %d rows that can take part, fewer than the %d agreed on",
			a.plan.datasetName(), a.table.Distinct, rules.MinSetSize)
	case a.table.Distinct > rules.MaxRows:
		return refuseTelling("rules.max_rows: the partner's table has too many rows that can take part",
			"rules.max_rows: %s has %d rows that can take part, more than the %d agreed on",
			a.plan.datasetName(), a.table.Distinct, rules.MaxRows)
	}
	if a.freshness, err = a.fresh(); err != nil {
		return err
	}
	if err := a.openEpoch(); err != nil {
		return err
	}
	return a.compare()
}

// execute runs the protocol once both nodes agree to, and settles it: the
// peer's signature stands under the receipt, or there is no result.
func (a *attempt) execute(ctx context.Context) (_ *Result, err error) {
	outcome, err := a.exchange(ctx)
	if c, ok := outcome.(io.Closer); ok {
		defer func() { err = errors.Join(err, c.Close()) }()
	}
	if err != nil {
		return nil, err
	}
	out, err := a.release(ctx, outcome)
	if out != nil {
		defer out.discard()
	}
	if err != nil {
		return nil, err
	}
	sealed, err := a.settle(ctx, out)
	if err != nil {
		return nil, err
	}
	a.commitEpoch()
	result, err := a.keep(ctx, out, sealed)
	if err == nil {
		a.partWays(ctx)
	}
	return result, err
}

// exchange runs the protocol's machine over the connection.
func (a *attempt) exchange(ctx context.Context) (_ match.Outcome, err error) {
	c, err := a.config()
	if err != nil {
		return nil, err
	}
	if err := a.begin(c); err != nil {
		return nil, err
	}
	source, err := a.table.source(a.plan.normalisers, a.session.pepper)
	if err != nil {
		return nil, err
	}
	source.sample = a.newSample()
	defer func() { err = errors.Join(err, source.Close()) }()
	machine, err := a.plan.protocol.New(c, a.plan.learns)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, machine.Close()) }()
	return match.Run(ctx, machine, source, a.link)
}

// config is what both nodes have agreed that the run depends on.
func (a *attempt) config() (match.Config, error) {
	cells, err := a.cells()
	return match.Config{
		SID: a.session.sid, Role: a.session.role, Levels: a.plan.levels(),
		OwnCap: a.session.own.Cap, PeerCap: a.session.peer.Cap,
		Budget: a.rowMemory(), Store: a.store, Progress: a.progress,
		Cells: cells, Labels: a.plan.labels(), Epoch: a.epochConfig(), Spend: a.spend, Sale: a.sale(),
	}, err
}

// begin puts the run on record and then lets frames pass, each bound to this
// session and signed.
func (a *attempt) begin(c match.Config) error {
	ctx := context.Background() // what is put on record stays there
	if err := a.record(ctx, ledger.Failed, codeInterrupted); err != nil {
		return err
	}
	if err := a.readmit(a.plan); err != nil {
		return err
	}
	if err := errors.Join(a.keepTerms(), a.epoch.begin(a.session.later)); err != nil {
		return err
	}
	if err := a.remember(); err != nil {
		return fmt.Errorf("remember who takes part: %w", err)
	}
	own, peer := a.plan.protocol.Frames(c)
	way := a.session.role.Direction()
	a.sealer = wire.NewSealer(a.session.sid, way, own, a.id.sign)
	a.opener = wire.NewOpener(a.session.sid, way.Other(), peer, a.plan.verify)
	a.conn.Begin(a.sealer, a.opener)
	a.link = &meter{conn: a.conn, limit: a.plan.rules.MaxBytes}
	if a.hold != nil {
		a.link.spent = func() error { return a.witness(context.Background(), a.session.peer.Cells.Spent+1) }
	}
	return nil
}

// tau is the transcript of the run so far, of both directions.
func (a *attempt) tau() string {
	if a.sealer == nil {
		return ""
	}
	own, peer := a.sealer.Tau(), a.opener.Tau()
	if a.session.role == match.Responder {
		own, peer = peer, own
	}
	tau := wire.FinalTau(own, peer)
	return hex.EncodeToString(tau[:])
}

// end closes the attempt: the peer hears of a failure, the folder keeps a
// receipt of it, and storage is given back.
func (a *attempt) end(err error) error {
	if err != nil {
		a.tell(err)
		err = errors.Join(err, a.failed(err))
	}
	err = errors.Join(err, a.settleHold(), a.epoch.close())
	if a.book != nil {
		err = errors.Join(err, a.book.Close())
	}
	err = errors.Join(err, letGo(&a.place), letGo(&a.turn))
	if a.prints != nil {
		err = errors.Join(err, a.prints.rows.Close())
	}
	if a.table != nil {
		err = errors.Join(err, a.table.Close())
	}
	return err
}

// tell aborts the run at the peer, unless it was the peer that ended it.
func (a *attempt) tell(err error) {
	var theirs *flight.AbortError
	if errors.As(err, &theirs) || errors.Is(err, flight.ErrHungUp) {
		return
	}
	body := abortion{Message: "ABORT", Code: code(err)}
	if a.sealer == nil { // no data has crossed
		body.Reason = reason(err)
	}
	m, sealErr := a.id.seal(body)
	if sealErr != nil {
		return
	}
	a.conn.Abort(body.Code, m.note)
}

// A meter is the link with the agreement's limit on bytes, and an eye on the
// first tag of the peer: whoever sends it has spent the run.
type meter struct {
	conn  *flight.Conn
	limit uint64
	spent func() error // told once of the peer's first TAGS; may be nil
}

// Send implements [match.Link].
func (m *meter) Send(ctx context.Context, f wire.Frame) error {
	if err := m.conn.Send(ctx, f); err != nil {
		return err
	}
	return m.check()
}

// Recv implements [match.Link].
func (m *meter) Recv(ctx context.Context) (wire.Frame, error) {
	f, err := m.conn.Recv(ctx)
	if err != nil {
		return f, err
	}
	if told := m.spent; told != nil && f.Kind == wire.KindTags {
		m.spent = nil
		if err := told(); err != nil {
			return f, err
		}
	}
	return f, m.check()
}

func (m *meter) check() error {
	if sent, received := m.conn.Bytes(); sent > m.limit || received > m.limit {
		return refuse("rules.max_bytes: the run goes beyond the %d bytes agreed on", m.limit)
	}
	return nil
}

// checkColumns sees that the agreement lets the columns stand beside the row number.
func (p *plan) checkColumns(columns []string) error {
	if len(columns) > 0 && !slices.Contains(listing, p.analysis) {
		return refuse("--columns: only `match` and `suppress` give rows, and columns beside them")
	}
	allowed := p.agreement.Terms.Analyses.ByName(p.analysis).Columns[p.self]
	for _, c := range columns {
		if c == rowColumn || c == levelColumn {
			return refuse("--columns: %q is the name of a column that every list has; rename it in the source", c)
		}
		if !slices.Contains(allowed, c) {
			return refuse("analyses.%s.columns: the agreement does not let %q stand beside the row number", p.analysis, c)
		}
	}
	return nil
}

// order is what is wanted of this node's dataset.
func (p *plan) order(judge jury, cells *cellPlan) order {
	o := order{name: p.datasetName(), dataset: p.dataset, inputs: p.inputs, levels: p.normalisers,
		judge: judge, cells: cells, labels: p.labelPlan(), holding: p.holding(), whole: p.caps()}
	if p.sells() {
		o.sold = p.terms().Sold
	}
	return o
}

func (p *plan) datasetName() string { return p.agreement.Terms.Datasets[p.self] }

var errUnsettled = fmt.Errorf("%w: the receipt was not signed by both nodes; there is no result", ErrPeer)
