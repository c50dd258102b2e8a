package agreement

import (
	"fmt"
	"slices"

	"mandorla/agreement/bands"
)

// The analyses an agreement may name (DESIGN.md, "Words").
const (
	Size      = "size"
	Aggregate = "aggregate"
	Match     = "match"
	Append    = "append"
	Suppress  = "suppress"
	NetNames  = "net_names"
	Multi     = "multi"

	FrequencyCap = "frequency_cap"
)

// AllAnalyses are the analyses in the order of the document.
var AllAnalyses = []string{Size, Aggregate, Match, Append, Suppress, NetNames, Multi, FrequencyCap}

// Analyses holds what is allowed; an analysis that is not is nil.
type Analyses struct {
	Size, Aggregate, Match, Append, Suppress, NetNames, Multi, FrequencyCap *Analysis
}

// An Analysis says who learns a result and what stands in it. Which maps may be
// filled depends on the analysis; all map a member to names of its own columns.
type Analysis struct {
	To         []string            // members who learn the result, at least one
	Dimensions map[string][]string // aggregate: columns that make the cells
	Measures   map[string][]string // aggregate: columns that are summed
	Columns    map[string][]string // match, suppress: the learner's own columns beside the row number; append, net_names: the other's columns
	Schema     bands.Schema        // append: of each of these columns the values that are told apart; nil: not said
	Blind      string              // match: BlindPerRun
	Sold       []Field             // net_names: what is sold of a row, in the order of the columns
	MaxNames   uint64              // net_names: how many rows a run may hand over
	EpochDays  uint64              // match to one, append: how long the evaluator keeps its key, so that later runs cost what is new; 0: each run has its own
	By         []string            // size: what may be counted, Person or Household; Person alone where the text says nothing
	Release    []string            // multi: Pairs, Reach, Regions
	Topology   Topology            // multi: Ring or Star
	Contacts   uint64              // frequency_cap: how many members may contact a household
	Order      []string            // frequency_cap: who keeps its contacts first; nil: by lot
}

// What `size` counts.
const (
	Person    = "person"    // customers, by all identifiers but households where those are counted too
	Household = "household" // households, by the identifier of that type alone
)

// Counts reports whether an analysis may count what is named.
func (a *Analysis) Counts(what string) bool {
	if len(a.By) == 0 {
		return what == Person
	}
	return slices.Contains(a.By, what)
}

// Levels is the identifiers of a run that counts what is named. Where households
// are counted apart, they are no level of a run that counts customers.
func (t *Terms) Levels(what string) []Identifier {
	apart := t.Analyses.Size != nil && t.Analyses.Size.Counts(Household)
	return slices.DeleteFunc(slices.Clone(t.Identifiers.Types), func(i Identifier) bool {
		isHousehold := i.Type == Household
		return apart && isHousehold != (what == Household)
	})
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
	case NetNames:
		return a.NetNames
	case Multi:
		return a.Multi
	case FrequencyCap:
		return a.FrequencyCap
	}
	return nil
}

// A Topology is the form of protocol that follows from who learns the result
// (PROTOCOLS.md §3, §4.6).
type Topology string

// The topologies.
const (
	OneSided Topology = "P1-O"   // match to one member, and suppress
	Mutual   Topology = "P1-M"   // match to both
	Dual     Topology = "DUAL"   // size or aggregate to both
	Single   Topology = "SINGLE" // size or aggregate to one
	OnSale   Topology = "SALE"   // net_names: the one under to buys
	Labelled Topology = "P4"     // append
	Helper   Topology = "HELPER" // size or aggregate, joined by a node without data
	Ring     Topology = "RING"   // multi with a combiner, and frequency_cap
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
	case analysis == FrequencyCap:
		return Ring, nil
	case analysis == Match && both:
		return Mutual, nil
	case analysis == Match || analysis == Suppress:
		return OneSided, nil
	case analysis == NetNames:
		return OnSale, nil
	case analysis == Append && len(a.Schema) > 0:
		return Labelled, nil
	case analysis == Append:
		return "", fmt.Errorf("%w: append without a schema; say under analyses.append.schema which values of each column are told apart", ErrNotOffered)
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
//
// It is asked of an analysis that counts customers; [Terms.PermitsBy] is asked of
// what else may be counted.
func (t *Terms) Permits(analysis, member string) error {
	return t.PermitsBy(analysis, Person, member)
}

// PermitsBy is Permits of an analysis that counts what is named.
func (t *Terms) PermitsBy(analysis, what, member string) error {
	if _, ok := t.Members[member]; !ok {
		return notMember(member)
	}
	if _, err := t.Topology(analysis); err != nil {
		return err
	}
	switch a := t.Analyses.ByName(analysis); {
	case !a.Counts(what):
		return fmt.Errorf("%w: analyses.%s.by has no %.40q; agree on it first", ErrNotPermitted, analysis, what)
	case analysis == Multi && t.Rules.Exact():
		// The combiner's noise is what keeps small regions from being had by subtraction.
		return fmt.Errorf("%w: multi with noise: none; leave that rule out", ErrNotOffered)
	case t.Helped() && t.Rules.Exact() && len(a.Measures) > 0:
		// A sum of what all but one have as nothing is about that one, in whatever cell.
		return fmt.Errorf("%w: %s of measures with noise: none; leave the measures out, or that rule", ErrNotOffered, analysis)
	case (analysis == Size || analysis == Aggregate) && t.Helped():
		return nil
	case analysis == Aggregate && t.Rules.Exact():
		// Joiners of exact cells see the small ones (PROTOCOLS.md §5.3).
		return fmt.Errorf("%w: aggregate with noise: none; leave that rule out, or use size", ErrNotOffered)
	case analysis == Aggregate && len(a.To) == 1:
		return fmt.Errorf("%w: aggregate to one member; name both under analyses.aggregate.to", ErrNotOffered)
	case analysis == Size && !t.Rules.Exact() && len(a.To) == 1 && len(t.Levels(what)) > 1:
		// Whoever joins would see how many rows meet at two levels, without noise.
		return fmt.Errorf("%w: size with noise to one member by several identifiers; take one identifier, or both members", ErrNotOffered)
	}
	return nil
}

func notMember(name string) error {
	return fmt.Errorf("%w: %.64q; use a name that stands under members", ErrNotMember, name)
}
