package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/bench/demo"
	"mandorla/bench/synth"
	"mandorla/node"
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
		if run.Airline.Cells != nil {
			continue
		}
		p.line(run.Analysis, r.Truth.Count, figure(run.Airline.Count), figure(run.Bank.Count))
		for i, l := range run.Airline.Levels {
			p.line("  by "+l.Type, r.Truth.Levels[i].Count, figure(l.Count), figure(run.Bank.Levels[i].Count))
		}
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	for _, run := range r.Runs {
		if run.Airline.Cells != nil {
			if err := printCross(w, r.Truth, run.Airline); err != nil {
				return err
			}
		}
	}
	fmt.Fprintf(w, `
What each side learnt
  size       both nodes learnt the number of shared customers, in all and by identifier,
             exactly: the agreement says noise: none. Neither learnt who they are.
  match      the airline learnt which of its own rows the bank has too, by which identifier;
             the bank learnt nothing but the airline's padded number of rows.
  aggregate  both nodes learnt the cross-table above and nothing more exact: each added
             noise that the other cannot take off, and cells that may be small are hidden.
  always     each node learnt the other's number of rows, padded to 10,000 at least; a node
             that puts a guess into its own table learns whether the guess was right.

%s holds every file: both tables and truth.json, each node's folder with its
results and signed receipts, and the agreement. Look at %s,
or go on by hand:
  mandorla agreement show %s/agreement.yaml
  mandorla serve --dir %s/bank
  mandorla run size --agreement %s/agreement.yaml --dir %s/airline --preview

%.1f seconds
`, r.Dir, matches(r), r.Dir, r.Dir, r.Dir, r.Dir, r.Seconds)
	return nil
}

// figure is a number that a node may not have.
func figure(n *uint64) string {
	if n == nil {
		return "–"
	}
	return fmt.Sprint(*n)
}

// matches is where the list of matched rows is.
func matches(r *demo.Report) string {
	for _, run := range r.Runs {
		if run.Airline.Matches != "" {
			return run.Airline.Matches
		}
	}
	return r.Dir
}

// printCross sets a cross-table beside the truth: the error that it promised,
// as two standard deviations, and the error that it made.
func printCross(w io.Writer, truth synth.Truth, r *node.Result) error {
	fmt.Fprintf(w, "\naggregate, for epsilon %s of the budget: customers and their mean spend, by %s\n\n", r.Epsilon, strings.Join(r.Cells.Dimensions, " × "))
	p := newPage(w)
	p.line("tier", "product", "truth", "found", "promised", "error", "mean spend", "found", "promised", "error")
	for _, row := range r.Cells.Rows {
		names := keyNames(row.Keys)
		cell := trueCell(truth, names[0], names[1])
		mean := float64(cell.CardholderCents) / 100 / float64(max(cell.Count, 1))
		line := []any{names[0], names[1], cell.Count}
		line = append(line, beside(float64(cell.Count), countOf(row), row.SD)...)
		line = append(line, fmt.Sprintf("%.2f", mean))
		line = append(line, beside(mean, row.Measures[0].Mean, row.Measures[0].MeanSD)...)
		p.line(line...)
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d cells are suppressed: their noisy counts are below %d\n", r.Cells.Suppressed, r.Cells.Threshold)
	return err
}

// beside is a figure, what it promised and by how much it is off.
func beside(truth float64, found, sd *float64) []any {
	if found == nil || sd == nil {
		return []any{"–", "", ""}
	}
	return []any{number(found), fmt.Sprintf("±%.2f", 2**sd), fmt.Sprintf("%+.2f", *found-truth)}
}

func countOf(row node.CellRow) *float64 {
	if row.Count == nil {
		return nil
	}
	n := float64(*row.Count)
	return &n
}

func trueCell(truth synth.Truth, tier, product string) (none synth.Cell) {
	for _, c := range truth.Cells {
		if c.Tier == tier && c.Product == product {
			return c
		}
	}
	return none
}
