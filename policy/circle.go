package policy

import (
	"errors"
	"fmt"
	"math/big"
	"math/bits"

	"mandorla/crypto/noise"
)

// The measures of a group's figures (PROTOCOLS.md §7.2).
const (
	Region = "region" // whom exactly these members hold
	Pair   = "pair"   // whom both of two members hold
	Reach  = "reach"  // whom any of the members holds
)

// The most members of a group, and the most of which regions are released
// (PROTOCOLS.md §7.4).
const (
	MostMembers = 10
	MostRegions = 5
)

// Wanted says what is released of a group's customers.
type Wanted struct {
	Members               int
	Regions, Pairs, Reach bool
}

// An Overlap is one figure over a group.
type Overlap struct {
	Measure string
	Members uint32 // which members: member i in bit i
	State   string // [Noised] or [Suppressed]
	Count   int64  // 0 where suppressed
	SD      float64
	// Least says that suppressed regions would belong to the sum: it is less than
	// it would be with them, by what nobody is told.
	Least bool
}

// A CircleGate lets the figures of one run of a group through, or not. All
// figures follow from counts that carry their noise, and no figure says more
// than those that it follows from:
//
//   - Where regions are released, they alone carry noise. Pairs and reach are
//     sums of released regions, so subtracting one from the other gives back
//     what is shown anyway.
//   - Where they are not, each pair and the reach carry noise of their own.
//
// A member knows how many customers it has, and so the sum of the regions that
// it is in. One suppressed region among them would be that sum less the others:
// a second one is suppressed with it.
type CircleGate struct {
	turn
	rules  Rules
	wanted Wanted
	scale  *big.Rat
	t      int64    // on top of the least group
	spread *big.Rat // variance of the noise in one count
}

// NewCircleGate makes the gate of one run that spends ε.
func NewCircleGate(r Rules, epsilon *big.Rat, w Wanted) (*CircleGate, error) {
	switch {
	case w.Members < 2 || w.Members > MostMembers:
		return nil, fmt.Errorf("policy: a group has 2 to %d members", MostMembers)
	case w.Regions && w.Members > MostRegions:
		return nil, fmt.Errorf("policy: regions are released of up to %d members; ask for pairs and reach", MostRegions)
	case !w.Regions && !w.Pairs && !w.Reach:
		return nil, errors.New("policy: nothing is asked of a group; name pairs, reach or regions")
	case epsilon == nil || epsilon.Sign() <= 0:
		return nil, errors.New("policy: ε lies above 0; raise epsilon_per_run")
	case r.MinGroup > largestGroup:
		return nil, errors.New("policy: a least group above 2^62; lower min_group_size")
	}
	g := &CircleGate{rules: r, wanted: w, scale: new(big.Rat).Quo(whole(w.sensitivity()), epsilon)}
	var err error
	if g.t, err = noise.LaplaceTail(g.scale, beta); err != nil {
		return nil, fmt.Errorf("policy: the noise of a group's figures; change epsilon_per_run: %w", err)
	}
	v, err := noise.LaplaceVariance(g.scale)
	if err != nil {
		return nil, fmt.Errorf("policy: the noise of a group's figures; change epsilon_per_run: %w", err)
	}
	g.spread = short(v)
	return g, nil
}

// sensitivity is by how much one row of one member changes all counts together
// that carry noise. It moves one person from one region to another, or adds one
// pair for each other member; reach it adds to only where it adds no pair.
func (w Wanted) sensitivity() int64 {
	switch {
	case w.Regions:
		return 2
	case w.Pairs:
		return int64(w.Members - 1)
	}
	return 1
}

// Scale is that of the discrete Laplace noise in every count of [CircleGate.Counts].
func (g *CircleGate) Scale() *big.Rat { return new(big.Rat).Set(g.scale) }

// Least is the least noisy count that is released.
func (g *CircleGate) Least() int64 { return int64(g.rules.MinGroup) + g.t }

// Counts are the counts that carry noise, in the order in which
// [CircleGate.Release] takes them.
func (g *CircleGate) Counts() []Overlap {
	w := g.wanted
	if w.Regions {
		return w.regions()
	}
	return w.sums()
}

func (w Wanted) regions() (out []Overlap) {
	for set := uint32(1); set < 1<<w.Members; set++ {
		out = append(out, Overlap{Measure: Region, Members: set, State: Suppressed})
	}
	return out
}

// sums are the pairs and the reach.
func (w Wanted) sums() (out []Overlap) {
	if w.Pairs {
		for set := uint32(1); set < 1<<w.Members; set++ {
			if bits.OnesCount32(set) == 2 {
				out = append(out, Overlap{Measure: Pair, Members: set, State: Suppressed})
			}
		}
	}
	if w.Reach {
		out = append(out, Overlap{Measure: Reach, Members: 1<<w.Members - 1, State: Suppressed})
	}
	return out
}

// Release gates the noisy counts: those that are not suppressed may be told to
// the members, who make all figures of them ([CircleGate.Figures]).
func (g *CircleGate) Release(noisy []int64) ([]Overlap, error) {
	if err := g.use(); err != nil {
		return nil, err
	}
	out := g.Counts()
	if len(noisy) != len(out) {
		return nil, fmt.Errorf("policy: %d counts of a group, of %d", len(noisy), len(out))
	}
	for i, n := range noisy {
		if n >= g.Least() {
			out[i].State, out[i].Count = Noised, int64(*g.rules.round(uint64(n)))
		}
	}
	if !g.wanted.Regions {
		return out, nil
	}
	for member := 0; member < g.wanted.Members; {
		if g.accompany(out, 1<<member) {
			member = 0 // what was suppressed may be alone among another's regions
			continue
		}
		member++
	}
	return out, nil
}

// accompany suppresses the smallest of a member's regions if one other of them
// is suppressed, and reports whether it did.
func (g *CircleGate) accompany(regions []Overlap, member uint32) bool {
	suppressed, least := 0, -1
	for i, r := range regions {
		switch {
		case r.Members&member == 0:
		case r.State == Suppressed:
			suppressed++
		case least < 0 || r.Count < regions[least].Count:
			least = i
		}
	}
	if suppressed != 1 || least < 0 {
		return false
	}
	regions[least] = Overlap{Measure: Region, Members: regions[least].Members, State: Suppressed}
	return true
}

// Figures are all figures of a run: the counts of [CircleGate.Release], and the
// pairs and the reach that follow from regions.
func (g *CircleGate) Figures(counts []Overlap) ([]Overlap, error) {
	if len(counts) != len(g.Counts()) {
		return nil, fmt.Errorf("policy: %d counts of a group, of %d", len(counts), len(g.Counts()))
	}
	out := append([]Overlap{}, counts...)
	for i := range out {
		if out[i].State == Noised {
			out[i].SD = g.sd(1)
		}
	}
	if !g.wanted.Regions {
		return out, nil
	}
	for _, s := range g.wanted.sums() {
		out = append(out, g.sum(s, counts))
	}
	return out, nil
}

// sum adds up the regions that belong to a pair or to the reach.
func (g *CircleGate) sum(s Overlap, regions []Overlap) Overlap {
	cells := int64(0)
	for _, r := range regions {
		switch {
		case s.Measure == Pair && r.Members&s.Members != s.Members:
		case r.State == Suppressed:
			s.Least = true
		default:
			s.Count, cells = s.Count+r.Count, cells+1
		}
	}
	if cells == 0 {
		return Overlap{Measure: s.Measure, Members: s.Members, State: Suppressed}
	}
	s.State, s.SD = Noised, g.sd(cells)
	return s
}

// sd is the standard deviation of the noise in the sum of so many counts.
func (g *CircleGate) sd(counts int64) float64 { return *root(times(g.spread, counts)) }
