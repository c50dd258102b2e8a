package node

import (
	"context"
	"errors"
	"math/big"
	"time"

	"mandorla/agreement"
	"mandorla/crypto/elgamal"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/bulk"
	"mandorla/match/wire"
)

// A Preview is what a run would take and cost. Nothing has left the machine
// for it: the partner was not asked.
type Preview struct {
	Preview   bool              `json:"preview"`
	Analysis  string            `json:"analysis"`
	By        string            `json:"by,omitempty"` // what is counted, where that is not persons
	Agreement string            `json:"agreement"`
	Topology  string            `json:"topology"`
	Engine    string            `json:"engine,omitempty"` // in words, where it is not dh
	Partner   string            `json:"partner"`
	Learns    []string          `json:"learns"`
	Exact     bool              `json:"exact"`
	Rows      RowCounts         `json:"rows"`
	Padded    uint64            `json:"padded"` // rows that the partner will see
	Excluded  map[string]uint64 `json:"ineligible"`
	Columns   []ColumnCheck     `json:"columns"`
	Bytes     Traffic           `json:"bytes"`   // if the partner's table is as large
	Seconds   float64           `json:"seconds"` // on this machine alone, if the partner's table is as large
	Budget    Budget            `json:"budget"`
	Segments  []PreviewCell     `json:"segments,omitempty"` // own, of an analysis that counts cells
	Freshness *Freshness        `json:"freshness,omitempty"`
	Sale      *SaleCount        `json:"sale,omitempty"`
	Epoch     *EpochPreview     `json:"epoch,omitempty"`   // of `match` and `append`, where the agreement has any
	Given     []GivenColumn     `json:"given,omitempty"`   // columns that this node would give, of `append`
	Repeats   string            `json:"repeats,omitempty"` // a finished run with the same input, whose release would be given again
}

// A Budget is how often the agreement lets this node run, and what is left of
// the privacy budget; the latter is empty where counts are exact.
type Budget struct {
	RunsThisWeek uint64 `json:"runs_this_week"`
	RunsPerWeek  uint64 `json:"runs_per_week"`
	Epsilon      string `json:"epsilon,omitempty"`       // that the run would spend
	EpsilonLeft  string `json:"epsilon_left,omitempty"`  // before it
	EpsilonTotal string `json:"epsilon_total,omitempty"` // that the agreement allows
}

// A PreviewCell is a segment of this node's rows: their share of the cells.
type PreviewCell struct {
	Keys   []string `json:"keys"`
	Rows   uint64   `json:"rows"`
	Padded uint64   `json:"padded"` // as the partner will see it
}

// Preview reads the dataset and says what a run would do. It opens no
// connection.
func (n *Node) Preview(ctx context.Context, r Request) (_ *Preview, err error) {
	p, err := n.planned(r)
	if err != nil {
		return nil, err
	}
	if p.circle != nil && p.circle.combines() {
		return nil, refuse("a %s starts no run; one of the members does", p.office())
	}
	runs, err := n.lastWeek(p)
	if err != nil {
		return nil, err
	}
	a := &attempt{Node: n, plan: p, anew: r.Full}
	defer func() { err = errors.Join(err, a.epoch.close(), letGo(&a.turn)) }()
	if err := a.load(ctx); err != nil {
		if a.table != nil {
			a.table.Close()
		}
		return nil, err
	}
	t := a.table
	rules := p.rules
	out := &Preview{Preview: true, Analysis: p.analysis, By: p.unusualBy(), Agreement: p.agreement.ID(),
		Topology: p.protocol.Topology, Partner: p.with(), Exact: rules.Exact(),
		Learns: p.agreement.Terms.Analyses.ByName(p.analysis).To,
		Rows:   RowCounts{t.Read, t.Eligible(), t.Distinct}, Padded: n.capFor(t.Distinct), Sale: a.saleCount(), Excluded: t.Excluded, Given: t.given(),
		Budget: Budget{RunsThisWeek: uint64(len(runs)), RunsPerWeek: rules.RunsPerWeek}, Freshness: a.freshness}
	if p.protocol.Engine == match.VOLE {
		out.Engine = agreement.EngineWords
	}
	if err := a.previewCells(ctx, out); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	if p.sample {
		out.Padded = min(out.Padded, n.sampleCap())
	}
	for l, rep := range t.Levels {
		out.Columns = append(out.Columns, columnCheck(p.types()[l], p.inputs[l].columns(), rep))
	}
	rows, err := a.previewEpoch(ctx, out)
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	out.Bytes, out.Seconds = traffic(p, rows), estimate(p, rows)
	return out, errors.Join(a.previewValues(out), t.Close())
}

// previewSegments says how this node's rows spread over its segments.
func (a *attempt) previewSegments(out *Preview) {
	side := a.cellSide(a.table, 0)
	out.Padded = side.total()
	for seg, rows := range a.table.attributes.perSegment {
		cell := PreviewCell{Keys: []string{}, Rows: rows, Padded: side.Caps[seg]}
		for _, l := range segmentLabels(side.Dimensions, seg) {
			cell.Keys = append(cell.Keys, l.String())
		}
		out.Segments = append(out.Segments, cell)
	}
}

// previewCells says what a run of guarded counts would show and spend.
func (a *attempt) previewCells(ctx context.Context, out *Preview) (err error) {
	if !a.plan.guarded() {
		return nil
	}
	defer func() { err = errors.Join(err, a.prints.rows.Close()) }()
	if !a.plan.inRing() {
		a.previewSegments(out)
	}
	if len(a.same) > 0 {
		out.Repeats = a.same[len(a.same)-1]
	}
	if !a.plan.noisy() {
		return nil
	}
	book, err := a.openBook(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	balance, err := book.Balance(ctx, a.plan.pair(), a.now())
	if err != nil {
		return err
	}
	rules := a.plan.rules
	left := new(big.Rat).Sub(rules.EpsilonBudget.Rat, balance.Least())
	out.Budget.Epsilon, out.Budget.EpsilonTotal = rules.EpsilonPerRun.Text, rules.EpsilonBudget.Text
	out.Budget.EpsilonLeft = left.FloatString(3)
	return nil
}

// previewValues adds what the measures cost: a ciphertext of 32 bytes and one
// more for each of their columns, in every row. The dummies come on top: how many
// depends on the partner's segments.
func (a *attempt) previewValues(out *Preview) error {
	columns := 0
	for _, e := range a.table.attributes.encoders {
		columns += present
		if e.nullable() {
			columns++
		}
	}
	if columns == 0 {
		return nil
	}
	const sample = 256
	keys, err := elgamal.NewKeys(columns)
	if err != nil {
		return err
	}
	defer keys.Wipe()
	started := time.Now()
	if err := keys.Encrypt(make([]byte, sample*elgamal.RowSize(columns)), make([]int64, sample*columns)); err != nil {
		return err
	}
	out.Seconds += time.Since(started).Seconds() / sample * float64(out.Padded)
	out.Bytes.Sent += out.Padded * uint64(elgamal.RowSize(columns))
	return nil
}

// traffic is the bytes of a run's columns when both sets have the given size
// and nothing matches.
func traffic(p *plan, rows uint64) Traffic {
	if p.caps() {
		return capTraffic(p, rows)
	}
	if p.inRing() { // a table each hop, and tags at the end
		tables := rows * uint64(p.circle.members()-1) * ristretto.Size
		return Traffic{tables + rows*ristretto.TagSize, tables}
	}
	if p.buys() {
		return purchaseTraffic(p, rows)
	}
	if p.protocol.Engine == match.VOLE {
		toSender, toReceiver := bulk.Traffic(match.Config{Levels: p.levels(), OwnCap: rows, PeerCap: rows, Labels: p.labels()})
		if p.learns {
			return Traffic{toSender, toReceiver}
		}
		return Traffic{toReceiver, toSender}
	}
	levels := uint64(len(p.normalisers))
	const code = 2  // bytes of a segment's
	if p.helped() { // the two tables cross, and tags go to the helper
		set := rows * (levels*ristretto.Size + code)
		return Traffic{set + rows*(levels*ristretto.TagSize+code), set}
	}
	schemas, _ := p.protocol.Frames(match.Config{Levels: p.levels(), Labels: p.labels()})
	width := func(k wire.Kind) uint64 {
		s, ok := schemas[k]
		if !ok {
			return 0
		}
		return uint64(s.RowWidth())
	}
	both := rows*width(wire.KindSet) + levels*rows*width(wire.KindTagsOrdered)
	tags := levels * rows * width(wire.KindTags)
	asked := levels * rows * width(wire.KindEvalReq)
	answered := levels * rows * (width(wire.KindEvalResp) + width(wire.KindDirectory) + width(wire.KindLabels))
	switch {
	case p.protocol.Topology == "DUAL" || p.protocol.Topology == "P1-M":
		return Traffic{both + tags, both + tags}
	case p.learns:
		return Traffic{both + asked, both + tags + answered}
	}
	return Traffic{both + tags + answered, both + asked}
}

// bulkRow is about the seconds that the bulk engine takes for a row (bench/RESULTS.md).
const bulkRow = 1e-6

// estimate is the seconds that this node's arithmetic takes, from a short
// measurement on this machine. Both nodes work at the same time.
func estimate(p *plan, rows uint64) float64 {
	if p.protocol.Engine == match.VOLE {
		return bulkRow * float64(rows) * float64(len(p.normalisers))
	}
	const sample = 1024
	key := ristretto.NewKey()
	defer key.Wipe()
	msgs := make([]byte, 33*sample)
	out := make([]byte, ristretto.Size*sample)
	msgs[0] = 1
	started := time.Now()
	if key.HashMul(out, ristretto.DSTIdentifier, msgs, 33) != nil || key.Mul(out, out) != nil {
		return 0
	}
	perRow := time.Since(started).Seconds() / sample
	if p.caps() {
		return perRow/2*float64(p.circle.members())*float64(rows) + capSeconds(p, rows)
	}
	if p.inRing() { // each hop is half of what was measured, and so is the first blinding
		perRow *= float64(p.circle.members()) / 2
	}
	return perRow * float64(rows) * float64(len(p.normalisers))
}
