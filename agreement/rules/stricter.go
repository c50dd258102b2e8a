package rules

import (
	"cmp"
	"slices"

	"mandorla/agreement/strict"
)

// Stricter gives for every rule the stricter of two. It does not matter which
// comes first, nor how often a rule is asked for.
func Stricter(a, b Rules) Rules {
	out := a
	if !b.Exact() {
		out.Noise = ""
	}
	mine, other := out.decimals(), b.decimals()
	for i, d := range mine {
		least := *d.value
		if other[i].value.Rat.Cmp(least.Rat) < 0 {
			least = *other[i].value
		}
		*d.value = strict.NewDecimal(least.Plain())
	}
	counts, others := out.counts(), b.counts()
	for i, c := range counts {
		if c.larger {
			*c.value = max(*c.value, *others[i].value)
		} else {
			*c.value = min(*c.value, *others[i].value)
		}
	}
	return out
}

// Raised lifts what is below its floor up to it. Rules that were agreed on for
// exact counts may be, once somebody asks for noise.
func (r Rules) Raised() Rules {
	out := r
	for _, c := range out.counts() {
		*c.value = max(*c.value, c.floor)
	}
	return out
}

// Compare says of one rule whether a is stricter than b (positive), laxer
// (negative) or equal.
func Compare(key string, a, b Rules) int {
	if key == "noise" {
		return cmp.Compare(exactness(b), exactness(a))
	}
	mine, other := a.decimals(), b.decimals()
	if i := slices.IndexFunc(mine, func(d decimal) bool { return d.key == key }); i >= 0 {
		return other[i].value.Rat.Cmp(mine[i].value.Rat)
	}
	counts, others := a.counts(), b.counts()
	i := slices.IndexFunc(counts, func(c count) bool { return c.key == key })
	if i < 0 {
		return 0
	}
	if counts[i].larger {
		return cmp.Compare(*counts[i].value, *others[i].value)
	}
	return cmp.Compare(*others[i].value, *counts[i].value)
}

func exactness(r Rules) int {
	if r.Exact() {
		return 1
	}
	return 0
}

// Contradiction names two rules that leave no run possible, empty where there
// are none.
func (r Rules) Contradiction() string {
	switch {
	case !r.Exact() && r.EpsilonPerRun.Rat.Cmp(r.EpsilonBudget.Rat) > 0:
		return "epsilon_per_run is more than epsilon_budget"
	case r.MaxRows < r.MinSetSize:
		return "max_rows is less than min_set_size"
	}
	return ""
}
