package aggregate

import (
	"crypto/rand"
	"fmt"
	"math/big"

	"mandorla/crypto/noise"
	"mandorla/match"
)

// drawn is all of this node's noise. It is drawn before the run's first
// message, for how long a draw takes depends on what is drawn.
type drawn struct {
	dummies  [][]uint64 // per level and cell: how many of the own pool are inserted
	chosen   []bool     // which, in the pool's order
	ownSums  [][]int64  // per group and own column, for RESULT
	peerSums [][]int64  // per group and the peer's column, for CELLS
}

func draw(g grid) (d drawn, err error) {
	if err := d.drawDummies(g); err != nil {
		return d, err
	}
	if d.ownSums, err = drawSums(g, g.own.Values); err != nil {
		return d, err
	}
	d.peerSums, err = drawSums(g, g.peer.Values)
	return d, err
}

func (d *drawn) drawDummies(g grid) error {
	d.dummies = table(g)
	n := perCell(g.own)
	if n == 0 {
		return nil
	}
	law, err := noise.NewTDL(g.own.Dummies)
	if err != nil {
		return fmt.Errorf("aggregate: the law of the dummies: %w", err)
	}
	for _, level := range d.dummies {
		for cell := range level {
			level[cell] = uint64(law.Draw())
			subset, err := choose(n, int(level[cell]))
			if err != nil {
				return err
			}
			d.chosen = append(d.chosen, subset...)
		}
	}
	return nil
}

// choose draws a subset of d of n numbers, each as likely as any other.
func choose(n, d int) ([]bool, error) {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	subset := make([]bool, n)
	for i := range d {
		j, err := rand.Int(rand.Reader, big.NewInt(int64(n-i)))
		if err != nil {
			return nil, err
		}
		at := i + int(j.Int64())
		order[i], order[at] = order[at], order[i]
		subset[order[i]] = true
	}
	return subset, nil
}

// drawSums draws a number for each group and column.
func drawSums(g grid, values []match.Value) ([][]int64, error) {
	out := make([][]int64, g.groupCount)
	for group := range out {
		out[group] = make([]int64, len(values))
	}
	for column, v := range values {
		if v.Scale == nil {
			continue
		}
		law, err := noise.NewLaplace(v.Scale)
		if err != nil {
			return nil, fmt.Errorf("aggregate: the noise of a sum: %w", err)
		}
		for group := range out {
			out[group][column] = law.Draw()
		}
	}
	return out, nil
}

// table is a count of zero for each level and cell.
func table(g grid) [][]uint64 {
	out := make([][]uint64, g.levels)
	for level := range out {
		out[level] = make([]uint64, g.cells())
	}
	return out
}
