package node

import "mandorla/ledger"

// A Result is a finished run as this node may report it (DESIGN.md, "JSON of a
// finished run"). Figures that this node did not learn, or that a rule keeps
// back, are null: never zero.
type Result struct {
	Run       string            `json:"run"`
	Analysis  string            `json:"analysis"`
	Agreement string            `json:"agreement"` // sha256:…
	Receipt   string            `json:"receipt"`   // sha256:…
	State     string            `json:"state"`     // released | suppressed
	Count     *uint64           `json:"count"`
	SD        *float64          `json:"sd"` // of the noise in count: 0 where counts are exact
	Rows      RowCounts         `json:"rows"`
	Excluded  map[string]uint64 `json:"ineligible"` // own rows that could not take part, by reason
	MatchRate MatchRate         `json:"match_rate"`
	Levels    []Level           `json:"levels"`
	Bytes     Traffic           `json:"bytes"`
	Seconds   float64           `json:"seconds"`

	Partner      string        `json:"partner"`
	Helper       string        `json:"helper,omitempty"` // the node without data that joined for the two
	Learns       []string      `json:"learns"`           // the members who learn the result
	MinGroupSize uint64        `json:"min_group_size"`   // k: the least count that is released
	Exact        bool          `json:"exact"`            // counts carry no noise: both nodes have seen them
	Folder       string        `json:"folder"`           // where the receipt and the result are
	Matches      string        `json:"matches,omitempty"`
	Epsilon      string        `json:"epsilon,omitempty"`  // spent, of the pair's budget; empty where counts are exact
	Cells        *CellTable    `json:"cells,omitempty"`    // of `aggregate`
	Suppress     *SendList     `json:"suppress,omitempty"` // of `suppress`
	FrequencyCap *CappedPlan   `json:"frequency_cap,omitempty"`
	Sale         *SaleCount    `json:"sale,omitempty"`      // of `net_names`
	Freshness    *Freshness    `json:"freshness,omitempty"` // of `suppress`, when the run began
	Given        []GivenColumn `json:"given,omitempty"`     // by this node, of `append`
	Epoch        *ledger.Epoch `json:"epoch,omitempty"`     // of `match` and `append`, where the agreement has any
	By           string        `json:"by,omitempty"`        // what was counted, where that is not persons
	Sample       float64       `json:"sample,omitempty"`    // the share of the rows that took part, of an estimate: count and sd are scaled up, to two digits
	SampleBy     string        `json:"sample_by,omitempty"` // the identifier type that an estimate is by
	Group        *Group        `json:"group,omitempty"`     // of `multi`
	Pairs        []*Result     `json:"pairs,omitempty"`     // of `multi` in pairs: the run of each
	Repeated     bool          `json:"repeated,omitempty"`  // the release of an earlier run with the same inputs, given again
}

// RowCounts are this node's own rows.
type RowCounts struct {
	Read     uint64 `json:"read"`     // in the source
	Eligible uint64 `json:"eligible"` // that may take part
	Distinct uint64 `json:"distinct"` // of those, with an identifier that no other row holds
}

// A MatchRate is the overlap as a share of each side's rows. The partner's
// number of rows is known padded only (PROTOCOLS.md §1.6), so its share is a
// lower bound.
type MatchRate struct {
	Own  *float64 `json:"own"`
	Peer *float64 `json:"peer"`
}

// A Level is the part of the overlap that an identifier type found.
type Level struct {
	Type  string  `json:"type"`
	Count *uint64 `json:"count"`
}

// Traffic is what crossed, in bytes.
type Traffic struct {
	Sent     uint64 `json:"sent"`
	Received uint64 `json:"received"`
}

// summary is what can be said of a run before anything was learnt.
func (a *attempt) summary() *Result {
	r := &Result{Run: a.run, Analysis: a.plan.analysis, By: a.plan.unusualBy(), Agreement: a.plan.agreement.ID(),
		Rows: RowCounts{a.table.Read, a.table.Eligible(), a.table.Distinct}, Excluded: a.table.Excluded,
		Partner: a.plan.peer, Learns: a.plan.agreement.Terms.Analyses.ByName(a.plan.analysis).To,
		Exact: a.plan.rules.Exact(), MinGroupSize: a.plan.rules.MinGroupSize, Levels: []Level{},
		Freshness: a.freshness, Sale: a.saleCount(), Epoch: a.epochPart()}
	if a.plan.helped() {
		r.Helper = a.plan.agreement.Terms.Combiner.Name
	}
	for _, l := range a.plan.types() {
		r.Levels = append(r.Levels, Level{Type: l})
	}
	r.Bytes = a.traffic()
	r.Seconds = a.now().Sub(a.started).Seconds()
	return r
}

// fill sets a figure and what follows from it.
func (r *Result) fill(count uint64, levels []*uint64, peerCap uint64) {
	share := func(of uint64) *float64 {
		v := float64(count) / float64(max(of, 1))
		return &v
	}
	zero := 0.0
	r.Count, r.SD = &count, &zero
	r.MatchRate = MatchRate{share(r.Rows.Distinct), share(peerCap)}
	for i, l := range levels {
		r.Levels[i].Count = l
	}
}
