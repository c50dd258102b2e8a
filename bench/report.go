package bench

import (
	"mandorla/bench/floor"
	"mandorla/bench/meter"
)

// A Report is everything that was measured (DESIGN.md, "The command line").
type Report struct {
	Engine    string           `json:"engine"`
	Cores     int              `json:"cores"`
	Network   string           `json:"network"`
	Memory    int64            `json:"memory"` // bytes that each node may take
	Seed      uint64           `json:"seed"`
	Rounds    int              `json:"rounds"`
	Runs      []Run            `json:"runs"`
	Joins     []Join           `json:"plain_joins"`
	Operators []floor.Operator `json:"operators"`
}

// A Run is one analysis over tables of one size: medians of its rounds. The
// ratios are null where they cannot be had.
type Run struct {
	Analysis   string  `json:"analysis"`
	Rows       uint64  `json:"rows"` // of each table
	Overlap    float64 `json:"overlap"`
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	PeakRSS    int64   `json:"peak_rss"`
	Bytes      uint64  `json:"bytes"`
	Phases     []Phase `json:"phases"`

	Count          uint64   `json:"count"` // as the node that started the run reports it
	Truth          uint64   `json:"truth"` // of what is released
	Suppressed     int      `json:"suppressed"`
	Arithmetic     *float64 `json:"arithmetic_cpu_seconds"`
	OverArithmetic *float64 `json:"cpu_over_arithmetic"`
	OverJoin       *float64 `json:"cpu_over_plain_join"`
	OverSize       *float64 `json:"cpu_over_size"`
	Rounds         []Round  `json:"rounds"`
}

// A Phase is a part of a run, of both nodes together.
type Phase struct {
	Name       string  `json:"name"`
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	Rows       uint64  `json:"rows"`
}

// A Round is a run as it was measured once.
type Round struct {
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	PeakRSS    int64   `json:"peak_rss"`
	Bytes      uint64  `json:"bytes"`
	Nodes      []Node  `json:"nodes"`

	finding finding
}

// A Node is one of the two processes.
type Node struct {
	Member     string        `json:"member"`
	Seconds    float64       `json:"seconds"`
	CPUSeconds float64       `json:"cpu_seconds"`
	PeakRSS    int64         `json:"peak_rss"`
	Phases     []meter.Phase `json:"phases"`

	record meter.Record
}

// A Join is the plain join of both tables of one size.
type Join struct {
	TableRows  uint64  `json:"rows"` // of each table
	Seconds    float64 `json:"seconds"`
	CPUSeconds float64 `json:"cpu_seconds"`
	Count      uint64  `json:"count"`
}
