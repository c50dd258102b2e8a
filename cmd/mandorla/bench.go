package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/bench"
	"mandorla/bench/floor"
	"mandorla/bench/shape"
)

func benchCommand() *cli.Command {
	return &cli.Command{
		Name:      "bench",
		Usage:     "measure whole runs between two processes, beside the plain join and the bare arithmetic",
		UsageText: "mandorla bench --rows 100000,1000000 --analyses size,match --rounds 5 --out record",
		Flags: []cli.Flag{
			&cli.Uint64SliceFlag{Name: "rows", Value: cli.NewUint64Slice(10_000, 100_000), EnvVars: []string{"MANDORLA_ROWS"}, Usage: "rows of each table, one or several `SIZES`"},
			&cli.Float64Flag{Name: "overlap", Value: 0.1, EnvVars: []string{"MANDORLA_OVERLAP"}, Usage: "share of the customers that both have"},
			&cli.StringSliceFlag{Name: "analyses", Value: cli.NewStringSlice(bench.Analyses()[:3]...), EnvVars: []string{"MANDORLA_ANALYSES"}, Usage: "what to run"},
			&cli.IntFlag{Name: "rounds", Value: 1, EnvVars: []string{"MANDORLA_ROUNDS"}, Usage: "how often; the figures are medians"},
			&cli.StringFlag{Name: "network", Value: "none", EnvVars: []string{"MANDORLA_NETWORK"}, Usage: "a `MODEL` to slow loopback down to: none, 10mbit, 1gbit, with the latency of one way 100mbit/20ms"},
			&cli.StringFlag{Name: "out", EnvVars: []string{"MANDORLA_OUT"}, Usage: "the `FOLDER` to keep the figures and their pictures in"},
			memoryFlag(), seedFlag(), formatFlag("table", "json"),
		},
		Subcommands: []*cli.Command{
			insideCommand(bench.VerbRespond, bench.Respond),
			insideCommand(bench.VerbInitiate, bench.Initiate),
		},
		Action: runBench,
	}
}

func runBench(c *cli.Context) error {
	if err := only(c); err != nil {
		return err
	}
	format, err := oneOf(c, "format", "table", "json")
	if err != nil {
		return err
	}
	o, err := benchOptions(c)
	if err != nil {
		return err
	}
	report, err := bench.Start(c.Context, o)
	if err != nil {
		return err
	}
	if format == "json" {
		return json.NewEncoder(c.App.Writer).Encode(report)
	}
	return printBench(c.App.Writer, report)
}

// leastBenchRows is how many rows there have to be for an agreement to allow
// every analysis.
const leastBenchRows = 1000

func benchOptions(c *cli.Context) (bench.Options, error) {
	bytes, err := memory(c)
	if err != nil {
		return bench.Options{}, err
	}
	debug.SetMemoryLimit(math.MaxInt64) // the limit is the nodes', not this process's
	o := bench.Options{Rows: c.Uint64Slice("rows"), Overlap: c.Float64("overlap"), Seed: c.Uint64("seed"),
		Analyses: c.StringSlice("analyses"), Rounds: c.Int("rounds"), Memory: bytes, Out: c.String("out"),
		Process: process, Say: func(line string) { fmt.Fprintln(c.App.ErrWriter, "·", line) }}
	if o.Network, err = shape.Parse(c.String("network")); err != nil {
		return o, usage("--network: %w", err)
	}
	slices.Sort(o.Rows)
	o.Rows = slices.Compact(o.Rows)
	if len(o.Rows) == 0 || o.Rows[0] < leastBenchRows {
		return o, usage("--rows: at least %d", leastBenchRows)
	}
	if !(o.Overlap >= 0 && o.Overlap <= 1) {
		return o, usage("--overlap: between 0 and 1")
	}
	if o.Rounds < 1 {
		return o, usage("--rounds: at least 1")
	}
	for i, a := range o.Analyses {
		if !slices.Contains(bench.Analyses(), a) || slices.Contains(o.Analyses[:i], a) {
			return o, usage("--analyses: %q; use each of %s once at most", a, strings.Join(bench.Analyses(), ", "))
		}
	}
	return o, nil
}

// process is this very program as one of the nodes. It goes by the name that this
// one was called by.
func process(ctx context.Context, verb string, t bench.Task) *exec.Cmd {
	program, err := os.Executable()
	cmd := exec.CommandContext(ctx, program, "bench", verb, "--dir", t.Dir, "--agreement", t.Agreement,
		"--analysis", t.Analysis, "--memory", fmt.Sprint(t.Memory))
	cmd.Args[0] = os.Args[0]
	if err != nil {
		cmd.Err = err
	}
	return cmd
}

// insideCommand is what such a process does. Nobody types it.
func insideCommand(verb string, do func(context.Context, bench.Inside) error) *cli.Command {
	return &cli.Command{
		Name:   verb,
		Usage:  "be one of the two nodes that bench measures",
		Hidden: true,
		Flags:  []cli.Flag{dirFlag(), agreementFlag(), memoryFlag(), &cli.StringFlag{Name: "analysis"}},
		Action: func(c *cli.Context) error {
			bytes, err := memory(c)
			if err != nil {
				return err
			}
			t := bench.Task{Dir: c.String("dir"), Agreement: c.String("agreement"), Analysis: c.String("analysis"), Memory: bytes}
			return do(c.Context, bench.Inside{Task: t, Build: build(), In: os.Stdin, Out: c.App.Writer, Err: c.App.ErrWriter})
		},
	}
}

// printBench is a report for people.
func printBench(w io.Writer, r *bench.Report) error {
	fmt.Fprintf(w, "engine %s, %d cores, network %s, seed %d, medians of %d\n\n", r.Engine, r.Cores, r.Network, r.Seed, r.Rounds)
	p := newPage(w)
	p.line("operator", "by", "cores", "µs a row", "CPU µs a row", "rows/s", "CPU of circl")
	for _, o := range r.Operators {
		other, _ := r.Operator(o.Name, floor.Circl)
		p.line(o.Name, o.Library, o.Cores, fmt.Sprintf("%.2f", 1e6*o.Seconds), fmt.Sprintf("%.2f", 1e6*o.CPU), perSecond(1, o.Seconds), fmt.Sprintf("%.1f ×", other.CPU/o.CPU))
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	return printRuns(w, r)
}

func printRuns(w io.Writer, r *bench.Report) error {
	fmt.Fprintln(w)
	p := newPage(w)
	p.line("run", "rows", "found", "of", "seconds", "CPU s", "peak MiB", "bytes", "bytes a row", "CPU over arithmetic", "over plain join", "over size")
	for _, j := range r.Joins {
		p.line("plain join", j.TableRows, j.Count, j.Count, fmt.Sprintf("%.2f", j.Seconds), fmt.Sprintf("%.2f", j.CPUSeconds), "–", "–", "–", "–", "1.00 ×", "–")
	}
	for _, run := range r.Runs {
		p.line(run.Analysis, run.Rows, run.Count, run.Truth, fmt.Sprintf("%.2f", run.Seconds), fmt.Sprintf("%.2f", run.CPUSeconds), run.PeakRSS>>20,
			run.Bytes, run.Bytes/(2*run.Rows), arithmetic(run), times(run.OverJoin), times(run.OverSize))
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	p.line("run", "rows", "phase, of both nodes", "rows", "seconds", "CPU s", "rows/s")
	for _, run := range r.Runs {
		for _, ph := range run.Phases {
			p.line(run.Analysis, run.Rows, ph.Name, ph.Rows, fmt.Sprintf("%.2f", ph.Seconds), fmt.Sprintf("%.2f", ph.CPUSeconds), perSecond(ph.Rows, ph.Seconds))
		}
	}
	return p.w.Flush()
}

// arithmetic is how much more a run takes than the group's arithmetic alone.
func arithmetic(r bench.Run) string {
	if r.Arithmetic == nil {
		return "–"
	}
	return fmt.Sprintf("%s of %.2f s", times(r.OverArithmetic), *r.Arithmetic)
}

// times is a ratio that may be missing.
func times(ratio *float64) string {
	if ratio == nil {
		return "–"
	}
	return fmt.Sprintf("%.2f ×", *ratio)
}

// perSecond is a rate, where there is one.
func perSecond(rows uint64, seconds float64) string {
	if rows == 0 || seconds == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f", float64(rows)/seconds)
}
