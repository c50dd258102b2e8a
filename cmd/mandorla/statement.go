package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

// statementCommand is one of a member's statements about an agreement.
func statementCommand(what, usage string) *cli.Command {
	return &cli.Command{
		Name:      what,
		Usage:     usage,
		UsageText: fmt.Sprintf("mandorla agreement %s skyline.yaml --why \"the new notice is not out yet\" --dir airline", what),
		ArgsUsage: "FILE",
		Flags: []cli.Flag{dirFlag(),
			&cli.StringFlag{Name: "why", EnvVars: []string{"MANDORLA_WHY"}, Usage: "the reason in `WORDS`, which the partner reads too"}},
		Action: func(c *cli.Context) error {
			if err := only(c, "FILE"); err != nil {
				return err
			}
			why, err := required(c, "why")
			if err != nil {
				return err
			}
			path, err := node.State(c.String("dir"), c.Args().First(), what, why, passphrase)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.App.Writer, path)
			return err
		},
	}
}

func statementCommands() []*cli.Command {
	return []*cli.Command{
		statementCommand(agreement.Suspend, "let no run start until this member resumes; hand the file to the partner, who accepts it"),
		statementCommand(agreement.Resume, "take this member's suspension back"),
		statementCommand(agreement.End, "end the agreement for good"),
		stateCommand(), eraseCommand(), noticeCommand(), recordCommand(), reviewCommand(),
	}
}

func stateCommand() *cli.Command {
	return &cli.Command{
		Name:      "state",
		Usage:     "draft, proposed, accepted, suspended or ended, as far as this node knows",
		UsageText: "mandorla agreement state skyline.yaml --dir airline",
		ArgsUsage: "FILE",
		Flags:     []cli.Flag{dirFlag()},
		Action: func(c *cli.Context) error {
			a, err := namedAgreement(c)
			if err != nil {
				return err
			}
			words, err := node.Standing(c.String("dir"), a)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.App.Writer, words)
			return err
		},
	}
}

func eraseCommand() *cli.Command {
	return &cli.Command{
		Name:      "erase",
		Usage:     "delete now what ended agreements ask this node to delete, and sign for it; serve does it by itself",
		UsageText: "mandorla agreement erase --dir vendor",
		Flags:     []cli.Flag{dirFlag()},
		Action: func(c *cli.Context) error {
			if err := only(c); err != nil {
				return err
			}
			n, err := openNode(c)
			if err != nil {
				return err
			}
			receipts, err := n.Erase(c.Context)
			for _, path := range receipts {
				fmt.Fprintln(c.App.Writer, path)
			}
			if err == nil && len(receipts) == 0 {
				_, err = fmt.Fprintln(c.App.Writer, "nothing is owed")
			}
			return err
		},
	}
}
