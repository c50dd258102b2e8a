package node

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
	"mandorla/match"
)

// A settlement is what each side says of the run before both sign the receipt:
// the body of the first of the two RECEIPT messages.
type settlement struct {
	Message string        `json:"message"`
	Run     hash32        `json:"run"`
	Member  ledger.Member `json:"member"`
	Part    ledger.Part   `json:"part"`
}

// settle exchanges receipts: the same text, signed by both. Without the
// partner's signature the run is unsettled, and there is no result
// (PROTOCOLS.md §10).
func (a *attempt) settle(ctx context.Context, f *finding) (signed []byte, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w: %w", errUnsettled, err)
		}
	}()
	own := settlement{"SETTLE", a.session.sid, a.member(f.seal()), a.part(f)}
	peer, err := a.swapSettlements(ctx, own)
	if err != nil {
		return nil, err
	}
	if err := sameNames(own.Part, peer.Part); err != nil {
		return nil, err
	}
	r := a.receipt(ledger.Completed, "")
	r.Members[a.plan.self], r.Members[a.plan.peer] = own.Member, peer.Member
	r.Account = a.account(map[string]ledger.Part{a.plan.self: own.Part, a.plan.peer: peer.Part})
	mine, err := r.Sign(a.id.signer)
	if err != nil {
		return nil, err
	}
	if err := a.conn.SendControl(ctx, kindReceipt, mine); err != nil {
		return nil, err
	}
	kind, theirs, err := a.conn.RecvControl(ctx)
	if err != nil {
		return nil, err
	}
	if kind != kindReceipt {
		return nil, errControl
	}
	return ledger.Merge(mine, theirs, a.id.verifier(), a.plan.peerKey)
}

// sameNames sees that both members count the same names that changed hands.
func sameNames(own, peer ledger.Part) error {
	if own.Names != peer.Names {
		return fmt.Errorf("%w: the two nodes count the names that were sold differently", errControl)
	}
	return nil
}

// swapSettlements tells the partner this node's part of the receipt and hears
// the partner's.
func (a *attempt) swapSettlements(ctx context.Context, own settlement) (peer settlement, err error) {
	m, err := a.id.seal(own)
	if err != nil {
		return peer, err
	}
	if err := a.conn.SendControl(ctx, kindReceipt, m.note); err != nil {
		return peer, err
	}
	kind, body, err := a.conn.RecvControl(ctx)
	if err != nil {
		return peer, err
	}
	_, err = unseal(body, a.plan.peerKey, &peer)
	if err != nil || kind != kindReceipt || peer.Message != "SETTLE" || peer.Run != hash32(a.session.sid) {
		return peer, errors.Join(errControl, err)
	}
	return peer, a.checkMember(peer.Member)
}

// checkMember sees that the partner's part of the receipt is what it brought
// into the run.
func (a *attempt) checkMember(m ledger.Member) error {
	want := memberOf(a.session.peer)
	want.Result, want.Ended = m.Result, m.Ended
	_, err := time.Parse(time.RFC3339, m.Ended)
	sum, hashErr := hex.DecodeString(m.Result)
	learns := a.plan.agreement.Terms.Analyses.ByName(a.plan.analysis).Learns(a.plan.peer)
	switch {
	case m != want, err != nil, hashErr != nil, len(sum) != 0 && len(sum) != 32, learns != (len(sum) == 32):
		return errControl
	}
	return nil
}

// memberOf is the part of a receipt that is known when a run begins.
func memberOf(s side) ledger.Member {
	return ledger.Member{Dataset: s.Dataset, Cap: s.Cap, Root: hex.EncodeToString(s.Root[:]), Build: s.Build, Started: s.Time}
}

// member is this node's part of the receipt.
func (a *attempt) member(result string) ledger.Member {
	m := memberOf(a.session.own)
	m.Result, m.Ended = result, stamp(a.now())
	return m
}

// noiseOf says in a receipt what noise the run's figures carry.
func noiseOf(p *plan) string {
	if p.noisy() {
		return "epsilon " + p.rules.EpsilonPerRun.Text
	}
	return agreement.NoiseNone
}

// receipt is the receipt of the run as far as it has got.
func (a *attempt) receipt(state, code string) *ledger.Receipt {
	if a.circle != nil {
		return a.circle.receipt(state, code)
	}
	t := a.plan.agreement.Terms
	initiator := a.plan.self
	if a.session.role == match.Responder {
		initiator = a.plan.peer
	}
	return &ledger.Receipt{
		Run: hex.EncodeToString(a.session.sid[:]), Suite: suite, Version: version,
		Analysis: a.plan.analysis, Topology: a.plan.protocol.Topology, Engine: a.plan.protocol.Engine,
		Agreement: a.plan.agreement.ID(), Name: t.Agreement, Purpose: t.Purpose,
		Initiator: initiator, Levels: a.plan.levels(), Sample: a.plan.sample,
		Vectors: hex.EncodeToString(a.session.own.Vectors[:]), Noise: noiseOf(a.plan),
		MinGroup: t.Rules.MinGroupSize, MinList: t.Rules.MinListSize,
		Epoch: a.epochPart(),
		State: state, Code: code, Transcript: a.tau(),
		Members: map[string]ledger.Member{
			a.plan.self: a.member(""),
			a.plan.peer: memberOf(a.session.peer),
		},
		Account: a.account(map[string]ledger.Part{a.plan.self: a.part(nil)}),
	}
}
