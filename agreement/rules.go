package agreement

import "go.yaml.in/yaml/v3"

// What rules may be: the table of DESIGN.md, and the three limits on load that
// it leaves to the agreement.
const (
	maxEpsilonPerRun = 4
	maxEpsilonBudget = 20
	gibibyte         = 1 << 30
)

// defaultRules are in force where the text says nothing.
func defaultRules() Rules {
	return Rules{
		MinGroupSize:   50,
		MinSetSize:     1000,
		MinSegmentRows: 100,
		MinListSize:    1000,
		EpsilonPerRun:  newDecimal("1"),
		EpsilonBudget:  newDecimal("10"),
		RunsPerWeek:    20,
		MinChange:      1000,
		RoundTo:        1,
		MaxRows:        100_000_000,
		MaxBytes:       256 * gibibyte,
		MaxRunsAtOnce:  4,
	}
}

// A countRule is a rule that is a whole number.
type countRule struct {
	key   string
	value *uint64
	floor uint64
	bytes bool // may be written with a unit
}

// counts lists the whole numbers among the rules in the order of the table, with
// the floors that hold for them.
func (r *Rules) counts() []countRule {
	groupFloor, listFloor := uint64(10), uint64(100)
	if r.Exact() {
		// Exact counts tell the members the number whatever k says (PROTOCOLS.md
		// §4.4), so they may set it to nothing.
		groupFloor, listFloor = 1, 1
	}
	return []countRule{
		{"min_group_size", &r.MinGroupSize, groupFloor, false},
		{"min_set_size", &r.MinSetSize, 100, false},
		{"min_segment_rows", &r.MinSegmentRows, 20, false},
		{"min_list_size", &r.MinListSize, listFloor, false},
		{"runs_per_week", &r.RunsPerWeek, 1, false},
		{"min_change", &r.MinChange, 100, false},
		{"round_to", &r.RoundTo, 1, false},
		{"max_rows", &r.MaxRows, 1, false},
		{"max_bytes", &r.MaxBytes, 1, true},
		{"max_runs_at_once", &r.MaxRunsAtOnce, 1, false},
	}
}

func (r *reader) rules(n *yaml.Node) Rules {
	rules := defaultRules()
	keys := []string{"noise", "epsilon_per_run", "epsilon_budget"}
	for _, c := range rules.counts() {
		keys = append(keys, c.key)
	}
	s := r.section(n, "rules", keys...)
	if v, ok := s.values["noise"]; ok {
		rules.Noise = r.oneOf(v, "rules.noise", NoiseNone)
	}
	for _, c := range rules.counts() {
		if v, ok := s.values[c.key]; ok {
			*c.value = r.countRule(v, s.at(c.key), c)
		}
	}
	if v, ok := s.values["epsilon_per_run"]; ok {
		rules.EpsilonPerRun = r.decimal(v, "rules.epsilon_per_run", maxEpsilonPerRun)
	}
	if v, ok := s.values["epsilon_budget"]; ok {
		rules.EpsilonBudget = r.decimal(v, "rules.epsilon_budget", maxEpsilonBudget)
	}
	r.checkRules(n, rules)
	return rules
}

func (r *reader) countRule(n *yaml.Node, field string, c countRule) uint64 {
	if c.bytes {
		return r.bytes(n, field, c.floor)
	}
	return r.count(n, field, c.floor)
}

func (r *reader) checkRules(n *yaml.Node, rules Rules) {
	if r.err == nil && rules.EpsilonPerRun.Rat.Cmp(rules.EpsilonBudget.Rat) > 0 {
		r.fail(n, "rules.epsilon_budget", "is less than one run spends; raise it or lower epsilon_per_run")
	}
	if r.err == nil && rules.MaxRows < rules.MinSetSize {
		r.fail(n, "rules.max_rows", "is less than min_set_size; no input could be used")
	}
}
