package rules

import (
	"go.yaml.in/yaml/v3"

	"mandorla/agreement/strict"
)

// Read reads the rules of an agreement. What they leave out has its default;
// what lies beyond a floor or a ceiling is an error.
func Read(r *strict.Reader, n *yaml.Node) Rules {
	rules := Defaults()
	s := r.Section(n, "rules", Keys()...)
	if v, ok := s.Has("noise"); ok {
		rules.Noise = r.OneOf(v, "rules.noise", NoiseNone)
	}
	readNumbers(s, &rules)
	if r.Err() == nil && rules.EpsilonPerRun.Rat.Cmp(rules.EpsilonBudget.Rat) > 0 {
		r.Fail(n, "rules.epsilon_budget", "is less than one run spends; raise it or lower epsilon_per_run")
	}
	if r.Err() == nil && rules.MaxRows < rules.MinSetSize {
		r.Fail(n, "rules.max_rows", "is less than min_set_size; no input could be used")
	}
	return rules
}

// ReadOwn reads the rules that a node asks for in every run. What they leave out
// limits nothing.
func ReadOwn(r *strict.Reader, n *yaml.Node) Rules {
	rules := Laxest()
	s := r.Section(n, "rules", Keys()...)
	if v, ok := s.Has("noise"); ok {
		r.OneOf(v, "rules.noise", noiseNeeded)
		rules.Noise = ""
	}
	readNumbers(s, &rules)
	return rules
}

func readNumbers(s strict.Section, rules *Rules) {
	for _, c := range rules.counts() {
		if v, ok := s.Has(c.key); ok {
			*c.value = readCount(s, v, c)
		}
	}
	for _, d := range rules.decimals() {
		if v, ok := s.Has(d.key); ok {
			*d.value = s.Decimal(v, s.At(d.key), d.ceiling)
		}
	}
}

func readCount(s strict.Section, n *yaml.Node, c count) uint64 {
	if c.bytes {
		return s.Bytes(n, s.At(c.key), c.floor)
	}
	return s.Count(n, s.At(c.key), c.floor)
}
