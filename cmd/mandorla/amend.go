package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
)

func amendCommand() *cli.Command {
	return &cli.Command{
		Name:      "amend",
		Usage:     "print the next version of a signed agreement, which names the one that it replaces; edit it, and have it signed",
		UsageText: "mandorla agreement amend skyline.yaml > skyline-2.yaml",
		ArgsUsage: "FILE",
		Action: func(c *cli.Context) error {
			a, err := namedAgreement(c)
			if err != nil {
				return err
			}
			text, err := agreement.NewVersion(a)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s", text)
			return err
		},
	}
}
