package node

import (
	"math"
	"math/big"
	"slices"

	"mandorla/agreement"
	"mandorla/crypto/noise"
	"mandorla/match"
	"mandorla/policy"
)

// A cellSide is what one member says of its part of the cells, before anything
// that depends on the other's data.
type cellSide struct {
	Dimensions []dimensionSide `json:"dimensions"`
	Caps       []uint64        `json:"caps"` // rows of each segment, topped up with fillers
	Measures   []measureSide   `json:"measures"`
	Spent      uint64          `json:"spent"` // runs that it has spent on this pair of datasets
}

// A dimensionSide is a dimension and what its codes stand for.
type dimensionSide struct {
	Column string   `json:"column"`
	Codes  []label  `json:"codes"`
	Bands  []string `json:"bands"` // where they begin, of a banded dimension
}

// A measureSide is a measure and how its values were encoded.
type measureSide struct {
	Column   string `json:"column"`
	Min      string `json:"min"`
	Max      string `json:"max"`
	Nullable bool   `json:"nullable"`
}

// cellPlan is which of this node's columns the analysis takes; nil where it
// counts no cells.
func (p *plan) cellPlan() (*cellPlan, error) {
	if !p.guarded() || p.inRing() {
		return nil, nil
	}
	a := p.agreement.Terms.Analyses.ByName(p.analysis)
	out := &cellPlan{leastRows: p.rules.MinSegmentRows}
	for _, c := range a.Dimensions[p.self] {
		d, ok := find(p.dataset.Dimensions, func(d Dimension) bool { return d.Column == c })
		if !ok {
			return nil, unusable("node.yaml: datasets.%s.dimensions: no %q, which the agreement names", p.datasetName(), c)
		}
		out.dimensions = append(out.dimensions, d)
	}
	for _, c := range a.Measures[p.self] {
		m, ok := find(p.dataset.Measures, func(m Measure) bool { return m.Column == c })
		if !ok {
			return nil, unusable("node.yaml: datasets.%s.measures: no %q, which the agreement names", p.datasetName(), c)
		}
		out.measures = append(out.measures, m)
	}
	return out, nil
}

func find[T any](list []T, is func(T) bool) (found T, ok bool) {
	for _, v := range list {
		if is(v) {
			return v, true
		}
	}
	return found, false
}

// noisy reports whether the analysis counts under noise.
func (p *plan) noisy() bool {
	return p.counts() && !p.rules.Exact()
}

// guarded reports whether the analysis gives counts that are kept from the nodes that
// learn them: by noise, or by a helper.
func (p *plan) guarded() bool { return p.noisy() || p.helped() }

// counts reports whether the analysis gives figures, and not rows.
func (p *plan) counts() bool { return slices.Contains(counting, p.analysis) }

// epsilon is what a run spends.
func (p *plan) epsilon() *big.Rat { return p.rules.EpsilonPerRun.Rat }

// cellSide is what this node says of its part of the cells.
func (n *Node) cellSide(t *Table, spent uint64) *cellSide {
	a := t.attributes
	s := &cellSide{Dimensions: []dimensionSide{}, Measures: []measureSide{}, Spent: spent}
	least := (n.least + uint64(len(a.perSegment)) - 1) / uint64(len(a.perSegment))
	for _, rows := range a.perSegment {
		s.Caps = append(s.Caps, stepFor(max(rows, least)))
	}
	for _, d := range a.dictionaries {
		s.Dimensions = append(s.Dimensions, dimensionSide{d.Column, d.labels, d.Bands})
	}
	for _, e := range a.encoders {
		s.Measures = append(s.Measures, measureSide{e.measure.Column, e.measure.Min.Text, e.measure.Max.Text, e.nullable()})
	}
	return s
}

// total is the rows of all segments.
func (s *cellSide) total() (n uint64) {
	for _, c := range s.Caps {
		n += c
	}
	return n
}

// stepFor is the next value of ceil(2^(k/8)) that is at least rows
// (PROTOCOLS.md §1.6).
func stepFor(rows uint64) uint64 {
	for k := 0; ; k++ {
		if c := uint64(math.Ceil(math.Exp2(float64(k) / 8))); c >= rows {
			return c
		}
	}
}

// longestLabel is more bytes than any label has.
const longestLabel = 4 * longestName

// checkCells sees that what another member says of its cells is what the agreement
// lets it bring.
func (a *attempt) checkCells(s side) error {
	c := s.Cells
	if !a.plan.guarded() {
		if c != nil {
			return errControl
		}
		return nil
	}
	if c == nil || s.Cap != c.total() {
		return errControl
	}
	terms := a.plan.agreement.Terms.Analyses.ByName(a.plan.analysis)
	segments, err := checkDimensions(c.Dimensions, terms.Dimensions[s.Member])
	if err != nil || segments != len(c.Caps) {
		return errControl
	}
	least := a.least / uint64(segments)
	for _, n := range c.Caps {
		if n < least || n > a.capFor(a.plan.rules.MaxRows) {
			return errControl
		}
	}
	return checkMeasures(c.Measures, terms.Measures[s.Member])
}

func checkDimensions(got []dimensionSide, columns []string) (segments int, err error) {
	segments = 1
	if len(got) != len(columns) {
		return 0, errControl
	}
	for i, d := range got {
		if d.Column != columns[i] || len(d.Codes) < 1 || len(d.Codes) > mostCodes || len(d.Bands) > mostCodes {
			return 0, errControl
		}
		for _, b := range d.Bands {
			if _, err := newBound(b); err != nil {
				return 0, errControl
			}
		}
		for _, l := range d.Codes {
			if len(l.Text) > longestLabel || printable(l.Text) != l.Text || (l.Kind != "value" && l.Kind != "other" && l.Kind != "null") {
				return 0, errControl
			}
		}
		if segments *= len(d.Codes); segments > mostCodes {
			return 0, errControl
		}
	}
	return segments, nil
}

func checkMeasures(got []measureSide, columns []string) error {
	if len(got) != len(columns) {
		return errControl
	}
	for i, m := range got {
		if _, err := m.policy(); err != nil || m.Column != columns[i] {
			return errControl
		}
	}
	return nil
}

// policy is the measure in the words of package policy.
func (m measureSide) policy() (policy.Measure, error) {
	low, err := newBound(m.Min)
	if err != nil {
		return policy.Measure{}, err
	}
	high, err := newBound(m.Max)
	if err != nil {
		return policy.Measure{}, err
	}
	out := policy.Measure{Column: m.Column, Min: low.Rat, Max: high.Rat, Nullable: m.Nullable}
	return out, out.Check()
}

// sides are what both members bring, the initiator first.
func (s *session) sides() (initiator, responder side) {
	if s.role == match.Responder {
		return s.peer, s.own
	}
	return s.own, s.peer
}

// spending is how the run's ε is divided; nothing is spent where counts are exact.
// Both members' columns count: each row that is in the overlap changes the sums of
// both.
func (a *attempt) spending() (policy.Spending, error) {
	if !a.plan.noisy() {
		return policy.Spending{}, nil
	}
	columns := 0
	own, peer := a.view()
	for _, s := range []side{own, peer} {
		for _, m := range s.Cells.Measures {
			p, err := m.policy()
			if err != nil {
				return policy.Spending{}, err
			}
			columns += len(p.Columns())
		}
	}
	return policy.Split(a.plan.epsilon(), len(a.plan.levels()), columns)
}

// newGate is the gate of the run's counts and sums.
func (a *attempt) newGate(s policy.Spending) (*policy.CellGate, error) {
	rules := a.plan.gateRules()
	if !a.plan.noisy() {
		first, second := a.view()
		return policy.NewExactGate(rules, first.Cells.Caps, second.Cells.Caps)
	}
	if a.plan.helped() {
		return policy.NewCellGate(rules, policy.Noise{Levels: s.Levels, Column: s.Column, Helper: s.HelperScale()})
	}
	law, err := s.Law()
	if err != nil {
		return nil, err
	}
	laws := []noise.Law{law, law}
	if a.plan.protocol.Topology == string(agreement.Single) {
		laws = laws[:1] // the sender's alone
	}
	return policy.NewCellGate(rules, policy.Noise{Levels: s.Levels, Laws: laws, Column: s.Column})
}

// cells is what both nodes have agreed on of the run's cells; nil where it
// counts none.
func (a *attempt) cells() (*match.Cells, error) {
	if !a.plan.guarded() {
		return nil, nil
	}
	s, err := a.spending()
	if err != nil {
		return nil, err
	}
	first, second := a.view()
	own, err := a.matchSide(first.Cells, s, a.plan.learns)
	if err != nil {
		return nil, err
	}
	peer, err := a.matchSide(second.Cells, s, a.plan.agreement.Terms.Analyses.ByName(a.plan.analysis).Learns(a.plan.peer))
	if err != nil {
		return nil, err
	}
	if a.gate, err = a.newGate(s); err != nil {
		return nil, err
	}
	return &match.Cells{Own: own, Peer: peer, Gate: func(counts []int64) ([]bool, error) { return a.gate.Decide(counts), nil }}, nil
}

// matchSide is a side in the words of package match. Towards one member that one
// has no dummies: nobody else sees a count that they could hide. With a helper
// neither has.
func (a *attempt) matchSide(c *cellSide, s policy.Spending, learns bool) (out match.Side, err error) {
	out.Caps = c.Caps
	if a.plan.protocol.Topology == string(agreement.Dual) || a.plan.protocol.Topology == string(agreement.Single) && !learns {
		if out.Dummies, err = s.Law(); err != nil {
			return out, err
		}
	}
	for _, m := range c.Measures {
		p, err := m.policy()
		if err != nil {
			return out, err
		}
		for _, column := range p.Columns() {
			out.Values = append(out.Values, match.Value{Bound: column.Bound, Scale: column.Scale(s)})
		}
	}
	return out, nil
}
