package agreement

import (
	"maps"
	"math/big"
	"slices"
	"time"
)

// Terms is what the members agreed on, one field per key of the YAML text
// (DESIGN.md, "An agreement"). Treat it as read-only: changing it changes
// neither the signed text nor its hash.
type Terms struct {
	Agreement   string            // the agreement's own name
	Kind        string            // service-provider, affiliate, partner or sale
	Purpose     string            // why, in the members' words
	Members     map[string]string // member name to verifier key
	Datasets    map[string]string // member name to dataset name
	Identifiers Identifiers
	Analyses    Analyses
	Rules       Rules
	Valid       Valid
}

// Names lists the members, sorted.
func (t *Terms) Names() []string { return slices.Sorted(maps.Keys(t.Members)) }

// Peer names the other member of two.
func (t *Terms) Peer(member string) (string, error) {
	if _, ok := t.Members[member]; !ok {
		return "", notMember(member)
	}
	for _, name := range t.Names() {
		if name != member {
			return name, nil
		}
	}
	return "", notMember(member)
}

// Identifiers says how values become identifiers, and which are compared.
type Identifiers struct {
	Profile string       // normalisation profile, such as uid2-1
	Types   []Identifier // one to four, in order of priority
}

// An Identifier is one level of the waterfall (PROTOCOLS.md §8). Label is set
// for exact and sha256 alone; an exact without a label stands for all the exact
// identifiers of the datasets, in their order.
type Identifier struct{ Type, Label string }

// String is the form of the YAML text: type, or type:label.
func (i Identifier) String() string {
	if i.Label == "" {
		return i.Type
	}
	return i.Type + ":" + i.Label
}

// Rules are the limits on what may leave a run, defaults filled in
// (DESIGN.md, the table under "An agreement").
type Rules struct {
	MinGroupSize   uint64  // people behind a cell
	MinSetSize     uint64  // eligible rows a side
	MinSegmentRows uint64  // own rows behind a code of a dimension
	MinListSize    uint64  // rows in a list result
	EpsilonPerRun  Decimal // privacy budget that one run spends
	EpsilonBudget  Decimal // privacy budget of the pair of datasets, for good
	RunsPerWeek    uint64  // runs in seven days
	MinChange      uint64  // rows by which an input differs from an earlier one
	RoundTo        uint64  // released counts are multiples of it
	Noise          string  // NoiseNone, or empty: noise is added
	MaxRows        uint64  // rows a side may bring
	MaxBytes       uint64  // bytes one run may send, a side
	MaxRunsAtOnce  uint64  // runs of this agreement at one time
}

// NoiseNone is the one word rules.noise may hold: counts are exact.
const NoiseNone = "none"

// Exact reports whether the members agreed that counts carry no noise.
func (r Rules) Exact() bool { return r.Noise == NoiseNone }

// A Decimal is a number exactly as written and as a fraction. Do not alter Rat.
type Decimal struct {
	Text string
	Rat  *big.Rat
}

// String is the number as written.
func (d Decimal) String() string { return d.Text }

// Valid holds the first and last day, both included, as midnights UTC.
type Valid struct{ From, Until time.Time }
