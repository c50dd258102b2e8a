package bench

import (
	"slices"

	"mandorla/bench/floor"
)

// A number is a figure of which there are medians.
type number interface{ ~int64 | ~uint64 | ~float64 }

// median is the middle of a list that is not empty, or between the two in the
// middle.
func median[T number](list []T) T {
	sorted := slices.Sorted(slices.Values(list))
	n := len(sorted)
	return sorted[(n-1)/2] + (sorted[n/2]-sorted[(n-1)/2])/2
}

// medianOf is the median of a figure of each of a list.
func medianOf[E any, T number](list []E, figure func(E) T) T {
	figures := make([]T, len(list))
	for i, e := range list {
		figures[i] = figure(e)
	}
	return median(figures)
}

// medianRun puts the rounds of a run together, figure by figure.
func medianRun(rounds []Round) Run {
	r := Run{Rounds: rounds,
		Seconds:    medianOf(rounds, func(r Round) float64 { return r.Seconds }),
		CPUSeconds: medianOf(rounds, func(r Round) float64 { return r.CPUSeconds }),
		PeakRSS:    medianOf(rounds, func(r Round) int64 { return r.PeakRSS }),
		Bytes:      medianOf(rounds, func(r Round) uint64 { return r.Bytes }),
	}
	phases := make([][]Phase, len(rounds))
	for i, round := range rounds {
		phases[i] = round.phases()
	}
	for _, p := range phases[0] {
		same := phasesNamed(phases, p.Name)
		r.Phases = append(r.Phases, Phase{Name: p.Name,
			Seconds:    medianOf(same, func(p Phase) float64 { return p.Seconds }),
			CPUSeconds: medianOf(same, func(p Phase) float64 { return p.CPUSeconds }),
			Rows:       medianOf(same, func(p Phase) uint64 { return p.Rows })})
	}
	return r
}

// phases adds up the phases of both nodes.
func (r Round) phases() (out []Phase) {
	for _, n := range r.Nodes {
		for _, p := range n.Phases {
			i := slices.IndexFunc(out, func(o Phase) bool { return o.Name == p.Name })
			if i < 0 {
				i = len(out)
				out = append(out, Phase{Name: p.Name})
			}
			out[i].Seconds += p.Seconds
			out[i].CPUSeconds += p.CPUSeconds
			out[i].Rows += p.Rows
		}
	}
	return out
}

func phasesNamed(rounds [][]Phase, name string) (out []Phase) {
	for _, phases := range rounds {
		for _, p := range phases {
			if p.Name == name {
				out = append(out, p)
			}
		}
	}
	return out
}

func medianJoin(rows uint64, rounds []*floor.Joined) Join {
	return Join{TableRows: rows, Count: rounds[0].Count,
		Seconds:    medianOf(rounds, func(j *floor.Joined) float64 { return j.Seconds }),
		CPUSeconds: medianOf(rounds, func(j *floor.Joined) float64 { return j.CPUSeconds })}
}

// mediansOfOperators puts rounds together that all have the same operators.
func mediansOfOperators(rounds [][]floor.Operator) []floor.Operator {
	out := slices.Clone(rounds[0])
	for i := range out {
		out[i].Seconds = medianOf(rounds, func(r []floor.Operator) float64 { return r[i].Seconds })
		out[i].CPU = medianOf(rounds, func(r []floor.Operator) float64 { return r[i].CPU })
	}
	return out
}
