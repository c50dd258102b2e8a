package node

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"mandorla/ledger"
)

// A hop is the transcript of one direction between two parties, as one of them has
// it.
type hop struct {
	From string `json:"from"`
	To   string `json:"to"`
	Tau  hash32 `json:"tau"`
}

// A circleSettlement is what each party says of the run before all sign the
// receipt. Its sender signs it, so that the transcript of every hop is signed by
// both of its ends.
type circleSettlement struct {
	Message string        `json:"message"`
	Run     hash32        `json:"run"`
	Member  ledger.Member `json:"member"`
	Part    ledger.Part   `json:"part"`
	Hops    []hop         `json:"hops"` // to and from each neighbour, in the order of the parties
}

// A settlements is the body of the convener's SETTLE: those of all parties, as they
// signed them.
type settlements struct {
	Message string   `json:"message"`
	Run     hash32   `json:"run"`
	Parties []string `json:"parties"`
}

func newSalt() (salt hash32) {
	rand.Read(salt[:])
	return salt
}

// hops are the transcripts of this node's connections.
func (g *gathering) hops() (out []hop) {
	c := g.plan.circle
	for party, l := range g.links {
		if l == nil || l.sealer == nil {
			continue
		}
		out = append(out, hop{g.plan.self, c.name(party), l.sealer.Tau()}, hop{c.name(party), g.plan.self, l.opener.Tau()})
	}
	return out
}

// settle has all parties sign one receipt. Without all signatures there is no
// result (PROTOCOLS.md §10).
func (g *gathering) settle(ctx context.Context, f *finding) (signed []byte, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("%w: %w", errUnsettled, err)
		}
	}()
	g.progress("settle", 0, 1)
	own, err := g.id.seal(circleSettlement{"SETTLE", g.session.sid, g.member(f.seal()), g.part(f), g.hops()})
	if err != nil {
		return nil, err
	}
	notes, err := g.swapSettlements(ctx, own)
	if err != nil {
		return nil, err
	}
	r, err := g.sumUp(notes)
	if err != nil {
		return nil, err
	}
	mine, err := r.Sign(g.id.signer)
	if err != nil {
		return nil, err
	}
	return g.swapReceipts(ctx, r, mine)
}

// swapSettlements gives the settlements of all parties.
func (g *gathering) swapSettlements(ctx context.Context, own message) ([]string, error) {
	all := settlements{Message: "SETTLE", Run: g.session.sid, Parties: make([]string, len(g.seats))}
	all.Parties[g.plan.circle.party] = string(own.note)
	if g.plan.circle.party != g.convener {
		if err := from(g.convener, g.control[g.convener].SendControl(ctx, kindReceipt, own.note)); err != nil {
			return nil, err
		}
		var b settlements
		if _, err := g.hear(ctx, g.convener, kindReceipt, &b); err != nil {
			return nil, err
		}
		if b.Message != "SETTLE" || b.Run != g.session.sid || len(b.Parties) != len(g.seats) || b.Parties[g.plan.circle.party] != string(own.note) {
			return nil, from(g.convener, errControl)
		}
		return b.Parties, nil
	}
	err := g.each(ctx, func(ctx context.Context, party int) error {
		kind, note, err := g.control[party].RecvControl(ctx)
		if err == nil && kind != kindReceipt {
			err = errControl
		}
		all.Parties[party] = string(note)
		return from(party, err)
	})
	if err != nil {
		return nil, err
	}
	return all.Parties, g.each(ctx, func(ctx context.Context, party int) error { return g.say(ctx, party, kindReceipt, all) })
}

// sumUp makes the receipt of what all parties have settled. Both ends of every hop
// have to have seen the same frames.
func (g *gathering) sumUp(notes []string) (*ledger.Receipt, error) {
	r := g.receipt(ledger.Completed, "")
	parts := map[string]ledger.Part{}
	taus := map[[2]string]hash32{}
	h := sha256.New()
	h.Write([]byte(suite + "-TAU-FINAL"))
	for party, text := range notes {
		name := g.plan.circle.name(party)
		var b circleSettlement
		_, err := unseal([]byte(text), g.plan.circle.keys[party], &b)
		if err != nil || b.Message != "SETTLE" || b.Run != g.session.sid {
			return nil, from(party, errors.Join(errControl, err))
		}
		if err := g.checkSettled(party, b.Member); err != nil {
			return nil, from(party, err)
		}
		if !g.namesHops(party, b.Hops) {
			return nil, from(party, errControl)
		}
		r.Members[name], parts[name] = b.Member, b.Part
		for _, hop := range b.Hops {
			key := [2]string{hop.From, hop.To}
			if known, ok := taus[key]; ok && known != hop.Tau {
				return nil, from(party, errControl)
			}
			taus[key] = hop.Tau
			h.Write(hop.Tau[:])
		}
	}
	r.Transcript = hex.EncodeToString(h.Sum(nil))
	r.Account = g.account(parts)
	return r, nil
}

// namesHops reports whether hops are those to and from each neighbour of a party, each
// once: what neither of its ends names, nobody has compared.
func (g *gathering) namesHops(party int, hops []hop) bool {
	var want []hop
	name := g.plan.circle.name(party)
	for _, n := range g.around[party] {
		other := g.plan.circle.name(n)
		want = append(want, hop{From: name, To: other}, hop{From: other, To: name})
	}
	return slices.EqualFunc(hops, want, func(a, b hop) bool { return a.From == b.From && a.To == b.To })
}

// checkSettled sees that a party's part of the receipt is what it brought into the
// run.
func (g *gathering) checkSettled(party int, m ledger.Member) error {
	want := memberOf(g.seats[party].Side)
	want.Result, want.Ended = m.Result, m.Ended
	_, err := time.Parse(time.RFC3339, m.Ended)
	sum, hashErr := hex.DecodeString(m.Result)
	learns := g.plan.agreement.Terms.Analyses.ByName(g.plan.analysis).Learns(g.plan.circle.name(party))
	switch {
	case m != want, err != nil, hashErr != nil, len(sum) != 0 && len(sum) != 32, learns != (len(sum) == 32):
		return errControl
	}
	return nil
}

// swapReceipts gives the receipt with the signatures of all.
func (g *gathering) swapReceipts(ctx context.Context, r *ledger.Receipt, mine []byte) ([]byte, error) {
	if g.plan.circle.party == g.convener {
		return g.collect(ctx, mine)
	}
	if err := from(g.convener, g.control[g.convener].SendControl(ctx, kindReceipt, mine)); err != nil {
		return nil, err
	}
	kind, signed, err := g.control[g.convener].RecvControl(ctx)
	if err != nil {
		return nil, from(g.convener, err)
	}
	if kind != kindReceipt {
		return nil, from(g.convener, errControl)
	}
	return signed, g.checkSigned(r, signed)
}

// collect has all parties sign, and tells them all signatures.
func (g *gathering) collect(ctx context.Context, mine []byte) ([]byte, error) {
	notes := make([][]byte, len(g.seats))
	notes[g.convener] = mine
	err := g.each(ctx, func(ctx context.Context, party int) error {
		kind, note, err := g.control[party].RecvControl(ctx)
		if err == nil && kind != kindReceipt {
			err = errControl
		}
		notes[party] = note
		return from(party, err)
	})
	if err != nil {
		return nil, err
	}
	signed, err := ledger.MergeAll(notes, g.plan.circle.keys)
	if err != nil {
		return nil, err
	}
	return signed, g.each(ctx, func(ctx context.Context, party int) error {
		return from(party, g.control[party].SendControl(ctx, kindReceipt, signed))
	})
}

// checkSigned sees that a receipt is this run's, signed by all.
func (g *gathering) checkSigned(want *ledger.Receipt, signed []byte) error {
	got, names, err := ledger.Read(signed, g.plan.circle.keys...)
	if err != nil || len(names) != len(g.seats) {
		return errors.Join(errControl, err)
	}
	a, err := want.Text()
	if err != nil {
		return err
	}
	b, err := got.Text()
	if err == nil && !bytes.Equal([]byte(a), []byte(b)) {
		err = errControl
	}
	return err
}

// receipt is the receipt of the run as far as it has got.
func (g *gathering) receipt(state, code string) *ledger.Receipt {
	p := g.plan
	t := &p.agreement.Terms
	r := &ledger.Receipt{
		Run: g.sidText(), Suite: suite, Version: version, Analysis: p.analysis, Topology: p.protocol.Topology,
		Agreement: p.agreement.ID(), Name: t.Agreement, Purpose: t.Purpose, Initiator: p.circle.name(g.convener), Levels: p.levels(),
		Vectors: hex.EncodeToString(g.session.own.Vectors[:]), Noise: noiseOf(p), MinGroup: t.Rules.MinGroupSize, MinList: t.Rules.MinListSize,
		State: state, Code: code, Transcript: g.transcript(), Members: map[string]ledger.Member{},
		Account: g.account(map[string]ledger.Part{p.self: g.part(nil)}),
	}
	for party, s := range g.seats {
		r.Members[p.circle.name(party)] = memberOf(s.Side)
	}
	r.Members[p.self] = g.member("")
	return r
}

// transcript is this node's part of the run's; empty where no frame has passed.
func (g *gathering) transcript() string {
	hops := g.hops()
	if len(hops) == 0 {
		return ""
	}
	h := sha256.New()
	for _, hop := range hops {
		h.Write(hop.Tau[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// keepAll makes what was found final. A combiner keeps a receipt and no result.
func (g *gathering) keepAll(ctx context.Context, f *finding, signed []byte) (*Result, error) {
	if g.table != nil {
		if err := g.witnessSpent(ctx); err != nil {
			return nil, err
		}
		return g.keep(ctx, f, signed)
	}
	r, _, err := ledger.Read(signed, g.plan.circle.keys...)
	if err != nil {
		return nil, err
	}
	if f.result.Receipt, err = r.Hash(); err != nil {
		return nil, err
	}
	if err := writeWhole(g.file(receiptFile), signed); err != nil {
		return nil, err
	}
	return f.result, g.keepSums(ctx, signed, f.result.Receipt)
}
