package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"mandorla/node"
)

func datasetCommand() *cli.Command {
	return &cli.Command{
		Name:  "dataset",
		Usage: "this node's tables",
		Subcommands: []*cli.Command{{
			Name:      "check",
			Usage:     "rows, empty, invalid, changed, duplicate, ineligible; nothing leaves the machine",
			UsageText: "mandorla dataset check flyers --dir airline",
			ArgsUsage: "NAME",
			Flags: []cli.Flag{dirFlag(), formatFlag("table", "json"), memoryFlag(),
				&cli.StringFlag{Name: "profile", Value: "uid2-1", EnvVars: []string{"MANDORLA_PROFILE"}, Usage: "the identifier `PROFILE` to check against"}},
			Action: checkDataset,
		}, cleanCommand(), dropStatusCommand()},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("no command `dataset %s`", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

func checkDataset(c *cli.Context) error {
	if err := only(c, "NAME"); err != nil {
		return err
	}
	format, err := oneOf(c, "format", "table", "json")
	if err != nil {
		return err
	}
	n, bars, err := openShowing(c, nil)
	if err != nil {
		return err
	}
	check, err := n.Check(c.Context, c.Args().First(), c.String("profile"))
	bars.end()
	if err != nil {
		return err
	}
	if format == "json" {
		return json.NewEncoder(c.App.Writer).Encode(check)
	}
	return printCheck(c, check)
}

// printCheck is a dataset's state for people.
func printCheck(c *cli.Context, check *node.Check) error {
	p := newPage(c.App.Writer)
	p.line("dataset", check.Dataset)
	p.line("profile", check.Profile)
	p.line("rows", check.Rows.Read)
	p.line("eligible", check.Rows.Eligible)
	for _, reason := range slices.Sorted(maps.Keys(check.Excluded)) {
		p.line("  ineligible", fmt.Sprintf("%d %s", check.Excluded[reason], reason))
	}
	p.line("distinct", check.Rows.Distinct)
	for _, f := range check.Freshness {
		printFreshness(p, &f)
		warnOfStale(p, &f)
	}
	if check.Unread > 0 {
		p.line("list lines unread", fmt.Sprintf("%d of opt-out lists; whoever stands in one takes part", check.Unread))
	}
	p.line("bad lines", check.Bad)
	for _, b := range check.BadLines {
		p.line("  "+fmt.Sprintf("%s:%d", b.File, b.Line), b.Reason)
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	return printColumns(c.App.Writer, check.Columns)
}
