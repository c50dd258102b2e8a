// Package rules holds the limits on what may leave a run, as agreements write
// them under rules and as a node writes its own into policy.yaml (DESIGN.md, the
// table under "An agreement"): their values, defaults and floors, which of two is
// the stricter, and what they say in words.
//
// It applies no rule to any data.
package rules

import (
	"slices"
	"strconv"

	"mandorla/agreement/strict"
)

// Rules are the limits on what may leave a run.
type Rules struct {
	MinGroupSize   uint64         // people behind a cell
	MinSetSize     uint64         // eligible rows a side
	MinSegmentRows uint64         // own rows behind a code of a dimension
	MinListSize    uint64         // rows in a list result
	EpsilonPerRun  strict.Decimal // privacy budget that one run spends
	EpsilonBudget  strict.Decimal // privacy budget of the pair of datasets, for good
	RunsPerWeek    uint64         // runs in seven days
	MinChange      uint64         // rows by which an input differs from an earlier one
	RoundTo        uint64         // released counts are multiples of it
	Noise          string         // NoiseNone, or empty: noise is added
	MaxRows        uint64         // rows a side may bring
	MaxBytes       uint64         // bytes one run may send, a side
	MaxRunsAtOnce  uint64         // runs of this agreement at one time
}

// NoiseNone is the word under noise that makes counts exact.
const NoiseNone = "none"

// noiseNeeded is the word under noise by which a node's own rules ask for it.
const noiseNeeded = "required"

// Exact reports whether counts carry no noise.
func (r Rules) Exact() bool { return r.Noise == NoiseNone }

const (
	maxEpsilonPerRun = 4
	maxEpsilonBudget = 20
	gibibyte         = 1 << 30
)

// Defaults are in force where an agreement says nothing.
func Defaults() Rules {
	return Rules{
		MinGroupSize:   50,
		MinSetSize:     1000,
		MinSegmentRows: 100,
		MinListSize:    1000,
		EpsilonPerRun:  strict.NewDecimal("1"),
		EpsilonBudget:  strict.NewDecimal("10"),
		RunsPerWeek:    20,
		MinChange:      1000,
		RoundTo:        1,
		MaxRows:        100_000_000,
		MaxBytes:       256 * gibibyte,
		MaxRunsAtOnce:  4,
	}
}

// Laxest limits nothing: it is what a node asks for that has no rules of its own.
func Laxest() Rules {
	return Rules{
		EpsilonPerRun: strict.NewDecimal(strconv.Itoa(maxEpsilonPerRun)),
		EpsilonBudget: strict.NewDecimal(strconv.Itoa(maxEpsilonBudget)),
		RunsPerWeek:   strict.MaxCount,
		RoundTo:       1,
		Noise:         NoiseNone,
		MaxRows:       strict.MaxCount,
		MaxBytes:      strict.MaxCount,
		MaxRunsAtOnce: strict.MaxCount,
	}
}

// A count is a rule that is a whole number.
type count struct {
	key    string
	value  *uint64
	floor  uint64
	larger bool // the larger of two is the stricter
	bytes  bool // may be written with a unit
}

// counts lists the whole numbers among the rules in the order of the table, with
// the floors that hold for them.
func (r *Rules) counts() []count {
	groupFloor, listFloor := uint64(10), uint64(100)
	if r.Exact() {
		// Exact counts tell the members the number whatever k says (PROTOCOLS.md
		// §4.4), so they may set it to nothing.
		groupFloor, listFloor = 1, 1
	}
	return []count{
		{"min_group_size", &r.MinGroupSize, groupFloor, true, false},
		{"min_set_size", &r.MinSetSize, 100, true, false},
		{"min_segment_rows", &r.MinSegmentRows, 20, true, false},
		{"min_list_size", &r.MinListSize, listFloor, true, false},
		{"runs_per_week", &r.RunsPerWeek, 1, false, false},
		{"min_change", &r.MinChange, 100, true, false},
		{"round_to", &r.RoundTo, 1, true, false},
		{"max_rows", &r.MaxRows, 1, false, false},
		{"max_bytes", &r.MaxBytes, 1, false, true},
		{"max_runs_at_once", &r.MaxRunsAtOnce, 1, false, false},
	}
}

// A decimal is a rule that is a fraction; the smaller of two is the stricter.
type decimal struct {
	key     string
	value   *strict.Decimal
	ceiling int64
}

func (r *Rules) decimals() []decimal {
	return []decimal{
		{"epsilon_per_run", &r.EpsilonPerRun, maxEpsilonPerRun},
		{"epsilon_budget", &r.EpsilonBudget, maxEpsilonBudget},
	}
}

// Keys lists the rules in the order of the table.
func Keys() []string {
	keys := []string{"noise"}
	r := Rules{}
	for _, d := range r.decimals() {
		keys = append(keys, d.key)
	}
	for _, c := range r.counts() {
		keys = append(keys, c.key)
	}
	return keys
}

// Value is a rule as receipts and differences write it; 1 and 1.0 are the same.
// It is empty for noise that is added, and for a key that is no rule's.
func (r Rules) Value(key string) string {
	if key == "noise" {
		return r.Noise
	}
	decimals, counts := r.decimals(), r.counts()
	if i := slices.IndexFunc(decimals, func(d decimal) bool { return d.key == key }); i >= 0 {
		return decimals[i].value.Plain()
	}
	if i := slices.IndexFunc(counts, func(c count) bool { return c.key == key }); i >= 0 {
		return strconv.FormatUint(*counts[i].value, 10)
	}
	return ""
}
