package bench

import (
	"mandorla/agreement"
	"mandorla/bench/floor"
)

// Operator finds an operator as it was measured on one core.
func (r *Report) Operator(name, library string) (floor.Operator, bool) {
	for _, o := range r.Operators {
		if o.Name == name && o.Library == library && o.Cores == 1 {
			return o, true
		}
	}
	return floor.Operator{}, false
}

// compare sets a run beside what was measured with it.
func (r *Report) compare(run *Run) {
	if run.Analysis != agreement.Aggregate {
		run.Arithmetic = r.arithmetic(run.Rounds[0])
	}
	run.OverArithmetic = ratio(&run.CPUSeconds, run.Arithmetic)
	for _, j := range r.Joins {
		if j.TableRows == run.Rows {
			run.OverJoin = ratio(&run.CPUSeconds, &j.CPUSeconds)
		}
	}
	for _, other := range r.Runs {
		if other.Analysis == agreement.Size && other.Rows == run.Rows {
			run.OverSize = ratio(&run.CPUSeconds, &other.CPUSeconds)
		}
	}
}

func ratio(a, b *float64) *float64 {
	if b == nil || *b == 0 {
		return nil
	}
	q := *a / *b
	return &q
}

// arithmetic is the CPU seconds of the group arithmetic that a run cannot do
// without: each node blinds its own rows and re-blinds the other's set, padded.
// It is nil if a node did not say how many those are.
func (r *Report) arithmetic(round Round) *float64 {
	blind, _ := r.Operator(floor.Blind, r.Engine)
	reblind, _ := r.Operator(floor.Reblind, r.Engine)
	sum := 0.0
	for _, n := range round.Nodes {
		own, theirs := uint64(0), uint64(0)
		for _, p := range n.Phases {
			switch p.Name {
			case ownSet:
				own = p.Rows
			case theirSet:
				theirs = p.Total
			}
		}
		if own == 0 || theirs == 0 {
			return nil
		}
		sum += blind.CPU*float64(own) + reblind.CPU*float64(theirs)
	}
	return &sum
}

// The phases in which a node blinds its own rows, and re-blinds the other's.
const (
	ownSet   = "blind"
	theirSet = "set"
)
