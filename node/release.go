package node

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"mandorla/arrowio"
	"mandorla/ledger"
	"mandorla/match"
	"mandorla/policy"
)

// A finding is what a run gave this node, gated, before the receipt settles it.
type finding struct {
	result *Result
	learnt []byte          // canonical JSON of what this node learnt; nil: nothing
	salt   hash32          // hides it in the receipt
	rows   *arrowio.Writer // the list of matched rows, not yet committed; nil: none
	path   string          // where it will be
	left   *arrowio.Writer // of a send plan the rows that were taken off, not yet committed; nil: none
}

// discard forgets what has not been kept.
func (f *finding) discard() {
	for _, w := range []*arrowio.Writer{f.rows, f.left} {
		if w != nil {
			w.Discard()
		}
	}
}

// seal is the salted hash of what was learnt; empty where nothing was.
func (f *finding) seal() string {
	if f.learnt == nil {
		return ""
	}
	sum := sha256.Sum256(append(f.salt[:], f.learnt...))
	return hex.EncodeToString(sum[:])
}

// gateRules are the rules of the agreement that a gate goes by.
func (p *plan) gateRules() policy.Rules {
	return policy.Rules{MinGroup: p.rules.MinGroupSize, MinList: p.rules.MinListSize, RoundTo: p.rules.RoundTo}
}

// release gates what the protocol gave.
func (a *attempt) release(ctx context.Context, outcome match.Outcome) (*finding, error) {
	f := &finding{result: a.summary()}
	rand.Read(f.salt[:])
	gate := policy.NewGate(a.plan.gateRules())
	switch o := outcome.(type) {
	case match.Counts:
		return f, a.releaseCounts(f, gate, o)
	case match.Rows:
		return f, a.releaseRows(f, gate, o, func() (string, error) { return a.writeRows(ctx, f, o) })
	case match.Labelled:
		return f, a.releaseRows(f, gate, o.Rows, func() (string, error) { return a.writeAppended(ctx, f, o) })
	case match.Rest:
		return f, a.releaseRest(ctx, f, gate, o)
	case match.Names:
		return f, a.releaseNames(f, gate, o)
	case match.Sold:
		f.result.Sale.Names, f.result.State = o.Names, policy.Released
		return f, nil
	case match.Table:
		return f, a.releaseTable(f, o)
	case match.Nothing:
		f.result.State = policy.Released
		f.result.Given = a.table.given()
		return f, nil
	}
	return nil, fmt.Errorf("an outcome of type %T", outcome)
}

// learnt is what a receipt's result hash is over.
type learnt struct {
	State  string    `json:"state"`
	Count  *uint64   `json:"count"`
	Levels []*uint64 `json:"levels"`
	Rows   string    `json:"rows"` // SHA-256 over the row numbers, levels and labels of a list; empty otherwise
}

func (a *attempt) releaseCounts(f *finding, gate *policy.Gate, o match.Counts) error {
	r, err := gate.Count(o.Levels)
	if err != nil {
		return err
	}
	f.result.State = r.State()
	if r.Count() != nil {
		f.result.fill(*r.Count(), r.Levels(), a.session.peer.Cap)
	}
	a.scaleUp(f.result)
	return f.learn(f.result)
}

// releaseRows gates a list, and has it written if it is released; write gives the
// hash of what it wrote.
func (a *attempt) releaseRows(f *finding, gate *policy.Gate, o match.Rows, write func() (string, error)) error {
	total, levels := uint64(0), make([]*uint64, len(o.Levels))
	for l, n := range o.Levels {
		total += n
		levels[l] = &n
	}
	r, err := gate.List(total)
	if err != nil {
		return err
	}
	f.result.State = r.State()
	said := learnt{State: r.State()}
	if r.Rows() != nil {
		f.result.fill(total, levels, a.session.peer.Cap)
		if said.Rows, err = write(); err != nil {
			return fmt.Errorf("write the matched rows: %w", err)
		}
		said.Count, said.Levels = &total, levels
	}
	f.learnt, err = ledger.Canonical(said)
	return err
}
