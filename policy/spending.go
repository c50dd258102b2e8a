package policy

import (
	"errors"
	"fmt"
	"math/big"

	"mandorla/crypto/noise"
)

// delta is the δ of every count (PROTOCOLS.md §1.10): 2^-40.
var delta = new(big.Rat).SetFrac64(1, 1<<40)

// A Spending is how one side's ε of a run is divided (PROTOCOLS.md §5.5). It is
// what the other side, and whoever reads the result, may learn about this
// side's rows.
type Spending struct {
	Levels  int      // identifier levels L; one row changes one entry of each
	Columns int      // columns of integers that are summed, of both sides together
	Cell    *big.Rat // ε0: of the count of one cell at one level
	Column  *big.Rat // ε_c: of the sums of one column; nil without columns
	Scale   *big.Rat // of the discrete Laplace noise in a column bounded by Q; nil without columns
}

// Split divides ε: all of it goes to the counts, or half where there are
// columns, and the other half to these. The levels share what the counts get.
// Columns are all that a measure is encoded in ([Measure.Columns]): each of
// them says something about a row.
func Split(epsilon *big.Rat, levels, columns int) (Spending, error) {
	switch {
	case epsilon == nil || epsilon.Sign() <= 0:
		return Spending{}, errors.New("policy: ε lies above 0; raise epsilon_per_run")
	case levels < 1:
		return Spending{}, errors.New("policy: a run has at least one identifier level")
	case columns < 0:
		return Spending{}, errors.New("policy: a run has no fewer than 0 columns")
	}
	s := Spending{Levels: levels, Columns: columns}
	counts := epsilon
	if columns > 0 {
		counts = over(epsilon, 2)
		s.Column = over(counts, int64(columns))
		s.Scale = scale(levels, Q, s.Column)
	}
	s.Cell = over(counts, int64(levels))
	return s, nil
}

// Total is what all counts and columns spend together.
func (s Spending) Total() *big.Rat {
	sum := times(s.Cell, int64(s.Levels))
	if s.Column != nil {
		sum.Add(sum, times(s.Column, int64(s.Columns)))
	}
	return sum
}

// Law is the law of the dummies in each cell at each level.
func (s Spending) Law() (noise.Law, error) {
	law, err := noise.NewLaw(s.Cell, delta, 1)
	if err != nil {
		return noise.Law{}, fmt.Errorf("policy: dummies for ε of a cell; change epsilon_per_run: %w", err)
	}
	return law, nil
}

// scale is the scale of the noise in the sums of a column: a row changes as
// many of them as there are levels, each by as much as the bound.
func scale(levels int, bound int64, epsilon *big.Rat) *big.Rat {
	return new(big.Rat).Quo(whole(int64(levels)*bound), epsilon)
}
