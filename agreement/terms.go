package agreement

import (
	"maps"
	"slices"
	"time"

	"mandorla/agreement/rules"
	"mandorla/agreement/strict"
)

// Terms is what the members agreed on, one field per key of the YAML text
// (DESIGN.md, "An agreement"). Treat it as read-only: changing it changes
// neither the signed text nor its hash.
type Terms struct {
	Agreement   string              // the agreement's own name
	Version     int                 // 1, or one more than that of the agreement it replaces
	Replaces    string              // the ID of that agreement; empty in a first version
	Kind        string              // ServiceProvider, Affiliate, Partner or Sale
	Purpose     string              // why, in the members' words
	Purposes    []string            // the same in terms of the Data Privacy Vocabulary; may be none
	Members     map[string]string   // member name to the verifier key of its node
	Keys        map[string][]string // member name to all keys that may sign for it, its node's first
	Signatures  int                 // signatures of different keys that a member gives: 1 or 2
	Combiner    Combiner            // the node without data: of multi, or the helper of size and aggregate; empty where there is none
	Datasets    map[string]string   // member name to dataset name
	Identifiers Identifiers
	Analyses    Analyses
	Activate    *Activate // nil: no rows leave a node
	Engine      string    // EngineDH or EngineVOLE: of those analyses that both can run
	Conditions  Conditions
	Rules       Rules
	Valid       Valid
}

// The kinds of agreement.
const (
	ServiceProvider = "service-provider"
	Affiliate       = "affiliate"
	Partner         = "partner"
	Sale            = "sale"
)

// The engines: what identifiers are compared under.
const (
	EngineDH   = "dh"   // blinded points of a group
	EngineVOLE = "vole" // a vector OLE, for large lists to one member; of a younger assumption
)

// Conditions are the terms that hang on the kind of agreement. Each is empty
// where the text does not say it.
type Conditions struct {
	Vendor         string            // service-provider: the member that works for the other
	VendorData     string            // service-provider: VendorOwn where the vendor brings no client's data
	Brands         map[string]string // affiliate: member name to the brand that notices name it by
	Jurisdictions  []string          // where the people are: DE, US-CA, EU, EEA
	JointMarketing bool              // partner: the members market one product together (15 U.S.C. §6802(b)(2))
	Retention      Period            // how long a member keeps what it learned
	OnwardTransfer string            // to whom a member may pass it on
	DeleteBy       time.Time         // last day by which a member has deleted it
}

// VendorOwn is the one word vendor_data may hold: what the vendor brings is its
// own, such as a register of addresses, and no client's.
const VendorOwn = "own"

// A Period is a length of time as people agree on it, such as 12 months.
type Period = strict.Period

// Names lists the members, sorted.
func (t *Terms) Names() []string { return slices.Sorted(maps.Keys(t.Members)) }

// Signatories lists whoever signs, sorted: the members, and the combiner if there
// is one.
func (t *Terms) Signatories() []string {
	all := t.Names()
	if t.Combiner.Name != "" {
		all = append(all, t.Combiner.Name)
		slices.Sort(all)
	}
	return all
}

// Key gives the verifier key of the node of a member or of the combiner; empty
// for anybody else.
func (t *Terms) Key(name string) string {
	if name == t.Combiner.Name {
		return t.Combiner.Key
	}
	return t.Members[name]
}

// Others lists the members beside one, sorted.
func (t *Terms) Others(member string) []string {
	return slices.DeleteFunc(t.Names(), func(n string) bool { return n == member })
}

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

// Brand is what notices call a member: its brand, or else its name.
func (t *Terms) Brand(member string) string {
	if b, ok := t.Conditions.Brands[member]; ok {
		return b
	}
	return member
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
type Rules = rules.Rules

// NoiseNone is the one word rules.noise may hold: counts are exact.
const NoiseNone = rules.NoiseNone

// A Decimal is a number exactly as written and as a fraction.
type Decimal = strict.Decimal

// Valid holds the first and last day, both included, as midnights UTC.
type Valid struct{ From, Until time.Time }
