package node

import (
	"context"
	"errors"
	"time"

	"mandorla/arrowio"
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
	Excluded map[string]uint64 `json:"ineligible"` // by reason
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
	d, ok := n.config.Datasets[name]
	if !ok {
		return nil, unusable("node.yaml: datasets: no dataset %q", name)
	}
	p, err := identity.Lookup(profile)
	if err != nil {
		return nil, unusable("--profile: %w", err)
	}
	var levels []*identity.Normaliser
	for i, in := range d.Identifiers {
		l, err := p.Normaliser(in.spec())
		if err != nil {
			return nil, unusable("node.yaml: datasets.%s.identifiers[%d]: %w", name, i, err)
		}
		levels = append(levels, l)
	}
	if len(levels) == 0 {
		return nil, unusable("node.yaml: datasets.%s.identifiers: none", name)
	}
	started := n.now()
	judge, err := n.judgement(d.untold(), p, trial(n.now()))
	if err != nil {
		return nil, unusable("node.yaml: datasets.%s: %w", name, err)
	}
	t, err := n.prepare(ctx, order{name: name, dataset: d, inputs: d.Identifiers, levels: levels, judge: juryOf(judge)})
	if err != nil {
		return nil, err
	}
	c := &Check{Dataset: name, Profile: profile, Rows: RowCounts{t.Read, t.Eligible(), t.Distinct},
		Bad: t.Bad, BadLines: t.BadLines, Excluded: t.Excluded}
	for l, r := range t.Levels {
		c.Columns = append(c.Columns, columnCheck(typeName(levels[l]), d.Identifiers[l].columns(), r))
	}
	if c.Freshness, err = n.freshnesses(name, t.objections); err != nil {
		return nil, errors.Join(err, t.Close())
	}
	c.Seconds = n.now().Sub(started).Round(time.Millisecond).Seconds()
	return c, t.Close()
}

func columnCheck(name string, columns []string, r identity.Report) ColumnCheck {
	return ColumnCheck{Type: name, Columns: columns, Rows: r.Rows, Empty: r.Empty, Invalid: r.Invalid,
		Reasons: r.Reasons, Changed: r.Changed, Duplicate: r.Duplicate,
		Institutional: r.Institutional, Institutions: r.Institutions,
		Usable: r.Rows - r.Empty - r.Invalid - r.Duplicate - r.Institutional}
}
