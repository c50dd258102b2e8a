package aggregate

import (
	"fmt"
	"math/big"

	"mandorla/crypto/elgamal"
	"mandorla/crypto/noise"
	"mandorla/match"
)

// tail is how unlikely it is that honest noise is taken for a lie: 2^-60 for
// each sum.
var tail = new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), 60))

// limits is V16, for each group and column: as far from zero as so many values,
// and the noise of so many sides, can add up to. It is 0 for a group that is
// not released.
func (s *sums) limits(values []match.Value, noises int64) ([][]int64, error) {
	beyond := make([]int64, len(values))
	for c, v := range values {
		t, err := tailOf(v)
		if err != nil {
			return nil, err
		}
		beyond[c] = noises * t
	}
	out := make([][]int64, len(s.groups))
	for g := range out {
		out[g] = make([]int64, len(values))
		for c, v := range values {
			if s.groups[g].Released {
				out[g][c] = int64(s.raw[g])*v.Bound + beyond[c]
			}
		}
	}
	return out, nil
}

// tailOf is as far as the noise of one side takes a sum.
func tailOf(v match.Value) (int64, error) {
	if v.Scale == nil {
		return 0, nil
	}
	return noise.LaplaceTail(v.Scale, tail)
}

// checkLimits sees that every sum that can come about can be found again.
func (h *half) checkLimits() error {
	rows := int64(min(sum(h.ownRows()), sum(h.peerRows())))
	for _, side := range []match.Side{h.own, h.peer} {
		for _, v := range side.Values {
			t, err := tailOf(v)
			if err != nil {
				return fmt.Errorf("aggregate: the noise of a sum: %w", err)
			}
			if t > elgamal.MaxLimit || rows*v.Bound > elgamal.MaxLimit-t {
				return fmt.Errorf("aggregate: %d rows of values up to %d add up to more than can be decrypted", rows, v.Bound)
			}
		}
	}
	return nil
}

// within checks sums against their limits.
func within(sums, limits []int64) error {
	for c, n := range sums {
		if n > limits[c] || n < -limits[c] {
			return match.ErrSum
		}
	}
	return nil
}

// widest is the greatest of some limits.
func widest(limits []int64) (most int64) {
	for _, n := range limits {
		most = max(most, n)
	}
	return most
}

// steps is how many steps make the search of all sums cheapest.
func (s *sums) steps(limits [][]int64) int {
	work := new(big.Int)
	for _, row := range limits {
		work.Add(work, big.NewInt(2*int64(len(row))*widest(row)))
	}
	n := work.Sqrt(work)
	if !n.IsInt64() || n.Int64() > elgamal.MaxSteps {
		return elgamal.MaxSteps
	}
	return int(max(1, n.Int64()))
}
