package node

import (
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement"
	"mandorla/agreement/bands"
	"mandorla/agreement/own"
	"mandorla/identity"
	"mandorla/match"
	"mandorla/match/all"
)

// minCap is the least number of rows that a set is topped up to
// (PROTOCOLS.md §4.10, §11.7).
const minCap = 10_000

// capFor is the rows of a set with n real ones: the next value of
// ceil(2^(k/8)) that is at least n and the node's least (PROTOCOLS.md §1.6).
func (n *Node) capFor(rows uint64) uint64 { return stepFor(max(rows, n.least)) }

// The analyses by what they give: figures alone, a list of own rows, or rows of
// the partner.
var (
	counting = []string{agreement.Size, agreement.Aggregate, agreement.Multi}
	listing  = []string{agreement.Match, agreement.Suppress, agreement.FrequencyCap}
	selling  = []string{agreement.NetNames}
)

// A plan is what an agreement makes of one analysis at this node: nothing in
// it depends on data.
type plan struct {
	agreement   *agreement.Agreement
	rules       agreement.Rules // in force: what both agreed on and, where stricter, either node's own
	effective   *own.Effective  // the same, and who asked for it
	policy      *own.Policy     // this node's own
	strict      strictness      // where the law asks for more of each person
	analysis    string
	by          string // what it counts: persons or households
	protocol    match.Protocol
	self, peer  string // member names
	peerKey     note.Verifier
	learns      bool         // whether this node is told the outcome
	schema      bands.Schema // of the labels of `append`; nil for any other
	sample      bool         // whether a sample of the rows takes part alone
	dataset     Dataset
	normalisers []*identity.Normaliser // a level each
	inputs      []Identifier           // and where this node's dataset has it
	circle      *circlePlan            // of an analysis among several members; nil for one of two
}

// plan is planBy for an analysis that counts persons.
func (n *Node) plan(a *agreement.Agreement, analysis, peer string) (*plan, error) {
	return n.planBy(a, analysis, agreement.Person, peer)
}

// planBy checks that the agreement allows the analysis, now, between this node
// and the peer, and works out how it is run.
func (n *Node) planBy(a *agreement.Agreement, analysis, by, peer string) (*plan, error) {
	if err := n.openFor(a); err != nil {
		return nil, err
	}
	t := a.Terms
	if t.Members[n.id.Name] != n.id.Verifier {
		return nil, refuse("members.%s: the agreement has no or another key for this node", n.id.Name)
	}
	if err := a.PermitsBy(analysis, by, n.id.Name); err != nil {
		return nil, refuse("%w", err)
	}
	p := &plan{agreement: a, rules: a.Terms.Rules, analysis: analysis, by: by, self: n.id.Name, peer: peer}
	var err error
	if p.peerKey, err = a.Verifier(peer); err != nil {
		return nil, refuse("members.%s: %w", peer, err)
	}
	if err := p.lookUp(); err != nil {
		return nil, err
	}
	if p.protocol.Neighbours != nil {
		return nil, refuse("analyses.%s: its runs are among all members and the combiner, and begin otherwise", analysis)
	}
	p.learns = t.Analyses.ByName(analysis).Learns(n.id.Name)
	p.schema = t.Analyses.ByName(analysis).Schema
	if err := n.findInputs(p); err != nil {
		return nil, err
	}
	if err := p.checkHouseholds(); err != nil {
		return nil, err
	}
	return p, n.permitted(p)
}

// lookUp finds the plan's protocol. Among several members each two count what they
// share as they would of a size to both.
func (p *plan) lookUp() error {
	topology, err := p.agreement.Topology(p.analysis)
	if err != nil {
		return refuse("%w", err)
	}
	name := p.analysis
	if topology == agreement.Star {
		name, topology = agreement.Size, agreement.Dual
	}
	var known bool
	if p.protocol, known = all.Lookup(name, string(topology), p.agreement.Terms.Engine); !known {
		return refuse("analyses.%s: this version cannot run it (topology %s)", p.analysis, topology)
	}
	return nil
}

// oneCount reports whether the result is one count.
func (p *plan) oneCount() bool { return p.analysis == agreement.Size || p.analysis == agreement.Multi }

// findInputs finds the agreement's identifiers in this node's dataset.
func (n *Node) findInputs(p *plan) error {
	t := p.agreement.Terms
	name := t.Datasets[p.self]
	var ok bool
	if p.dataset, ok = n.config.Datasets[name]; !ok {
		return unusable("node.yaml: datasets: no dataset %q, which the agreement names", name)
	}
	profile, err := identity.Lookup(t.Identifiers.Profile)
	if err != nil {
		return refuse("identifiers.profile: %w", err)
	}
	for _, wanted := range t.Levels(p.by) {
		found := p.dataset.find(wanted.Type, wanted.Label)
		if len(found) == 0 {
			return unusable("node.yaml: datasets.%s.identifiers: none of type %s, which the agreement asks for", name, wanted)
		}
		for _, in := range found {
			norm, err := profile.Normaliser(in.spec())
			if err != nil {
				return unusable("node.yaml: datasets.%s.identifiers: %w", name, err)
			}
			p.inputs = append(p.inputs, in)
			p.normalisers = append(p.normalisers, norm)
		}
	}
	if len(p.inputs) > maxLevels {
		return refuse("identifiers.types: %d levels, at most %d", len(p.inputs), maxLevels)
	}
	return nil
}

// maxLevels is the most identifier levels of a run (PROTOCOLS.md §8.5).
const maxLevels = 4

// find is the dataset's identifiers of a type and label. `exact` without a
// label stands for all of them in order; of any other the first counts.
func (d Dataset) find(typ, label string) (found []Identifier) {
	for _, id := range d.Identifiers {
		if id.agreed() != typ || (label != "" && id.Label != label) {
			continue
		}
		if found = append(found, id); typ != "exact" || label != "" {
			return found
		}
	}
	return found
}

// agreed is the type's name in agreements: how a hash is written down is each
// node's own affair.
func (id Identifier) agreed() string {
	if id.Type == identity.SHA256Hex || id.Type == identity.SHA256Base64 {
		return "sha256"
	}
	return id.Type
}

// levels is the names that the two nodes have to have in common.
func (p *plan) levels() []string {
	if p.circle != nil && p.circle.combines() {
		return p.circle.levels
	}
	names := make([]string, len(p.normalisers))
	for i, n := range p.normalisers {
		names[i] = n.Name()
	}
	return names
}

// types is the levels as results name them: without the profile.
func (p *plan) types() []string {
	names := make([]string, len(p.normalisers))
	for i, n := range p.normalisers {
		names[i] = typeName(n)
	}
	return names
}

// typeName is an identifier's type, with its label, without its profile.
func typeName(n *identity.Normaliser) string {
	_, name, _ := strings.Cut(n.Name(), "/")
	return name
}

// objects reports whether this node's dataset is there to strike people off the
// partner's list: all its rows take part, and no list is cut down by their
// consent (docs/suppress.md).
func (p *plan) objects() bool { return p.analysis == agreement.Suppress && !p.learns }

// whole reports whether all rows of this node's dataset take part, whatever their
// consent: they strike people off a list, or keep them off a purchase, and the
// partner learns of none.
func (p *plan) whole() bool {
	return p.objects() || p.buys()
}

// buys and sells report which side of a sale this node is on.
func (p *plan) buys() bool { return slices.Contains(selling, p.analysis) && p.learns }

func (p *plan) sells() bool { return slices.Contains(selling, p.analysis) && !p.learns }

// caps reports whether the run takes rows off the members' send plans.
func (p *plan) caps() bool { return p.analysis == agreement.FrequencyCap }

// terms are what the agreement says of the analysis.
func (p *plan) terms() *agreement.Analysis {
	return p.agreement.Terms.Analyses.ByName(p.analysis)
}

// holding is what becomes of this node's rows that share an identifier.
func (p *plan) holding() holding {
	switch {
	case p.sells():
		return firstAlone
	case p.analysis == agreement.Suppress || p.buys():
		return houseFate
	case p.caps():
		return sameFate
	}
	return oneHolder
}

func (p *plan) peerDataset() string { return p.agreement.Terms.Datasets[p.peer] }

// verify checks a signature of the peer's identity key.
func (p *plan) verify(msg []byte, sig [64]byte) bool { return p.peerKey.Verify(msg, sig[:]) }
