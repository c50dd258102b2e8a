package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"mandorla/bench/floor"
	"mandorla/bench/shape"
	"mandorla/bench/synth"
	"mandorla/crypto/ristretto"
)

// ErrWrong is a run that found something else than the truth.
var ErrWrong = errors.New("bench: not the truth")

// Options say what to measure.
type Options struct {
	Rows     []uint64 // of each table; every size is measured
	Overlap  float64
	Seed     uint64
	Analyses []string // of [Analyses]
	Rounds   int
	Memory   int64 // bytes that each node may take
	Network  shape.Model
	Out      string // a folder for the report and its pictures; empty: none is kept

	// Process makes the command of a process that calls Respond or Initiate, as
	// the verb says, with what it is told. The end of the context kills it.
	Process func(ctx context.Context, verb string, t Task) *exec.Cmd
	Say     func(line string) // told of each step; may be nil
}

// The verbs of [Options.Process].
const (
	VerbRespond  = "respond"
	VerbInitiate = "initiate"
)

// Start measures, in a temporary folder of which nothing is left.
func Start(ctx context.Context, o Options) (_ *Report, err error) {
	if o.Say == nil {
		o.Say = func(string) {}
	}
	dir, err := os.MkdirTemp("", "mandorla-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	m := &measurement{Options: o, dir: dir, rounds: map[string][]Round{}}
	if err := m.tables(ctx); err != nil {
		return nil, err
	}
	for round := range o.Rounds {
		if err := m.round(ctx, round); err != nil {
			return nil, err
		}
	}
	r, err := m.report()
	if err != nil || o.Out == "" {
		return r, err
	}
	return r, r.Keep(o.Out)
}

// A measurement is all rounds.
type measurement struct {
	Options
	dir       string
	sizes     []*tables
	operators [][]floor.Operator // by round
	joins     [][]*floor.Joined  // by size, by round
	rounds    map[string][]Round // by key
}

// key names an analysis over tables of one size.
func key(analysis string, rows uint64) string { return fmt.Sprintf("%s-%d", analysis, rows) }

// tables makes the tables of every size.
func (m *measurement) tables(ctx context.Context) error {
	for _, rows := range m.Rows {
		m.Say(fmt.Sprintf("making two tables of %d rows", rows))
		t, err := makeTables(ctx, filepath.Join(m.dir, fmt.Sprint(rows)), synth.Options{Rows: rows, Overlap: m.Overlap, Seed: m.Seed})
		if err != nil {
			return err
		}
		m.sizes = append(m.sizes, t)
	}
	m.joins = make([][]*floor.Joined, len(m.sizes))
	return nil
}

// operatorTime is how long an operator is repeated in a round.
const operatorTime = 300 * time.Millisecond

// round measures everything once.
func (m *measurement) round(ctx context.Context, round int) error {
	say := func(format string, args ...any) {
		m.Say(fmt.Sprintf("round %d of %d: %s", round+1, m.Rounds, fmt.Sprintf(format, args...)))
	}
	say("operators")
	operators, err := floor.Operators(ctx, operatorTime)
	if err != nil {
		return err
	}
	m.operators = append(m.operators, operators)
	for i, t := range m.sizes {
		say("plain join, %d rows", t.rows)
		j, err := t.join(ctx)
		if err != nil {
			return err
		}
		m.joins[i] = append(m.joins[i], j)
		for _, analysis := range m.Analyses {
			say("%s, %d rows", analysis, t.rows)
			h := &house{dir: filepath.Join(m.dir, fmt.Sprintf("%s-%d", key(analysis, t.rows), round)), subject: subjectOf(analysis), tables: t}
			r, err := m.run(ctx, h)
			if err != nil {
				return fmt.Errorf("%s, %d rows: %w", analysis, t.rows, err)
			}
			m.rounds[key(analysis, t.rows)] = append(m.rounds[key(analysis, t.rows)], *r)
		}
	}
	return nil
}

// report puts the rounds together.
func (m *measurement) report() (*Report, error) {
	r := &Report{Engine: ristretto.Engine(), Cores: runtime.NumCPU(), Network: m.Network.String(), Memory: m.Memory,
		Seed: m.Seed, Rounds: m.Rounds, Runs: []Run{}, Operators: mediansOfOperators(m.operators)}
	for i, t := range m.sizes {
		r.Joins = append(r.Joins, medianJoin(t.rows, m.joins[i]))
		for _, analysis := range m.Analyses {
			run := medianRun(m.rounds[key(analysis, t.rows)])
			run.Analysis, run.Rows, run.Overlap = analysis, t.rows, m.Overlap
			run.found(t.truth)
			r.Runs = append(r.Runs, run)
		}
	}
	for i := range r.Runs {
		r.compare(&r.Runs[i])
	}
	return r, nil
}
