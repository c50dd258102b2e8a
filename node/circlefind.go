package node

import (
	"context"
	"path/filepath"

	"mandorla/ledger"
	"mandorla/match"
	"mandorla/policy"
)

// A Group is what a run among several members gave: how much of their customers
// they have in common.
type Group struct {
	Members   []string      `json:"members"`
	Figures   []GroupFigure `json:"figures"`
	Threshold int64         `json:"threshold"` // the least noisy count that is released
	Padded    []uint64      `json:"padded"`    // by member: a number that its rows do not exceed
	Brands    []string      `json:"brands"`    // by member: the name that its customers know
}

// A GroupFigure is one count.
type GroupFigure struct {
	Measure string   `json:"measure"` // region, pair or reach
	Members []string `json:"members"`
	State   string   `json:"state"`
	Count   *uint64  `json:"count"`
	SD      *float64 `json:"sd"`
	// AtLeast says that suppressed regions would belong to the count.
	AtLeast bool `json:"at_least,omitempty"`

	// From is the member that told the figure, where this node was not in the run;
	// Receipt the hash of that run's receipt, which both of its members have signed.
	From    string `json:"from,omitempty"`
	Receipt string `json:"receipt,omitempty"`
	// Reason is why there is no figure, where the state is Absent.
	Reason string `json:"reason,omitempty"`
}

// Absent is the state of a figure that could not be had.
const Absent = "absent"

var measures = map[string]match.Measure{policy.Region: match.Region, policy.Pair: match.Pair, policy.Reach: match.Reach}

// dependsOn is what all parties have agreed that the run depends on, and the gate of
// its figures where it has any.
func (g *gathering) dependsOn() (match.Config, *policy.CircleGate, error) {
	if g.plan.helped() {
		c, err := g.helpedConfig()
		return c, nil, err
	}
	c := &match.Circle{Party: g.plan.circle.party}
	for i, s := range g.seats[:g.plan.circle.members()] {
		c.Caps = append(c.Caps, s.Side.Cap)
		c.Told = append(c.Told, g.plan.terms().Learns(g.plan.circle.name(i)))
	}
	out := match.Config{SID: g.session.sid, Levels: g.plan.levels(), Budget: g.rowMemory(), Store: g.store, Progress: g.progress,
		Circle: c, Spend: g.spend}
	if g.plan.caps() {
		c.Contacts, c.Order = int(g.plan.terms().Contacts), g.plan.circle.numbers(g.plan.terms().Order)
		return out, nil, nil
	}
	gate, err := g.plan.newCircleGate()
	if err != nil {
		return match.Config{}, nil, err
	}
	c.Asked = figuresOf(gate.Counts())
	return out, gate, nil
}

// figuresOf are a gate's counts in the words of package match.
func figuresOf(counts []policy.Overlap) []match.Figure {
	out := make([]match.Figure, len(counts))
	for i, c := range counts {
		out[i] = match.Figure{Measure: measures[c.Measure], Members: c.Members, Count: c.Count, Released: c.State != policy.Suppressed}
	}
	return out
}

// releasing is the combiner's gate in the words of package match.
func releasing(gate *policy.CircleGate) func([]int64) ([]match.Figure, error) {
	return func(noisy []int64) ([]match.Figure, error) {
		counts, err := gate.Release(noisy)
		return figuresOf(counts), err
	}
}

// find makes a result of what the machine learnt.
func (g *gathering) find(ctx context.Context, outcome match.Outcome) (*finding, error) {
	if g.plan.helped() && !g.plan.circle.combines() {
		return g.release(ctx, outcome)
	}
	f := &finding{result: g.outline(), salt: newSalt()}
	f.result.State = policy.Released
	if rest, ok := outcome.(match.Rest); ok {
		return f, g.releasePlan(ctx, f, rest)
	}
	figures, ok := outcome.(match.Figures)
	if !ok {
		return f, nil
	}
	gate, err := g.plan.newCircleGate()
	if err != nil {
		return nil, err
	}
	counts := gate.Counts()
	for i, got := range figures {
		if counts[i].Count = got.Count; got.Released {
			counts[i].State = policy.Noised
		}
	}
	all, err := gate.Figures(counts)
	if err != nil {
		return nil, err
	}
	f.result.State = policy.Suppressed
	f.result.Group = &Group{Members: g.plan.circle.parties[:g.plan.circle.members()], Threshold: gate.Least()}
	for _, o := range all {
		if o.State != policy.Suppressed {
			f.result.State = policy.Noised
		}
		f.result.Group.Figures = append(f.result.Group.Figures, g.figure(o))
	}
	for i, name := range f.result.Group.Members {
		f.result.Group.Padded = append(f.result.Group.Padded, g.seats[i].Side.Cap)
		f.result.Group.Brands = append(f.result.Group.Brands, g.plan.agreement.Terms.Brand(name))
	}
	f.learnt, err = ledger.Canonical(g.learnt(all))
	return f, err
}

// figure is a figure as a result has it.
func (g *gathering) figure(o policy.Overlap) GroupFigure {
	out := GroupFigure{Measure: o.Measure, State: o.State, Members: []string{}, AtLeast: o.Least}
	for i := range g.plan.circle.members() {
		if o.Members&(1<<i) != 0 {
			out.Members = append(out.Members, g.plan.circle.name(i))
		}
	}
	if o.State != policy.Suppressed {
		n, sd := uint64(o.Count), o.SD
		out.Count, out.SD = &n, &sd
	}
	return out
}

// A groupCount is a figure in what a receipt's result hash is over.
type groupCount struct {
	Measure string `json:"measure"`
	Members uint32 `json:"members"`
	State   string `json:"state"`
	Count   int64  `json:"count"`
}

func (g *gathering) learnt(all []policy.Overlap) []groupCount {
	out := make([]groupCount, len(all))
	for i, o := range all {
		out[i] = groupCount{o.Measure, o.Members, o.State, o.Count}
	}
	return out
}

// outline is what can be said of a run before anything was learnt.
func (g *gathering) outline() *Result {
	p := g.plan
	r := &Result{Run: g.run, Analysis: p.analysis, Agreement: p.agreement.ID(), Partner: p.with(),
		Learns: p.agreement.Terms.Analyses.ByName(p.analysis).To, MinGroupSize: p.rules.MinGroupSize, Levels: []Level{},
		Folder: filepath.Dir(g.file(receiptFile)), Bytes: g.traffic()}
	if p.noisy() {
		r.Epsilon = p.rules.EpsilonPerRun.Text
	}
	if g.table == nil {
		return r
	}
	r.Rows = RowCounts{g.table.Read, g.table.Eligible(), g.table.Distinct}
	r.Excluded = g.table.Excluded
	for _, l := range p.types() {
		r.Levels = append(r.Levels, Level{Type: l})
	}
	return r
}
