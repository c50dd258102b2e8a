package node

import (
	"context"
	"errors"
	"time"

	"mandorla/arrowio"
	"mandorla/consent"
	"mandorla/identity"
)

// A Check is the state of a dataset: what a run would take of it, and why not
// the rest. Nothing in it leaves the machine.
type Check struct {
	Dataset  string            `json:"dataset"`
	Profile  string            `json:"profile"`
	Rows     RowCounts         `json:"rows"`
	Bad      uint64            `json:"bad_lines"`
	BadLines []arrowio.BadLine `json:"bad_lines_first"`
	Excluded map[string]uint64 `json:"ineligible"`                  // by reason
	Unread   uint64            `json:"list_lines_unread,omitempty"` // of opt-out lists, such as headings: whoever stands in one takes part
	Columns  []ColumnCheck     `json:"columns"`
	Seconds  float64           `json:"seconds"`

	// Freshness is, for each accepted agreement on `suppress` that names the
	// dataset, how long ago it was last run; of objections, also how many wait.
	Freshness []Freshness `json:"freshness,omitempty"`
}

// A ColumnCheck is the state of one identifier, over the eligible rows.
type ColumnCheck struct {
	Type      string            `json:"type"`
	Columns   []string          `json:"columns"`
	Rows      uint64            `json:"rows"`
	Empty     uint64            `json:"empty"`
	Invalid   uint64            `json:"invalid"`
	Reasons   map[string]uint64 `json:"invalid_reasons"`
	Changed   uint64            `json:"changed"`
	Duplicate uint64            `json:"duplicate"` // rows that lose the identifier to another row
	Usable    uint64            `json:"usable"`

	Institutional uint64 `json:"institutional,omitempty"` // of households: rows at addresses of too many people
	Institutions  uint64 `json:"institutions,omitempty"`  // and how many such addresses
}

// Check reads a dataset as a run would, under a profile.
func (n *Node) Check(ctx context.Context, name, profile string) (*Check, error) {
	started := n.now()
	o, judge, err := n.trialOrder(name, profile, trial(started))
	if err != nil {
		return nil, err
	}
	t, err := n.prepare(ctx, o)
	if err != nil {
		return nil, err
	}
	c := &Check{Dataset: name, Profile: profile, Rows: RowCounts{t.Read, t.Eligible(), t.Distinct},
		Bad: t.Bad, BadLines: t.BadLines, Excluded: t.Excluded}
	if judge != nil {
		c.Unread = judge.Unusable()
	}
	for l, r := range t.Levels {
		c.Columns = append(c.Columns, columnCheck(typeName(o.levels[l]), o.inputs[l].columns(), r))
	}
	if c.Freshness, err = n.freshnesses(name, t); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	c.Seconds = n.now().Sub(started).Round(time.Millisecond).Seconds()
	return c, t.Close()
}

// trialOrder is what a run would want of a dataset, under a profile, and who judges
// its rows; nil where nobody does.
func (n *Node) trialOrder(name, profile string, run consent.Run) (o order, judge *consent.Policy, err error) {
	d, ok := n.config.Datasets[name]
	if !ok {
		return o, nil, unusable("node.yaml: datasets: no dataset %q", name)
	}
	p, err := identity.Lookup(profile)
	if err != nil {
		return o, nil, unusable("--profile: %w", err)
	}
	o = order{name: name, dataset: d, inputs: d.Identifiers}
	for i, in := range d.Identifiers {
		l, err := p.Normaliser(in.spec())
		if err != nil {
			return o, nil, unusable("node.yaml: datasets.%s.identifiers[%d]: %w", name, i, err)
		}
		o.levels = append(o.levels, l)
	}
	if len(o.levels) == 0 {
		return o, nil, unusable("node.yaml: datasets.%s.identifiers: none", name)
	}
	if judge, err = n.judgement(d.untold(), p, run); err != nil {
		return o, nil, unusable("node.yaml: datasets.%s: %w", name, err)
	}
	o.judge = juryOf(judge)
	return o, judge, nil
}

func columnCheck(name string, columns []string, r identity.Report) ColumnCheck {
	return ColumnCheck{Type: name, Columns: columns, Rows: r.Rows, Empty: r.Empty, Invalid: r.Invalid,
		Reasons: r.Reasons, Changed: r.Changed, Duplicate: r.Duplicate,
		Institutional: r.Institutional, Institutions: r.Institutions,
		Usable: r.Rows - r.Empty - r.Invalid - r.Duplicate - r.Institutional}
}
