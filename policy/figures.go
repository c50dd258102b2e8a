package policy

import (
	"fmt"
	"math/big"

	"mandorla/crypto/noise"
)

// Figures are what is released of a measure, over the rows that have a value:
// nil what is not.
type Figures struct{ sum, sumSD, mean, meanSD, variance *float64 }

// Sum is the sum of the values.
func (f Figures) Sum() *float64 { return f.sum }

// SumSD is the standard deviation of the noise in the sum.
func (f Figures) SumSD() *float64 { return f.sumSD }

// Mean is the mean of the values; nil also where the noise leaves too little of
// the number of rows.
func (f Figures) Mean() *float64 { return f.mean }

// MeanSD is the standard deviation of the noise in the mean, which is that of
// the sum and of the number of rows. It says nothing about how the values
// themselves are spread.
func (f Figures) MeanSD() *float64 { return f.meanSD }

// Variance is the variance of the values, 0 where the noise would make it less.
func (f Figures) Variance() *float64 { return f.variance }

// moments are the noisy sums of a measure over some cells.
type moments struct {
	cells  int64
	rows   int64 // that have a value
	first  int64 // sum of z
	second int64 // sum of z²/Q
}

func (m *moments) add(o moments) {
	m.cells += o.cells
	m.rows += o.rows
	m.first += o.first
	m.second += o.second
}

// A reading is how the sums of a measure are read (PROTOCOLS.md §5.4). All of it
// is rational up to the last step, so that two nodes read the same everywhere.
type reading struct {
	columns  int
	nullable bool
	mid      *big.Rat
	step     *big.Rat // what one step of z is worth: half/Q
	rows     *big.Rat // variance of the noise of one cell: in the number of rows that have a value,
	first    *big.Rat // and in the sum of z
}

func (g *CellGate) reading(m Measure) (r reading, err error) {
	if err := m.Check(); err != nil {
		return reading{}, err
	}
	r = reading{columns: len(m.Columns()), nullable: m.Nullable, mid: m.mid(), step: over(m.half(), Q), rows: g.variance(1)}
	if r.first, err = g.columnVariance(Q); err != nil {
		return reading{}, err
	}
	if m.Nullable {
		r.rows, err = g.columnVariance(1)
	}
	return r, err
}

// columnVariance is the variance of what all who add noise do to a sum of a column.
func (g *CellGate) columnVariance(bound int64) (*big.Rat, error) {
	if g.noise.Column == nil {
		return new(big.Rat), nil
	}
	v, err := noise.LaplaceVariance(scale(g.noise.Levels, bound, g.noise.Column))
	if err != nil {
		return nil, fmt.Errorf("policy: the noise of a sum: %w", err)
	}
	return times(short(v), g.noise.sides()), nil
}

// moments are the sums of one cell of the given count, from its columns.
func (r reading) moments(count int64, columns []int64) moments {
	m := moments{cells: 1, rows: count, first: columns[0], second: columns[1]}
	if r.nullable {
		m.rows = columns[2]
	}
	return m
}

// figures reads the sums of some cells; of none, there are no figures.
func (r reading) figures(m moments) (f Figures) {
	if m.cells == 0 {
		return f
	}
	f.sum, f.sumSD = float(r.sum(m)), root(r.sumVariance(m))
	if !r.divides(m) {
		return f
	}
	f.mean, f.meanSD = float(r.mean(m)), root(r.meanVariance(m))
	f.variance = float(r.variance(m))
	return f
}

// sum is half·S/Q + mid·n.
func (r reading) sum(m moments) *big.Rat {
	sum := times(r.step, m.first)
	return sum.Add(sum, times(r.mid, m.rows))
}

// sumVariance is (half/Q)²·Var S + mid²·Var n.
func (r reading) sumVariance(m moments) *big.Rat {
	v := product(r.step, r.step, r.firstVariance(m))
	return v.Add(v, product(r.mid, r.mid, r.rowsVariance(m)))
}

// divides reports whether a ratio to the number of rows is released: that is
// not below four standard deviations of its noise (PROTOCOLS.md §11.6).
func (r reading) divides(m moments) bool {
	n := whole(m.rows)
	return m.rows > 0 && product(n, n).Cmp(times(r.rowsVariance(m), 16)) >= 0
}

// ratio is S/n.
func (r reading) ratio(m moments) *big.Rat { return big.NewRat(m.first, m.rows) }

// mean is mid + half·S/(Q·n).
func (r reading) mean(m moments) *big.Rat {
	mean := product(r.step, r.ratio(m))
	return mean.Add(mean, r.mid)
}

// meanVariance is (half/(Q·n))²·(Var S + (S/n)²·Var n), by the delta method.
func (r reading) meanVariance(m moments) *big.Rat {
	v := product(r.ratio(m), r.ratio(m), r.rowsVariance(m))
	v.Add(v, r.firstVariance(m))
	each := over(r.step, m.rows)
	return product(v, each, each)
}

// variance is half²·(S2/(Q·n) - (S/(Q·n))²), or 0 if that is more.
func (r reading) variance(m moments) *big.Rat {
	v := big.NewRat(m.second, m.rows)
	v.Mul(v, whole(Q))
	v.Sub(v, product(r.ratio(m), r.ratio(m)))
	if v.Sign() < 0 {
		return v.SetInt64(0)
	}
	return product(v, r.step, r.step)
}

// rowsVariance is the variance of the noise in the number of rows.
func (r reading) rowsVariance(m moments) *big.Rat { return times(r.rows, m.cells) }

// firstVariance is the variance of the noise in the sum of z, and of the
// rounding of every z at its most, a quarter.
func (r reading) firstVariance(m moments) *big.Rat {
	v := times(r.first, m.cells)
	return v.Add(v, big.NewRat(max(m.rows, 0), 4))
}
