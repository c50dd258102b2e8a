package agreement

import (
	"fmt"
	"slices"
)

// The analyses an agreement may name (DESIGN.md, "Words").
const (
	Size      = "size"
	Aggregate = "aggregate"
	Match     = "match"
	Append    = "append"
	Suppress  = "suppress"
	Multi     = "multi"
)

// Names lists all analyses.
func Names() []string { return []string{Size, Aggregate, Match, Append, Suppress, Multi} }

// Analyses holds what is allowed; an analysis that is not is nil.
type Analyses struct {
	Size, Aggregate, Match, Append, Suppress, Multi *Analysis
}

// An Analysis says who learns a result and what stands in it. Which maps may be
// filled depends on the analysis; all map a member to names of its own columns.
type Analysis struct {
	To         []string            // members who learn the result, at least one
	Dimensions map[string][]string // aggregate: columns that make the cells
	Measures   map[string][]string // aggregate: columns that are summed
	Columns    map[string][]string // match: the learner's own columns beside the row number; append: the vendor's columns
	Blind      string              // match: BlindPerRun
	Release    []string            // multi: Pairs, Reach, Regions
	Topology   Topology            // multi: Ring or Star
}

// BlindPerRun is the way match blinds: one secret factor a run (PROTOCOLS.md §3.1).
const BlindPerRun = "per-run"

// Learns reports whether the member learns the result.
func (a *Analysis) Learns(member string) bool { return a != nil && slices.Contains(a.To, member) }

// ByName gives the analysis of that name, nil if the terms do not allow it.
func (a Analyses) ByName(name string) *Analysis {
	switch name {
	case Size:
		return a.Size
	case Aggregate:
		return a.Aggregate
	case Match:
		return a.Match
	case Append:
		return a.Append
	case Suppress:
		return a.Suppress
	case Multi:
		return a.Multi
	}
	return nil
}

// A Topology is the form of protocol that follows from who learns the result
// (PROTOCOLS.md §3, §4.6).
type Topology string

// The topologies.
const (
	OneSided Topology = "P1-O"   // match to one member
	Mutual   Topology = "P1-M"   // match to both
	Dual     Topology = "DUAL"   // size or aggregate to both
	Single   Topology = "SINGLE" // size or aggregate to one
	Helper   Topology = "HELPER" // size or aggregate, joined by a node without data
	Ring     Topology = "RING"   // multi with a combiner
	Star     Topology = "STAR"   // multi as a size between each two members
)

// Topology gives the form in which an allowed analysis runs. It fails with
// ErrNotPermitted where the terms do not name the analysis, ErrNotOffered where
// the analysis has no form in this version.
func (t *Terms) Topology(analysis string) (Topology, error) {
	a := t.Analyses.ByName(analysis)
	if a == nil {
		return "", fmt.Errorf("%w: analyses has no %.40q; agree on it first", ErrNotPermitted, analysis)
	}
	both := len(a.To) == len(t.Members)
	switch {
	case analysis == Multi:
		return a.Topology, nil
	case analysis == Match && both:
		return Mutual, nil
	case analysis == Match:
		return OneSided, nil
	case analysis == Append || analysis == Suppress:
		return "", fmt.Errorf("%w: %s; use match or size", ErrNotOffered, analysis)
	case t.Helped():
		return Helper, nil
	case both:
		return Dual, nil
	}
	return Single, nil
}

// Permits reports whether the member may take part in the analysis, starting it
// or serving it. Who learns its result is [Analysis.Learns]. It judges the terms
// alone: signatures and dates are [Agreement.Verify] and [Agreement.InForce].
func (t *Terms) Permits(analysis, member string) error {
	if _, ok := t.Members[member]; !ok {
		return notMember(member)
	}
	if _, err := t.Topology(analysis); err != nil {
		return err
	}
	switch a := t.Analyses.ByName(analysis); {
	case analysis == Multi && t.Rules.Exact():
		// The combiner's noise is what keeps small regions from being had by subtraction.
		return fmt.Errorf("%w: multi with noise: none; leave that rule out", ErrNotOffered)
	case (analysis == Size || analysis == Aggregate) && t.Helped() && t.Rules.Exact():
		// What a helper tells carries its noise: it is all that protects there.
		return fmt.Errorf("%w: %s with a helper and noise: none; leave one of them out", ErrNotOffered, analysis)
	case (analysis == Size || analysis == Aggregate) && t.Helped():
		return nil
	case analysis == Aggregate && t.Rules.Exact():
		// Joiners of exact cells see the small ones (PROTOCOLS.md §5.3).
		return fmt.Errorf("%w: aggregate with noise: none; leave that rule out, or use size", ErrNotOffered)
	case analysis == Aggregate && len(a.To) == 1:
		return fmt.Errorf("%w: aggregate to one member; name both under analyses.aggregate.to", ErrNotOffered)
	case analysis == Size && !t.Rules.Exact() && len(a.To) == 1 && len(t.Identifiers.Types) > 1:
		// Whoever joins would see how many rows meet at two levels, without noise.
		return fmt.Errorf("%w: size with noise to one member by several identifiers; take one identifier, or both members", ErrNotOffered)
	}
	return nil
}

func notMember(name string) error {
	return fmt.Errorf("%w: %.64q; use a name that stands under members", ErrNotMember, name)
}
