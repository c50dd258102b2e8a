package node

import (
	"slices"

	"mandorla/policy"
)

// What a pair of brands looks like to their customers.
const (
	OneFamily = "one family" // publicly: they go by one name
	Together  = "together"   // they share more customers than chance would have it
	AsChance  = "as chance"  // about as many
	Apart     = "apart"      // clearly fewer: customers do not seem to know that they belong together
	Untold    = "untold"     // the figures do not say
)

// How far from what chance would have it, as a factor, is more than about as many.
const (
	muchMore = 1.5
	muchLess = 0.5
)

// A BrandPair is what the figures of a run say of two brands.
type BrandPair struct {
	Brands   []string `json:"brands"` // members
	Shared   *uint64  `json:"shared"`
	Expected *float64 `json:"expected"` // if customers of the one were customers of the other as chance would have it
	Verdict  string   `json:"verdict"`
}

// BrandPairs says of each two brands whether customers seem to know that they
// belong together: whether they share as many customers as chance would have it
// among all that the members reach. It needs pairs and reach. Where regions were not
// released, how many customers a member has is known padded only, so that the
// expectation is too high by some percent.
func (g *Group) BrandPairs() (out []BrandPair) {
	for _, pair := range g.Pairs() {
		out = append(out, g.brandPair(pair))
	}
	return out
}

func (g *Group) brandPair(pair GroupFigure) BrandPair {
	a, b := slices.Index(g.Members, pair.Members[0]), slices.Index(g.Members, pair.Members[1])
	out := BrandPair{Brands: pair.Members, Shared: pair.Count, Verdict: Untold}
	if g.Brands[a] == g.Brands[b] {
		out.Verdict = OneFamily
		return out
	}
	reach := g.Reach()
	if reach == nil || reach.Count == nil || *reach.Count == 0 {
		return out
	}
	expected := g.size(a) * g.size(b) / float64(*reach.Count)
	out.Expected = &expected
	most := float64(g.Threshold) // what is suppressed is below it
	if pair.Count != nil {
		most = float64(*pair.Count)
	}
	switch {
	case pair.Count == nil && len(g.Regions()) > 0: // a sum of regions that keep each other company
	case most < muchLess*expected && !pair.AtLeast:
		out.Verdict = Apart
	case pair.Count == nil:
	case most > muchMore*expected:
		out.Verdict = Together
	case !pair.AtLeast:
		out.Verdict = AsChance
	}
	return out
}

// size is how many customers a member has: as its regions say, or padded.
func (g *Group) size(member int) float64 {
	sum := uint64(0)
	for _, r := range g.Regions() {
		if slices.Contains(r.Members, g.Members[member]) && r.State != policy.Suppressed {
			sum += *r.Count
		}
	}
	if sum == 0 {
		sum = g.Padded[member]
	}
	return float64(sum)
}
