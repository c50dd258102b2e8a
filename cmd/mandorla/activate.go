package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

// tables are the forms of the table inside a sealed file.
var tables = []string{"csv", "parquet", "arrow"}

func activateCommand() *cli.Command {
	return &cli.Command{
		Name:  "activate",
		Usage: "seal the rows that a run of match found into a file for a recipient, where agreement and policy.yaml allow it",
		UsageText: "mandorla activate 41f8b8f0bbea12db --to mailhouse --preview --dir airline\n" +
			"mandorla activate 41f8b8f0bbea12db --to mailhouse --out october.sealed --dir airline",
		ArgsUsage: "RUN",
		Flags: []cli.Flag{dirFlag(), formatFlag("table", "json"),
			&cli.StringFlag{Name: "to", EnvVars: []string{"MANDORLA_TO"}, Usage: "the `RECIPIENT`, by its name in the agreement"},
			&cli.StringFlag{Name: "out", EnvVars: []string{"MANDORLA_OUT"}, Usage: "the `FILE` to write, which must not be there yet"},
			&cli.StringFlag{Name: "table", Value: "csv", EnvVars: []string{"MANDORLA_TABLE"}, Usage: "what the recipient opens: " + strings.Join(tables, ", ")},
			&cli.BoolFlag{Name: "preview", EnvVars: []string{"MANDORLA_PREVIEW"}, Usage: "say what would leave, and write nothing"}},
		Action: activate,
	}
}

func activate(c *cli.Context) error {
	if err := only(c, "RUN"); err != nil {
		return err
	}
	format, err := oneOf(c, "format", "table", "json")
	if err != nil {
		return err
	}
	table, err := oneOf(c, "table", tables...)
	if err != nil {
		return err
	}
	to, err := required(c, "to")
	if err != nil {
		return err
	}
	r := node.ActivationRequest{Run: c.Args().First(), Recipient: to, Format: table, Out: c.String("out")}
	do := (*node.Node).PreviewActivation
	if !c.Bool("preview") {
		if _, err := required(c, "out"); err != nil {
			return err
		}
		do = (*node.Node).Activate
	}
	n, err := openNode(c)
	if err != nil {
		return err
	}
	made, err := do(n, c.Context, r)
	if err != nil {
		return err
	}
	if format == "json" {
		return json.NewEncoder(c.App.Writer).Encode(made)
	}
	return printActivation(c, made)
}

// printActivation is what leaves, or would, for people.
func printActivation(c *cli.Context, a *node.Activation) error {
	p := newPage(c.App.Writer)
	p.line("run", a.Run[:16])
	p.line("agreement", a.Name)
	p.line("recipient", a.Recipient)
	p.line("sealed to", a.Key)
	p.line("columns", strings.Join(a.Columns, ", "))
	p.line("rows", fmt.Sprintf("%d, and %d made-up ones among them", a.Rows, a.Decoys))
	p.line("table", a.Format)
	p.line("delete by", a.DeleteBy)
	if a.Preview {
		p.line("", "nothing has been written")
	} else {
		p.line("file", a.File)
	}
	for _, w := range a.Warnings {
		p.line("warning", w)
	}
	return p.w.Flush()
}

func activationCommand() *cli.Command {
	return &cli.Command{
		Name:        "activation",
		Usage:       "what a recipient of rows does: make a key, open, delete and sign; and what the sender does with the receipt",
		Subcommands: []*cli.Command{activationKeyCommand(), activationOpenCommand(), activationDeletedCommand(), activationReceivedCommand()},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("no command `activation %s`", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

func activationKeyCommand() *cli.Command {
	return &cli.Command{
		Name:      "key",
		Usage:     "make a key to open files with, and print the line that goes into agreements; an age key does too",
		UsageText: "mandorla activation key --out mailhouse.key",
		Flags:     []cli.Flag{&cli.StringFlag{Name: "out", EnvVars: []string{"MANDORLA_OUT"}, Usage: "the `FILE` for the secret key"}},
		Action: func(c *cli.Context) error {
			if err := only(c); err != nil {
				return err
			}
			out, err := required(c, "out")
			if err != nil {
				return err
			}
			public, err := node.NewRecipientKey(out)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.App.Writer, public)
			return err
		},
	}
}

func activationOpenCommand() *cli.Command {
	return &cli.Command{
		Name:      "open",
		Usage:     "open a file with its recipient's key: the table appears whole, once all is checked, or not at all",
		UsageText: "mandorla activation open october.sealed --key mailhouse.key --agreement skyline.yaml --out october.csv",
		ArgsUsage: "FILE",
		Flags: []cli.Flag{agreementFlag(), formatFlag("table", "json"),
			&cli.StringFlag{Name: "key", EnvVars: []string{"MANDORLA_RECIPIENT_KEY"}, Usage: "the `FILE` of the secret key: of activation key, or an age identity"},
			&cli.StringFlag{Name: "out", EnvVars: []string{"MANDORLA_OUT"}, Usage: "the `FILE` for the table"}},
		Action: openActivation,
	}
}

func openActivation(c *cli.Context) error {
	if err := only(c, "FILE"); err != nil {
		return err
	}
	format, err := oneOf(c, "format", "table", "json")
	if err != nil {
		return err
	}
	key, err := required(c, "key")
	if err != nil {
		return err
	}
	out, err := required(c, "out")
	if err != nil {
		return err
	}
	var a *agreement.Agreement
	if file := c.String("agreement"); file != "" {
		if a, err = node.ReadAgreement(file); err != nil {
			return err
		}
	}
	o, err := node.OpenActivation(c.Args().First(), key, out, a)
	if err != nil {
		return err
	}
	if format == "json" {
		return json.NewEncoder(c.App.Writer).Encode(o)
	}
	p := newPage(c.App.Writer)
	sender := o.Sender + ", a member of the agreement"
	if !o.Known {
		sender = o.Sender + ", as its key says: " + o.Header.From + "; --agreement checks it"
	}
	p.line("from", sender)
	p.line("to", o.Header.To)
	p.line("agreement", o.Header.Name+" "+o.Header.Agreement)
	p.line("rows", o.Rows)
	p.line("columns", strings.Join(o.Header.Columns, ", "))
	p.line("delete by", o.Header.DeleteBy+", and sign for it: mandorla activation deleted")
	return p.w.Flush()
}

func activationDeletedCommand() *cli.Command {
	return &cli.Command{
		Name:      "deleted",
		Usage:     "delete a file and what was opened from it, and sign that it is gone; hand the receipt to the sender",
		UsageText: "mandorla activation deleted october.sealed --opened october.csv --dir mailhouse",
		ArgsUsage: "FILE",
		Flags: []cli.Flag{dirFlag(),
			&cli.StringSliceFlag{Name: "opened", EnvVars: []string{"MANDORLA_OPENED"}, Usage: "a `FILE` that was opened from it, to be deleted too; may be given several times"}},
		Action: func(c *cli.Context) error {
			if err := only(c, "FILE"); err != nil {
				return err
			}
			n, err := openNode(c)
			if err != nil {
				return err
			}
			receipt, err := n.DeleteActivation(c.Context, c.Args().First(), c.StringSlice("opened")...)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.App.Writer, receipt)
			return err
		},
	}
}

func activationReceivedCommand() *cli.Command {
	return &cli.Command{
		Name:      "received",
		Usage:     "take in the receipt by which a recipient shows that a file is gone",
		UsageText: "mandorla activation received october.sealed.deletion.txt --dir airline",
		ArgsUsage: "RECEIPT",
		Flags:     []cli.Flag{dirFlag()},
		Action: func(c *cli.Context) error {
			if err := only(c, "RECEIPT"); err != nil {
				return err
			}
			n, err := openNode(c)
			if err != nil {
				return err
			}
			d, err := n.ReceiveDeletion(c.Context, c.Args().First())
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s has signed that the rows of run %.16s are gone\n", d.Member, d.Deleted[0].Run)
			return err
		},
	}
}
