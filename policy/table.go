package policy

import (
	"errors"
	"fmt"
	"slices"
)

// Cells is the table of a run as its nodes hold it: numbers, of cells in an
// order that both know.
type Cells struct {
	Dimensions []string
	Labels     [][]string // of each cell, its code of every dimension
	Levels     [][]int64  // of each level and cell, the noisy count
	Measures   []Measure
	// Sums are, of each cell, the noisy sums of the columns of all measures
	// ([Measure.Columns]), in order; nil where the gate decided against it, and
	// all nil where there are no measures.
	Sums [][]int64
}

// check sees that the table is whole, and of a run with this noise.
func (c Cells) check(n Noise) error {
	if len(c.Levels) != n.counts() {
		return fmt.Errorf("policy: counts of %d levels, of %d", len(c.Levels), n.counts())
	}
	for l, counts := range c.Levels {
		if len(counts) != len(c.Labels) {
			return fmt.Errorf("policy: level %d: counts of %d cells, of %d", l, len(counts), len(c.Labels))
		}
	}
	for i, labels := range c.Labels {
		if len(labels) != len(c.Dimensions) {
			return fmt.Errorf("policy: cell %d: labels of %d dimensions, of %d", i, len(labels), len(c.Dimensions))
		}
	}
	if len(c.Measures) == 0 {
		return nil
	}
	if len(c.Sums) != len(c.Labels) {
		return fmt.Errorf("policy: sums of %d cells, of %d", len(c.Sums), len(c.Labels))
	}
	if n.Helper == nil && (len(n.Laws) == 1 || (len(n.Laws) == 0) != (n.Column == nil)) {
		return errors.New("policy: sums carry the noise of both sides, or none where counts are exact")
	}
	return nil
}

// counts are the noisy counts of the cells, over all levels.
func (c Cells) counts() []int64 {
	sums := make([]int64, len(c.Labels))
	for _, level := range c.Levels {
		for i, n := range level {
			sums[i] += n
		}
	}
	return sums
}

// Table gates a table. A cell that falls short is suppressed with all that is
// known of it; so is a measure in a cell where fewer rows than the least group
// have a value. Rounding is for the reader: margins, sums and means are made of
// counts that are not rounded.
func (g *CellGate) Table(c Cells) (*TableRelease, error) {
	if err := g.use(); err != nil {
		return nil, err
	}
	if err := c.check(g.noise); err != nil {
		return nil, err
	}
	if g.exact != nil && len(c.Measures) > 0 {
		return nil, errors.New("policy: with a helper and without noise there are no sums")
	}
	b := &tableBuilder{CellGate: g, Cells: c}
	for _, m := range c.Measures {
		r, err := g.reading(m)
		if err != nil {
			return nil, err
		}
		b.readings = append(b.readings, r)
	}
	tallies, err := b.tallies()
	if err != nil {
		return nil, err
	}
	return b.build(tallies), nil
}

// A tally is what adds up over released cells.
type tally struct {
	cells, count int64
	moments      []moments // of each measure, over the cells that show it
}

func (t *tally) add(o tally) {
	t.cells += o.cells
	t.count += o.count
	for i, m := range o.moments {
		t.moments[i].add(m)
	}
}

// A tableBuilder makes a release of a table.
type tableBuilder struct {
	*CellGate
	Cells
	readings []reading // of the measures
}

func (b *tableBuilder) newTally() tally { return tally{moments: make([]moments, len(b.readings))} }

// tallies are those of the cells; a suppressed one is of nothing.
func (b *tableBuilder) tallies() ([]tally, error) {
	counts := b.counts()
	all := make([]tally, len(counts))
	for i, release := range b.Decide(counts) {
		all[i] = b.newTally()
		if err := b.checkSums(i, release); err != nil {
			return nil, err
		}
		if release {
			all[i].cells, all[i].count = 1, counts[i]
			b.take(&all[i], i)
		}
	}
	return all, nil
}

// checkSums sees that a cell has the sums that its release asks for, and no
// others.
func (b *tableBuilder) checkSums(cell int, release bool) error {
	if len(b.readings) == 0 {
		return nil
	}
	want := 0
	for _, r := range b.readings {
		want += r.columns
	}
	if !release {
		want = 0
	}
	if got := len(b.Sums[cell]); got != want {
		return fmt.Errorf("policy: cell %d: %d sums, where the gate lets %d through", cell, got, want)
	}
	return nil
}

// take takes a cell's sums into its tally, of the measures that it shows.
func (b *tableBuilder) take(t *tally, cell int) {
	at := 0
	for i, r := range b.readings {
		m := r.moments(t.count, b.Sums[cell][at:at+r.columns])
		if m.rows >= int64(b.rules.MinGroup) {
			t.moments[i] = m
		}
		at += r.columns
	}
}

func (b *tableBuilder) build(tallies []tally) *TableRelease {
	t := &TableRelease{dimensions: slices.Clone(b.Dimensions)}
	for _, m := range b.Measures {
		t.measures = append(t.measures, m.Column)
	}
	total := b.newTally()
	for i, one := range tallies {
		t.rows = append(t.rows, Row{b.line(one), slices.Clone(b.Labels[i])})
		total.add(one)
	}
	t.total = b.line(total)
	for d := range b.Dimensions {
		t.margins = append(t.margins, b.margins(d, tallies)...)
	}
	return t
}

// margins are those of a dimension.
func (b *tableBuilder) margins(d int, tallies []tally) (out []Margin) {
	var codes []string
	sums := map[string]*tally{}
	for i, one := range tallies {
		code := b.Labels[i][d]
		if sums[code] == nil {
			sum := b.newTally()
			codes, sums[code] = append(codes, code), &sum
		}
		sums[code].add(one)
	}
	for _, code := range codes {
		out = append(out, Margin{b.line(*sums[code]), b.Dimensions[d], code})
	}
	return out
}

// line is a tally as it may be seen.
func (b *tableBuilder) line(t tally) Line {
	l := Line{state: Suppressed, figures: make([]Figures, len(b.readings))}
	if t.cells == 0 {
		return l
	}
	l.state, l.count, l.sd = b.state(), b.rules.round(uint64(t.count)), root(b.variance(t.cells))
	for i, r := range b.readings {
		l.figures[i] = r.figures(t.moments[i])
	}
	return l
}
