package agreement

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/sumdb/note"

	"mandorla/agreement/strict"
)

// What multi may release (PROTOCOLS.md §7.2).
const (
	Pairs   = "pairs"   // how many customers each two members share
	Reach   = "reach"   // how many customers all members have together
	Regions = "regions" // how many customers exactly these members share, of each set of them
)

// The most members of which regions are released, and the most that go in pairs
// (PROTOCOLS.md §7.4, §7.6).
const (
	mostRegions = 5
	mostPairs   = 4
)

// A Combiner is the node without data that counts what several members have in
// common; of two members it is called their helper. It signs the agreement like a
// member.
type Combiner struct{ Name, Key string }

// combiner reads name: key, under whichever of its two names it has.
func (r reader) combiner(s strict.Section, who signers) Combiner {
	const field = "combiner"
	n, ok := s.Has(field)
	if h, helps := s.Has(helper); helps {
		if ok {
			r.Fail(h, helper, "there is a combiner too; a combiner is for multi, a helper for size and aggregate")
		}
		return r.without(h, helper, who)
	}
	if !ok {
		return Combiner{}
	}
	return r.without(n, field, who)
}

// without reads the name and key of a node without data.
func (r reader) without(n *yaml.Node, field string, who signers) Combiner {
	pairs := r.Pairs(n, field)
	if len(pairs) != 1 {
		r.Fail(n, field, "must be one name and its verifier key, such as {office: \"office+...\"}")
		return Combiner{}
	}
	p := pairs[0]
	c := Combiner{p.Name, r.Text(p.Value, p.Path)}
	v, err := note.NewVerifier(c.Key)
	switch {
	case err != nil:
		r.Fail(p.Value, p.Path, "not a verifier key; write the line of this node's identity.pub")
	case v.Name() != c.Name:
		r.Fail(p.Value, p.Path, "the key was made for %.64q; the %s's name must be the key's name", v.Name(), field)
	case !r.apart(c, who):
		r.Fail(p.Value, p.Path, "the name or the key of somebody who signs for a member; a %s is operated by none of them", field)
	default:
		who.byKey[c.Name] = signatory{c.Name, v}
	}
	return c
}

// apart reports whether the combiner's name and key are no member's.
func (r reader) apart(c Combiner, who signers) bool {
	if _, taken := who.byKey[c.Name]; taken {
		return false
	}
	if _, taken := who.keys[c.Name]; taken {
		return false
	}
	material := strings.SplitN(c.Key, "+", 3)[2]
	for _, keys := range who.keys {
		if slices.ContainsFunc(keys, func(k string) bool { return strings.HasSuffix(k, "+"+material) }) {
			return false
		}
	}
	return true
}

// multi reads what only multi has.
func (r reader) multi(s strict.Section, a *Analysis) {
	a.Topology = Ring
	if v, ok := s.Has("topology"); ok {
		a.Topology = map[string]Topology{"ring": Ring, "pairs": Star}[r.OneOf(v, s.At("topology"), "ring", "pairs")]
	}
	a.Release = []string{Pairs}
	if v, ok := s.Has("release"); ok {
		a.Release = r.Choices(v, s.At("release"), Pairs, Reach, Regions)
	}
}

// amongSeveral reports whether an analysis is agreed on that a combiner is for.
func (t *Terms) amongSeveral() bool {
	return t.Analyses.Multi != nil || t.Analyses.FrequencyCap != nil
}

// checkSeveral holds what depends on more than one field of an agreement among
// several members.
func (r reader) checkSeveral(s strict.Section, t *Terms) {
	if !t.amongSeveral() {
		r.onlyForSeveral(s, t)
		return
	}
	n := s.Need("analyses")
	if h, ok := s.Has(helper); ok {
		r.Fail(h, helper, "is for size and aggregate; write combiner for multi and frequency_cap")
	}
	if a := t.Analyses.Multi; a != nil {
		r.checkMulti(n, a, t)
	}
	if a := t.Analyses.FrequencyCap; a != nil {
		r.checkCap(n, a, t)
	}
	r.onlySeveral(n, t)
}

// checkMulti holds what depends on more than one field of multi.
func (r reader) checkMulti(n *yaml.Node, a *Analysis, t *Terms) {
	const field = "analyses." + Multi
	members := len(t.Members)
	switch {
	case a.Topology == Star && members > mostPairs:
		r.Fail(n, field+".topology", "pairs is for up to %d members; take ring", mostPairs)
	case a.Topology == Star && !slices.Equal(a.Release, []string{Pairs}):
		r.Fail(n, field+".release", "topology pairs gives pairs alone; take ring for reach or regions")
	case a.Topology == Star && len(a.To) != members:
		r.Fail(n, field+".to", "topology pairs tells each two members what they share; name all")
	case a.Topology == Star && t.Combiner.Name != "":
		r.Fail(n, field+".topology", "pairs needs no combiner; leave it out, or take ring")
	case a.Topology == Ring && t.Combiner.Name == "":
		r.Fail(n, "combiner", "missing; multi needs a node without data, or topology: pairs")
	case a.Topology == Ring && len(t.Identifiers.Types) > 1:
		r.Fail(n, "identifiers.types", "multi compares one identifier; name one")
	case slices.Contains(a.Release, Regions) && members > mostRegions:
		r.Fail(n, field+".release", "regions are for up to %d members; take pairs and reach", mostRegions)
	}
}

// onlyForSeveral refuses what only analyses among several can use.
func (r reader) onlyForSeveral(s strict.Section, t *Terms) {
	if n, ok := s.Has("combiner"); ok {
		r.Fail(n, "combiner", "belongs to multi and frequency_cap; leave it out, or agree on one of them")
	}
	if len(t.Members) > leastMembers {
		r.Fail(s.Need("analyses"), "analyses", "more than two members can agree on multi and frequency_cap alone")
	}
	if n, ok := s.Has(helper); ok {
		r.checkHelper(n, s.Need("analyses"), t)
	}
}

// onlySeveral refuses what several members cannot agree on.
func (r reader) onlySeveral(n *yaml.Node, t *Terms) {
	if len(t.Members) == leastMembers {
		return
	}
	for _, name := range AllAnalyses {
		if name != Multi && name != FrequencyCap && t.Analyses.ByName(name) != nil {
			r.Fail(n, "analyses."+name, "is between two members; agree on it in an agreement of their own")
		}
	}
	if t.Kind != Affiliate && t.Kind != Partner {
		r.Fail(n, "kind", "more than two members are %s or %s", Affiliate, Partner)
	}
}
