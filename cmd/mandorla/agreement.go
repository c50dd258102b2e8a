package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

func agreementCommand() *cli.Command {
	return &cli.Command{
		Name:  "agreement",
		Usage: "the terms that two members sign",
		Subcommands: append([]*cli.Command{
			draftCommand(), signCommand(), acceptCommand(), showCommand(), verifyCommand(), diffCommand(), amendCommand(),
		}, statementCommands()...),
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("no command `agreement %s`", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

func draftCommand() *cli.Command {
	return &cli.Command{
		Name:      "draft",
		Usage:     "print a commented agreement to fill in",
		UsageText: "mandorla agreement draft > skyline.yaml",
		Action: func(c *cli.Context) error {
			if err := only(c); err != nil {
				return err
			}
			_, err := fmt.Fprint(c.App.Writer, agreement.Draft())
			return err
		},
	}
}

func signCommand() *cli.Command {
	return &cli.Command{
		Name:      "sign",
		Usage:     "add this node's signature to an agreement's file, once",
		UsageText: "mandorla agreement sign skyline.yaml --dir airline",
		ArgsUsage: "FILE",
		Flags:     []cli.Flag{dirFlag()},
		Action: func(c *cli.Context) error {
			if err := only(c, "FILE"); err != nil {
				return err
			}
			a, err := node.Sign(c.String("dir"), c.Args().First(), passphrase)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s\n%s\n", a.ID(), signatures(a))
			return err
		},
	}
}

// namedAgreement is the agreement in the one file that a command is given.
func namedAgreement(c *cli.Context) (*agreement.Agreement, error) {
	if err := only(c, "FILE"); err != nil {
		return nil, err
	}
	return node.ReadAgreement(c.Args().First())
}

// signatures says who has signed, and who is still to.
func signatures(a *agreement.Agreement) string {
	if err := a.Verify(); err != nil {
		return err.Error()
	}
	return "signed by every member"
}

func acceptCommand() *cli.Command {
	return &cli.Command{
		Name:      "accept",
		Usage:     "let this node serve a fully signed agreement",
		UsageText: "mandorla agreement accept skyline.yaml --dir bank",
		ArgsUsage: "FILE",
		Flags:     []cli.Flag{dirFlag()},
		Action: func(c *cli.Context) error {
			if err := only(c, "FILE"); err != nil {
				return err
			}
			path, err := node.Accept(c.String("dir"), c.Args().First())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.App.Writer, path)
			return err
		},
	}
}

func showCommand() *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "the terms in words",
		UsageText: "mandorla agreement show skyline.yaml",
		ArgsUsage: "FILE",
		Action: func(c *cli.Context) error {
			a, err := namedAgreement(c)
			if err != nil {
				return err
			}
			if err := a.Words(c.App.Writer); err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "\n%s\n%s\n", a.ID(), signatures(a))
			return err
		},
	}
}

func verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "check signatures and dates",
		UsageText: "mandorla agreement verify skyline.yaml",
		ArgsUsage: "FILE",
		Flags:     []cli.Flag{formatFlag("table", "json")},
		Action:    verify,
	}
}

func verify(c *cli.Context) error {
	format, err := oneOf(c, "format", "table", "json")
	if err != nil {
		return err
	}
	a, err := namedAgreement(c)
	if err != nil {
		return err
	}
	signed, inForce := a.Verify(), a.InForce(time.Now())
	if format == "json" {
		err := json.NewEncoder(c.App.Writer).Encode(map[string]any{"agreement": a.ID(), "name": a.Terms.Agreement,
			"signed_by": a.SignedBy(), "signed": signed == nil, "in_force": inForce == nil})
		return errors.Join(err, signed, inForce)
	}
	if err := errors.Join(signed, inForce); err != nil {
		return fmt.Errorf("%s: %w", c.Args().First(), oneLine(err))
	}
	_, err = fmt.Fprintf(c.App.Writer, "%s\nsigned by every member, in force until %s\n", a.ID(), a.Terms.Valid.Until.Format(time.DateOnly))
	return err
}

func diffCommand() *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "the fields in which two agreements differ",
		UsageText: "mandorla agreement diff ours.yaml theirs.yaml",
		ArgsUsage: "FILE FILE",
		Action: func(c *cli.Context) error {
			if err := only(c, "FILE", "FILE"); err != nil {
				return err
			}
			a, err := node.ReadAgreement(c.Args().Get(0))
			if err != nil {
				return err
			}
			b, err := node.ReadAgreement(c.Args().Get(1))
			if err != nil {
				return err
			}
			return printDiff(c, a, b)
		},
	}
}

// printDiff ends with 1 where the agreements differ, as diff(1) does.
func printDiff(c *cli.Context, a, b *agreement.Agreement) error {
	changes := agreement.Diff(a, b)
	if b.Succeeds(a) == nil {
		return printRevision(c, a, b)
	}
	for _, change := range changes {
		if _, err := fmt.Fprintln(c.App.Writer, change); err != nil {
			return err
		}
	}
	switch {
	case len(changes) > 0:
		return fmt.Errorf("%d fields differ", len(changes))
	case a.Hash() != b.Hash():
		return errors.New("the terms are the same, but the texts differ (comments or spacing), so their signatures and hashes do; use one and the same file")
	}
	_, err := fmt.Fprintln(c.App.Writer, "the same")
	return err
}

// printRevision says in words what the next version of an agreement changes.
func printRevision(c *cli.Context, a, b *agreement.Agreement) error {
	lines, err := agreement.Revision(a, b)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(c.App.Writer, line); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s replaces %s", b.ID(), a.ID())
}
