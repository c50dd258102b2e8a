package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/node"
)

func ledgerTraceCommand() *cli.Command {
	return &cli.Command{
		Name:  "trace",
		Usage: "the files of activated rows that values seen elsewhere came from: buyer, agreement and run",
		UsageText: "mandorla ledger trace ieqt.ohnmsdr47@example.com --dir airline\n" +
			"mandorla ledger trace --values sighted.txt --dir airline",
		ArgsUsage: "[VALUE...]",
		Flags: []cli.Flag{dirFlag(), formatFlag("table", "json"),
			&cli.StringFlag{Name: "values", EnvVars: []string{"MANDORLA_VALUES"}, Usage: "a `FILE` of values, one a line; - for standard input"}},
		Action: trace,
	}
}

func trace(c *cli.Context) error {
	format, err := oneOf(c, "format", "table", "json")
	if err != nil {
		return err
	}
	values, err := sighted(c)
	if err != nil {
		return err
	}
	if len(values) == 0 {
		return usage("VALUE: missing; give one, or --values FILE")
	}
	n, err := openNode(c)
	if err != nil {
		return err
	}
	found, err := n.Trace(c.Context, values)
	if err != nil {
		return err
	}
	if format == "json" {
		if found == nil {
			found = []node.Sighting{}
		}
		return json.NewEncoder(c.App.Writer).Encode(found)
	}
	if len(found) == 0 {
		_, err := fmt.Fprintln(c.App.Writer, "no file that left this node has a made-up row with any of these values")
		return err
	}
	p := newPage(c.App.Writer)
	p.line("recipient", "agreement", "run", "made", "delete by", "values", "by chance", "sign", "file")
	for _, s := range found {
		p.line(s.Recipient, s.Name, s.Run[:16], s.At, s.DeleteBy, s.Values, fmt.Sprintf("%.1g", s.Chance), s.Sign, s.File)
	}
	if err := p.w.Flush(); err != nil {
		return err
	}
	_, err = fmt.Fprint(c.App.Writer, signs)
	return err
}

// signs says what the words of a table of sightings are worth.
const signs = `
by chance: so many of as many strangers' values would lead to the file, at most.
sign: strong, hardly chance; weak, may be chance; none, as strangers' values do.
A sign is one for you: to others it proves nothing, for whoever made the file could
have made the values.
`

// sighted are the values of the arguments and of --values.
func sighted(c *cli.Context) (values []string, err error) {
	values = c.Args().Slice()
	var in io.Reader = c.App.Reader
	switch name := c.String("values"); name {
	case "":
		return values, nil
	case "-":
	default:
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		in = f
	}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if v := strings.TrimSpace(lines.Text()); v != "" {
			values = append(values, v)
		}
	}
	return values, lines.Err()
}
