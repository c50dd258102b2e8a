package main

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"mandorla/bench/demo"
)

func demoCommand() *cli.Command {
	return &cli.Command{
		Name:      "demo",
		Usage:     "two companies, two nodes, one overlap, on this machine alone",
		UsageText: "mandorla demo --rows 10000 --out mandorla-demo",
		Flags: []cli.Flag{rowsFlag(10_000), overlapFlag(), seedFlag(),
			&cli.StringFlag{Name: "out", Value: "mandorla-demo", EnvVars: []string{"MANDORLA_OUT"}, Usage: "the `FOLDER` to leave every file in"},
			formatFlag("table", "json")},
		Action: runDemo,
	}
}

func runDemo(c *cli.Context) error {
	if err := only(c); err != nil {
		return err
	}
	format, err := oneOf(c, "format", "table", "json")
	if err != nil {
		return err
	}
	s, err := synthOptions(c)
	if err != nil {
		return err
	}
	bars := newBars(c.App.ErrWriter)
	report, err := demo.Start(c.Context, demo.Options{Synth: s, Dir: c.String("out"), Build: build(),
		Progress: bars.progress, Say: func(line string) {
			bars.end()
			fmt.Fprintln(c.App.ErrWriter, "·", line)
		}})
	bars.end()
	if err != nil {
		return err
	}
	if format == "json" {
		return json.NewEncoder(c.App.Writer).Encode(report)
	}
	return printDemo(c.App.Writer, report)
}

// printDemo sets what the nodes found beside the truth.
func printDemo(w io.Writer, r *demo.Report) error {
	fmt.Fprintln(w)
	p := newPage(w)
	p.line("", "truth", "airline's node", "bank's node")
	for _, run := range r.Runs {
		p.line(run.Analysis, r.Truth.Count, figure(run.Airline.Count), figure(run.Bank.Count))
		for i, l := range run.Airline.Levels {
			p.line("  by "+l.Type, r.Truth.Levels[i].Count, figure(l.Count), figure(run.Bank.Levels[i].Count))
		}
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, `
What each side learnt
  size    both nodes learnt the number of shared customers, in all and by identifier,
          exactly: the agreement says noise: none. Neither learnt who they are.
  match   the airline learnt which of its own rows the bank has too, by which identifier;
          the bank learnt nothing but the airline's padded number of rows.
  always  each node learnt the other's number of rows, padded to 10,000 at least; a node
          that puts a guess into its own table learns whether the guess was right.

%s holds every file: both tables and truth.json, each node's folder with its
results and signed receipts, and the agreement. Look at %s,
or go on by hand:
  mandorla agreement show %s/agreement.yaml
  mandorla serve --dir %s/bank
  mandorla run size --agreement %s/agreement.yaml --dir %s/airline --preview

%.1f seconds
`, r.Dir, r.Runs[len(r.Runs)-1].Airline.Matches, r.Dir, r.Dir, r.Dir, r.Dir, r.Seconds)
	return nil
}

// figure is a number that a node may not have.
func figure(n *uint64) string {
	if n == nil {
		return "–"
	}
	return fmt.Sprint(*n)
}
