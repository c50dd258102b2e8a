package node

import (
	"strings"

	"mandorla/arrowio"
	"mandorla/policy"
)

// record is the figures as Arrow columns: what is counted, of whom, the count and
// its state. A suppressed figure holds nulls.
func (g *Group) record(metadata map[string]string) arrowio.Record {
	n := len(g.Figures)
	measure, members, state := make([]string, n), make([]string, n), make([]string, n)
	count, sd, known := make([]uint64, n), make([]float64, n), make([]bool, n)
	least := make([]string, n)
	for i, f := range g.Figures {
		measure[i], members[i], state[i] = f.Measure, strings.Join(f.Members, "+"), f.State
		if f.Count != nil {
			count[i], sd[i], known[i] = *f.Count, *f.SD, true
		}
		if least[i] = "is"; f.AtLeast {
			least[i] = "at least"
		}
	}
	return arrowio.NewRecord(arrowio.Memory, metadata, []arrowio.Column{
		arrowio.Strings("measure", measure, nil), arrowio.Strings("members", members, nil), arrowio.Strings("means", least, nil),
		arrowio.Uint64s("count", count, known), arrowio.Float64s("count.sd", sd, known), arrowio.Strings("state", state, nil)}, nil)
}

// of lists the figures of a measure.
func (g *Group) of(measure string) (out []GroupFigure) {
	for _, f := range g.Figures {
		if f.Measure == measure {
			out = append(out, f)
		}
	}
	return out
}

// Pairs are the figures of each two members.
func (g *Group) Pairs() []GroupFigure { return g.of(policy.Pair) }

// Regions are those of each set of members.
func (g *Group) Regions() []GroupFigure { return g.of(policy.Region) }

// Reach is the one of all members; nil where it was not asked for.
func (g *Group) Reach() *GroupFigure {
	for _, f := range g.of(policy.Reach) {
		return &f
	}
	return nil
}
