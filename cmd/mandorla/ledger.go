package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/node"
)

func ledgerCommand() *cli.Command {
	return &cli.Command{
		Name:  "ledger",
		Usage: "this node's record of its runs",
		Subcommands: []*cli.Command{
			ledgerVerifyCommand(), ledgerShowCommand(), ledgerBudgetCommand(), ledgerPersonCommand(), ledgerPublicCommand(), ledgerConsentCommand(), ledgerTraceCommand(),
		},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("no command `ledger %s`", c.Args().First())
			}
			return cli.ShowSubcommandHelp(c)
		},
	}
}

func ledgerVerifyCommand() *cli.Command {
	return &cli.Command{
		Name:  "verify",
		Usage: "check the whole record; or a result's file; or, with --key, a folder of receipts by itself",
		UsageText: "mandorla ledger verify --dir airline\n" +
			"mandorla ledger verify overlap.arrow --dir airline\n" +
			"mandorla ledger verify receipts --key airline.pub --key bank.pub",
		ArgsUsage: "[RESULT | FOLDER]",
		Flags: []cli.Flag{dirFlag(), formatFlag("table", "json"),
			&cli.StringSliceFlag{Name: "key", EnvVars: []string{"MANDORLA_KEY"}, Usage: "a member's verifier `KEY`, or the file that holds it; one for each member"}},
		Action: verifyLedger,
	}
}

func verifyLedger(c *cli.Context) error {
	if c.NArg() > 1 {
		return only(c, "RESULT or FOLDER")
	}
	format, err := oneOf(c, "format", "table", "json")
	if err != nil {
		return err
	}
	if len(c.StringSlice("key")) > 0 {
		return verifyReceipts(c, format)
	}
	n, err := openNode(c)
	if err != nil {
		return err
	}
	if c.NArg() == 1 {
		r, err := n.VerifyResult(c.Context, c.Args().First())
		if err != nil {
			return err
		}
		return say(c, format, r, "receipt signed by every member", fmt.Sprintf("%s of %s, agreement %s", r.Analysis, r.Members[n.Name()].Ended, r.Agreement))
	}
	report, err := n.VerifyLedger(c.Context)
	if err != nil {
		return err
	}
	return say(c, format, report, "nothing was altered", fmt.Sprintf("%d records, %d receipts, %d checkpoints that partners co-signed; %d signatures of keys that no agreement here names",
		report.Records, report.Receipts, report.Checkpoints, report.Unknown))
}

// verifyReceipts needs no node: a folder and the members' keys.
func verifyReceipts(c *cli.Context, format string) error {
	if err := only(c, "FOLDER"); err != nil {
		return err
	}
	var keys []string
	for _, k := range c.StringSlice("key") {
		if b, err := os.ReadFile(k); err == nil {
			k = string(b)
		}
		keys = append(keys, strings.TrimSpace(k))
	}
	s, err := node.VerifyReceipts(c.Args().First(), keys)
	if err != nil {
		return err
	}
	return say(c, format, s, "nothing was altered", fmt.Sprintf("%d receipts of completed runs, %d of failed ones, %d of deletions", s.Completed, s.Failed, s.Deletions))
}

// say prints a verdict: as JSON, or in words.
func say(c *cli.Context, format string, v any, words ...string) error {
	if format == "json" {
		return json.NewEncoder(c.App.Writer).Encode(v)
	}
	_, err := fmt.Fprintln(c.App.Writer, strings.Join(words, "\n"))
	return err
}

// openNode opens the node of --dir for a command that needs no memory for rows.
func openNode(c *cli.Context) (*node.Node, error) {
	return node.Open(c.String("dir"), node.Options{Passphrase: passphrase, Build: build()})
}

func ledgerShowCommand() *cli.Command {
	return &cli.Command{
		Name:      "show",
		Usage:     "the runs, failed ones too, oldest first",
		UsageText: "mandorla ledger show --dir airline",
		Flags:     []cli.Flag{dirFlag(), formatFlag("table", "json")},
		Action: func(c *cli.Context) error {
			format, n, err := ledgerOf(c)
			if err != nil {
				return err
			}
			receipts, err := n.Ledger(c.Context)
			if err != nil {
				return err
			}
			if format == "json" {
				return json.NewEncoder(c.App.Writer).Encode(receipts)
			}
			p := newPage(c.App.Writer)
			p.line("run", "began", "analysis", "agreement", "purpose", "state")
			for _, r := range receipts {
				state := r.State
				if r.Code != "" {
					state += ": " + r.Code
				}
				p.line(r.Run[:16], r.Members[n.Name()].Started, r.Analysis, r.Name, r.Purpose, state)
			}
			return p.w.Flush()
		},
	}
}

// ledgerOf reads the format and opens the node of a command without arguments.
func ledgerOf(c *cli.Context) (format string, n *node.Node, err error) {
	if err := only(c); err != nil {
		return "", nil, err
	}
	if format, err = oneOf(c, "format", "table", "json"); err != nil {
		return "", nil, err
	}
	n, err = openNode(c)
	return format, n, err
}

func ledgerBudgetCommand() *cli.Command {
	return &cli.Command{
		Name:      "budget",
		Usage:     "what is left of the privacy budget of each pair of datasets",
		UsageText: "mandorla ledger budget --dir airline",
		Flags:     []cli.Flag{dirFlag(), formatFlag("table", "json")},
		Action: func(c *cli.Context) error {
			format, n, err := ledgerOf(c)
			if err != nil {
				return err
			}
			spendings, err := n.Spendings(c.Context)
			if err != nil {
				return err
			}
			if format == "json" {
				return json.NewEncoder(c.App.Writer).Encode(spendings)
			}
			p := newPage(c.App.Writer)
			p.line("agreement", "own dataset", "partner's", "runs", "epsilon spent", "budget", "left")
			for _, s := range spendings {
				p.line(s.Agreement, s.Dataset, s.Partner+": "+s.Counterpart, s.Runs, s.Spent, s.Budget, s.Left)
			}
			return p.w.Flush()
		},
	}
}

func ledgerPersonCommand() *cli.Command {
	return &cli.Command{
		Name:  "person",
		Usage: "the runs that a customer's record was part of; whether it matched, nobody keeps",
		UsageText: "mandorla ledger person alice@example.com --dir airline\n" +
			"mandorla ledger person - --dir airline < identifier.txt",
		ArgsUsage: "ID",
		Flags:     []cli.Flag{dirFlag(), formatFlag("table", "json")},
		Action:    showPerson,
	}
}

func showPerson(c *cli.Context) error {
	if err := only(c, "ID"); err != nil {
		return err
	}
	format, err := oneOf(c, "format", "table", "json")
	if err != nil {
		return err
	}
	id := c.Args().First()
	if id == "-" { // so that it stands in no shell's history
		if id, err = readLine(c.App.Reader); err != nil {
			return err
		}
	}
	n, err := openNode(c)
	if err != nil {
		return err
	}
	persons, err := n.Person(c.Context, id)
	if err != nil {
		return err
	}
	if format == "json" {
		return json.NewEncoder(c.App.Writer).Encode(persons)
	}
	p := newPage(c.App.Writer)
	p.line("dataset", "date", "partner", "purpose", "analysis", "columns", "state", "its matched rows were given to")
	runs := 0
	for _, person := range persons {
		for _, r := range person.Runs {
			p.line(person.Dataset, r.Date, strings.Join(r.Partners, ", "), r.Purpose, r.Analysis, strings.Join(r.Columns, ", "), r.State, passed(r.Passed))
			runs++
		}
	}
	if runs == 0 {
		_, err := fmt.Fprintln(c.App.Writer, "no run that this node knows of had a record of this person")
		return err
	}
	return p.w.Flush()
}

// passed says to whom matched rows of a run were given, what and until when.
func passed(all []node.Passed) string {
	var words []string
	for _, p := range all {
		words = append(words, fmt.Sprintf("%s until %s: %s", p.To, p.DeleteBy, strings.Join(p.Columns, ", ")))
	}
	return strings.Join(words, "; ")
}

func ledgerPublicCommand() *cli.Command {
	return &cli.Command{
		Name:      "public",
		Usage:     "the page and the JSON for the company's web site: partners, purposes, runs, people (rounded)",
		UsageText: "mandorla ledger public --dir airline --out site",
		Flags: []cli.Flag{dirFlag(), formatFlag("html", "json"),
			&cli.StringFlag{Name: "out", EnvVars: []string{"MANDORLA_OUT"}, Usage: "write index.html and figures.json into `FOLDER`"}},
		Action: publish,
	}
}

func publish(c *cli.Context) error {
	if err := only(c); err != nil {
		return err
	}
	format, err := oneOf(c, "format", "html", "json")
	if err != nil {
		return err
	}
	n, err := openNode(c)
	if err != nil {
		return err
	}
	figures, err := n.Public(c.Context)
	if err != nil {
		return err
	}
	text, err := figures.JSON()
	if err != nil {
		return err
	}
	dir := c.String("out")
	switch {
	case dir == "" && format == "json":
		_, err = c.App.Writer.Write(text)
		return err
	case dir == "":
		return figures.HTML(c.App.Writer)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	page, err := os.Create(filepath.Join(dir, "index.html"))
	if err != nil {
		return err
	}
	return errors.Join(figures.HTML(page), page.Close(), os.WriteFile(filepath.Join(dir, "figures.json"), text, 0o644))
}

// readLine is the first line of some input.
func readLine(r io.Reader) (string, error) {
	s := bufio.NewScanner(r)
	if !s.Scan() {
		return "", errors.Join(usage("ID: nothing on standard input"), s.Err())
	}
	return s.Text(), nil
}

func ledgerConsentCommand() *cli.Command {
	return &cli.Command{
		Name:      "consent",
		Usage:     "a run's consent receipt for a category of people, in the form of ISO/IEC TS 27560",
		UsageText: "mandorla ledger consent 41f8b8f0bbea12db --category members.json --dir airline",
		ArgsUsage: "RUN",
		Flags: []cli.Flag{dirFlag(),
			&cli.StringFlag{Name: "category", EnvVars: []string{"MANDORLA_CATEGORY"}, Usage: "what the company says of the people, a JSON `FILE`"}},
		Action: func(c *cli.Context) error {
			if err := only(c, "RUN"); err != nil {
				return err
			}
			file, err := required(c, "category")
			if err != nil {
				return err
			}
			category, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			n, err := openNode(c)
			if err != nil {
				return err
			}
			text, err := n.Consent(c.Context, c.Args().First(), category)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s\n", text)
			return err
		},
	}
}
