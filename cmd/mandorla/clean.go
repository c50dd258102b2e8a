package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/node"
)

// cleanFormats are the forms that a cleaned copy can have.
var cleanFormats = []string{"csv", "parquet", "arrow"}

func cleanCommand() *cli.Command {
	return &cli.Command{
		Name:      "clean",
		Usage:     "write a copy with e-mails, phones, names and addresses in order, households and duplicates marked",
		UsageText: "mandorla dataset clean flyers --out cleaned.parquet --dir airline",
		ArgsUsage: "NAME",
		Flags: []cli.Flag{dirFlag(), memoryFlag(),
			&cli.StringFlag{Name: "out", EnvVars: []string{"MANDORLA_OUT"}, Usage: "write the copy to `FILE`; its ending says the format where --format does not"},
			&cli.StringFlag{Name: "format", EnvVars: []string{"MANDORLA_COPY_FORMAT"}, Usage: "of the copy: one of " + strings.Join(cleanFormats, ", ")},
			&cli.StringFlag{Name: "report", Value: "table", EnvVars: []string{"MANDORLA_REPORT"}, Usage: "how the report looks: table or json"},
			&cli.StringFlag{Name: "profile", Value: "uid2-1", EnvVars: []string{"MANDORLA_PROFILE"}, Usage: "the identifier `PROFILE` that households are told apart by"}},
		Action: cleanDataset,
	}
}

func cleanDataset(c *cli.Context) error {
	if err := only(c, "NAME"); err != nil {
		return err
	}
	file, format, err := readCopy(c)
	if err != nil {
		return err
	}
	report, err := oneOf(c, "report", "table", "json")
	if err != nil {
		return err
	}
	n, bars, err := openShowing(c, nil)
	if err != nil {
		return err
	}
	cleaning, err := n.Clean(c.Context, c.Args().First(), c.String("profile"), file, format)
	bars.end()
	if err != nil {
		return err
	}
	if report == "json" {
		return json.NewEncoder(c.App.Writer).Encode(cleaning)
	}
	return printCleaning(c.App.Writer, cleaning)
}

// readCopy works out --out and --format together.
func readCopy(c *cli.Context) (file, format string, err error) {
	if file, err = required(c, "out"); err != nil {
		return "", "", err
	}
	if c.String("format") != "" {
		format, err = oneOf(c, "format", cleanFormats...)
		return file, format, err
	}
	format = strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	if !slices.Contains(cleanFormats, format) {
		return "", "", usage("--out %s: the ending does not say the format; use .csv, .parquet or .arrow, or --format", file)
	}
	return file, format, nil
}

// printCleaning is what cleaning found and did, for people.
func printCleaning(w io.Writer, r *node.Cleaning) error {
	p := newPage(w)
	p.line("dataset", r.Dataset)
	p.line("copy", r.File)
	p.line("rows", r.Rows)
	p.line("changed", r.Changed)
	p.line("bad lines", r.Bad)
	for _, b := range r.BadLines {
		p.line("  "+fmt.Sprintf("%s:%d", b.File, b.Line), b.Reason)
	}
	if h := r.Households; h != nil {
		p.line("households", fmt.Sprintf("%d by %s", h.Households, h.By))
		for _, size := range slices.Sorted(maps.Keys(h.Sizes)) {
			p.line(fmt.Sprintf("  of %d", size), h.Sizes[size])
		}
		p.line("institutions", fmt.Sprintf("%d addresses of more than %d rows, with %d rows", h.Institutions, h.MostPeople, h.Institutional))
		p.line("no household", h.None)
	}
	p.line("duplicates", fmt.Sprintf("%d rows in %d groups: %d by e-mail, %d by name at an address", r.Duplicates.Rows, r.Duplicates.Groups, r.Duplicates.ByMail, r.Duplicates.ByName))
	if err := p.w.Flush(); err != nil {
		return err
	}
	return printCleaned(w, r.Columns)
}

// printCleaned is what became of the columns.
func printCleaned(w io.Writer, columns []node.CleanedColumn) error {
	fmt.Fprintln(w)
	p := newPage(w)
	p.line("column", "kind", "rows", "empty", "invalid", "changed")
	for _, c := range columns {
		p.line(c.Column, c.Kind, c.Rows, c.Empty, c.Invalid, c.Changed)
	}
	for _, c := range columns {
		for _, reason := range slices.Sorted(maps.Keys(c.Reasons)) {
			p.line("  invalid "+c.Column, reason, c.Reasons[reason])
		}
	}
	return p.w.Flush()
}
