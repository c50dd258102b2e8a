package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"mandorla/node"
)

func dropStatusCommand() *cli.Command {
	return &cli.Command{
		Name:      "drop-status",
		Usage:     "the status files for California's DROP: which requests for deletion the dataset holds, and what became of them",
		UsageText: "mandorla dataset drop-status leads --found deleted --out status --dir broker",
		ArgsUsage: "NAME",
		Flags: []cli.Flag{dirFlag(), memoryFlag(),
			&cli.StringFlag{Name: "profile", Value: "uid2-1", EnvVars: []string{"MANDORLA_PROFILE"}, Usage: "the identifier `PROFILE` to check against"},
			&cli.StringFlag{Name: "found", EnvVars: []string{"MANDORLA_FOUND"}, Usage: "what became of what was found: one of deleted, exempted, opted-out"},
			&cli.StringFlag{Name: "out", EnvVars: []string{"MANDORLA_OUT"}, Usage: "write the files into `FOLDER`"}},
		Action: dropStatus,
	}
}

func dropStatus(c *cli.Context) error {
	if err := only(c, "NAME"); err != nil {
		return err
	}
	found, err := oneOf(c, "found", slices.Sorted(maps.Keys(node.DropFound))...)
	if err != nil {
		return err
	}
	out, err := required(c, "out")
	if err != nil {
		return err
	}
	n, bars, err := openShowing(c, nil)
	if err != nil {
		return err
	}
	paths, err := n.DropStatus(c.Context, c.Args().First(), c.String("profile"), node.DropFound[found], out)
	bars.end()
	for _, path := range paths {
		fmt.Fprintln(c.App.Writer, path)
	}
	return err
}
