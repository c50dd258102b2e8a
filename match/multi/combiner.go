package multi

import (
	"fmt"

	"mandorla/crypto/noise"
	"mandorla/match"
	"mandorla/match/ring"
	"mandorla/match/wire"
)

// A combiner counts which tags are in which lists. It keeps the lists of a run
// in this node's temporary storage, and no result.
type combiner struct {
	match.Config
	g     *match.Circle
	lists *ring.Lists
}

func newCombiner(c match.Config) match.Machine {
	m := &combiner{Config: c, g: c.Circle, lists: ring.NewLists(c, ring.Burden{})}
	return match.NewPhases(m.lists.Begin(m.combine), func() (match.Outcome, error) { return match.Nothing{}, nil }, m.lists.Close)
}

// combine counts, and has the gate say what may leave.
func (m *combiner) combine() (*match.Phase, error) {
	regions, err := m.count()
	if err != nil {
		return nil, err
	}
	noisy, err := m.noisy(regions)
	clear(regions)
	if err != nil {
		return nil, err
	}
	figures, err := m.g.Release(noisy)
	if err != nil {
		return nil, fmt.Errorf("release: %w", err)
	}
	if len(figures) != len(m.g.Asked) {
		return nil, fmt.Errorf("release: %d figures of %d", len(figures), len(m.g.Asked))
	}
	return m.give(0, figures)
}

// noisy is the counts asked for with the run's noise: what is exact ends here.
func (m *combiner) noisy(regions []int64) ([]int64, error) {
	out := make([]int64, len(m.g.Asked))
	for i, f := range m.g.Asked {
		out[i] = f.Of(regions)
	}
	if m.g.Scale == nil {
		for i, n := range out { // exact counts are not below none
			out[i] = max(n, 0)
		}
		return out, nil
	}
	law, err := noise.NewLaplace(m.g.Scale)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i] += law.Draw()
	}
	return out, nil
}

// count is how many tags are in the lists of each set of members, and in no
// other. Fillers are in their own member's list alone.
func (m *combiner) count() ([]int64, error) {
	regions := make([]int64, 1<<len(m.g.Caps))
	if err := m.lists.Overlaps(func(held uint32) error { regions[held]++; return nil }); err != nil {
		return nil, err
	}
	return regions, m.unfill(regions)
}

// unfill takes off the fillers, where the members have told how many they are. What a
// member has told may be too small, and the region then comes to less than none: to end
// the run would tell that member whether its rows are at another.
func (m *combiner) unfill(regions []int64) error {
	for i, real := range m.g.Rows {
		if real > m.g.Caps[i] {
			return match.ErrCount
		}
		regions[1<<i] -= int64(m.g.Caps[i] - real)
	}
	return nil
}

// give tells the members, one after the other, what is released.
//
//	-> FIGURES to each member
func (m *combiner) give(member int, figures []match.Figure) (*match.Phase, error) {
	if member == len(m.g.Told) {
		return nil, nil
	}
	f := wire.Frame{Kind: wire.KindFigures, Level: uint8(member), Last: true, Columns: make([][]byte, len(figuresSchema))}
	if m.g.Told[member] {
		f = encode(figures)
		f.Level = uint8(member)
	}
	return &match.Phase{Name: "figures", Out: func() (wire.Frame, error) { return f, nil },
		Then: func() (*match.Phase, error) { return m.give(member+1, figures) }}, nil
}
