package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

func runCommand() *cli.Command {
	return &cli.Command{
		Name:  "run",
		Usage: "one run with the partner's serving node",
		Subcommands: []*cli.Command{
			analysisCommand(agreement.Size, "how many customers both tables hold, not who",
				&cli.StringFlag{Name: "by", Value: agreement.Person, EnvVars: []string{"MANDORLA_BY"}, Usage: "count each `WHAT`: person or household"}),
			analysisCommand(agreement.Aggregate, "a cross-table of the shared customers, with sums, under noise",
				&cli.StringFlag{Name: "plot", EnvVars: []string{"MANDORLA_PLOT"}, Usage: "draw the counts as an SVG `FILE`: a heat map, or bars of one dimension"}),
			analysisCommand(agreement.Match, "which of the own rows the partner's table holds too", columnsFlag(), fullFlag()),
			analysisCommand(agreement.Append, "the own table with the partner's columns beside the rows that it holds too",
				&cli.BoolFlag{Name: "estimate", EnvVars: []string{"MANDORLA_ESTIMATE"},
					Usage: "do not append, but say about how many rows would get a value: a size run over a sample, which the agreement has to allow, and which spends what a whole one does"}, fullFlag()),
			suppressCommand(),
			netNamesCommand(),
			analysisCommand(agreement.Multi, "what the customers of several brands have in common, under noise",
				&cli.StringFlag{Name: "plot", EnvVars: []string{"MANDORLA_PLOT"}, Usage: "draw the regions, or else the pairs, as an UpSet plot: an SVG `FILE`"},
				&cli.StringFlag{Name: "matrix", EnvVars: []string{"MANDORLA_MATRIX"}, Usage: "draw the pairs as a matrix: an SVG `FILE`"},
				&cli.StringFlag{Name: "report", EnvVars: []string{"MANDORLA_REPORT"}, Usage: "also say in words which brands customers do not know belong together: `brands`"}),
			frequencyCapCommand(),
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("no analysis %q in this version; there are size, aggregate, match, append, suppress, net-names, multi and frequency-cap", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

// formats are the forms that a result can have.
var formats = []string{"table", "json", "csv", "parquet", "arrow"}

func analysisCommand(analysis, what string, flags ...cli.Flag) *cli.Command {
	return &cli.Command{
		Name:      strings.ReplaceAll(analysis, "_", "-"),
		Usage:     what,
		UsageText: fmt.Sprintf("mandorla run %s --agreement skyline.yaml --dir airline --preview", strings.ReplaceAll(analysis, "_", "-")),
		Flags: append(flags, agreementFlag(), dirFlag(), formatFlag(formats...), memoryFlag(),
			&cli.StringFlag{Name: "out", EnvVars: []string{"MANDORLA_OUT"}, Usage: "write the result to `FILE`; its ending says the format where --format does not"},
			&cli.BoolFlag{Name: "preview", EnvVars: []string{"MANDORLA_PREVIEW"}, Usage: "say what the run would take, and send nothing"}),
		Action: func(c *cli.Context) error { return runAnalysis(c, analysis) },
	}
}

func runAnalysis(c *cli.Context, analysis string) error {
	if err := only(c); err != nil {
		return err
	}
	out, err := readOutput(c)
	if err != nil {
		return err
	}
	if c.IsSet("by") {
		if _, err := oneOf(c, "by", agreement.Person, agreement.Household); err != nil {
			return err
		}
	}
	file, err := required(c, "agreement")
	if err != nil {
		return err
	}
	a, err := node.ReadAgreement(file)
	if err != nil {
		return err
	}
	n, bars, err := openShowing(c, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		return err
	}
	r := node.Request{Analysis: analysis, Agreement: a, Columns: c.StringSlice("columns"), By: c.String("by"), Max: c.Uint64("max"), List: out.file != "", Full: c.Bool("full")}
	if c.Bool("estimate") {
		r = node.Request{Analysis: agreement.Size, Agreement: a, Sample: true}
	}
	if c.Bool("preview") {
		p, err := n.Preview(c.Context, r)
		bars.end()
		if err != nil {
			return err
		}
		return out.preview(p)
	}
	result, err := n.Run(c.Context, r)
	bars.end()
	if err != nil {
		return err
	}
	err = out.export(result)
	if errors.Is(err, node.ErrWithheld) { // a result all the same
		return errors.Join(out.result(result), err)
	}
	if err != nil {
		return err
	}
	for _, file := range []string{out.file, out.removed} {
		if file == "" || result.Run == "" {
			continue
		}
		if err := n.KeepExport(c.Context, result, file); err != nil {
			return err
		}
	}
	return out.result(result)
}

// An output is where a result goes and how it looks there.
type output struct {
	stdout, stderr io.Writer
	format         string // of the result, where it is written as a table of data
	summary        string // of what is said about the run: table or json
	file           string
	plot           string // the SVG file; empty: none
	matrix         string // the same of a matrix
	report         string // brands; empty: none
	removed        string // the file of the rows that a cap took off a plan; empty: none
}

// ending is what a file's name says of its format.
func ending(file string) string { return strings.TrimPrefix(filepath.Ext(file), ".") }

// readOutput works out --format and --out together.
func readOutput(c *cli.Context) (*output, error) {
	format, err := oneOf(c, "format", formats...)
	if err != nil {
		return nil, err
	}
	o := &output{stdout: c.App.Writer, stderr: c.App.ErrWriter, format: format, summary: "table", file: c.String("out"), plot: c.String("plot"),
		matrix: c.String("matrix"), report: c.String("report"), removed: c.String("removed")}
	if o.report != "" && o.report != "brands" {
		return nil, usage("--report: %q; use brands", o.report)
	}
	if o.removed != "" && !slices.Contains(formats[1:], ending(o.removed)) {
		return nil, usage("--removed %s: the ending does not say the format; use .json, .csv, .parquet or .arrow", o.removed)
	}
	if format == "json" {
		o.summary = "json"
	}
	if o.file == "" || !slices.Contains([]string{"table", "json"}, format) {
		return o, nil
	}
	o.format = ending(o.file)
	if !slices.Contains(formats[1:], o.format) {
		return nil, usage("--out %s: the ending does not say the format; use .json, .csv, .parquet or .arrow, or --format", o.file)
	}
	return o, nil
}

// export writes the files asked for.
func (o *output) export(r *node.Result) error {
	if o.file != "" {
		if err := node.Export(r, o.file, o.format); err != nil {
			return fmt.Errorf("--out: %w", err)
		}
	}
	if o.removed != "" {
		if err := node.ExportRemoved(r, o.removed, ending(o.removed)); err != nil {
			return fmt.Errorf("--removed: %w", err)
		}
	}
	if o.plot != "" {
		if err := drawCells(o.plot, r); err != nil {
			return fmt.Errorf("--plot: %w", err)
		}
	}
	if o.matrix != "" {
		if r.Group == nil || len(r.Group.Pairs()) == 0 {
			return fmt.Errorf("--matrix: the result has no pairs")
		}
		if err := drawFile(o.matrix, func(w io.Writer) error { return drawMatrix(w, r.Group) }); err != nil {
			return fmt.Errorf("--matrix: %w", err)
		}
	}
	return nil
}

// result says what a run gave.
func (o *output) result(r *node.Result) error {
	if o.report != "" && r.Group == nil {
		return fmt.Errorf("--report: the result has no brands, or is not for this node")
	}
	switch {
	case o.summary == "json" && o.report != "":
		return json.NewEncoder(o.stdout).Encode(struct {
			*node.Result
			Report []node.BrandPair `json:"report"`
		}{r, r.Group.BrandPairs()})
	case o.summary == "json":
		return json.NewEncoder(o.stdout).Encode(r)
	case o.file != "" || o.format == "table":
		return o.print(o.stdout, r)
	}
	if err := o.print(o.stderr, r); err != nil {
		return err
	}
	return node.ExportTo(r, o.stdout, o.format)
}

// print says it to people, with the report that is asked for.
func (o *output) print(w io.Writer, r *node.Result) error {
	if err := printResult(w, r); err != nil || o.report == "" {
		return err
	}
	return printBrands(w, r.Group)
}

func (o *output) preview(p *node.Preview) error {
	if o.summary == "json" {
		return json.NewEncoder(o.stdout).Encode(p)
	}
	return printPreview(o.stdout, p)
}
