package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

func languageFlag() cli.Flag {
	return &cli.StringFlag{Name: "lang", Value: "en", EnvVars: []string{"MANDORLA_LANG"}, Usage: "one of en, de"}
}

func noticeCommand() *cli.Command {
	return &cli.Command{
		Name:  "notice",
		Usage: "the text that tells customers of an agreement (GDPR Art. 13 and 14); refused while a point is missing",
		UsageText: "mandorla agreement notice --draft > airline/notice.yaml    to fill in once\n" +
			"mandorla agreement notice skyline.yaml --lang de --dir airline",
		ArgsUsage: "FILE",
		Flags: []cli.Flag{dirFlag(), languageFlag(),
			&cli.BoolFlag{Name: "draft", EnvVars: []string{"MANDORLA_DRAFT"}, Usage: "print a commented notice.yaml instead"}},
		Action: func(c *cli.Context) error {
			if c.Bool("draft") {
				if err := only(c); err != nil {
					return err
				}
				_, err := fmt.Fprint(c.App.Writer, node.NoticeDraft())
				return err
			}
			language, err := oneOf(c, "lang", "en", "de")
			if err != nil {
				return err
			}
			a, err := namedAgreement(c)
			if err != nil {
				return err
			}
			text, err := node.Notice(c.String("dir"), a, language)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(c.App.Writer, text)
			return err
		},
	}
}

func recordCommand() *cli.Command {
	return &cli.Command{
		Name:      "record",
		Usage:     "the record of processing activities (GDPR Art. 30) of some agreements, a row each",
		UsageText: "mandorla agreement record skyline.yaml --format csv --dir airline",
		ArgsUsage: "FILE...",
		Flags:     []cli.Flag{dirFlag(), languageFlag(), formatFlag("csv", "jsonld")},
		Action: func(c *cli.Context) error {
			if c.NArg() == 0 {
				return usage("FILE: missing")
			}
			language, err := oneOf(c, "lang", "en", "de")
			if err != nil {
				return err
			}
			format, err := oneOf(c, "format", "csv", "jsonld")
			if err != nil {
				return err
			}
			var all []*agreement.Agreement
			for _, file := range c.Args().Slice() {
				a, err := node.ReadAgreement(file)
				if err != nil {
					return err
				}
				all = append(all, a)
			}
			out, err := node.Record(c.String("dir"), all, language, format)
			if err != nil {
				return err
			}
			_, err = c.App.Writer.Write(out)
			return err
		},
	}
}

func reviewCommand() *cli.Command {
	return &cli.Command{
		Name:      "review",
		Usage:     "judge every open agreement by legal.yaml, policy.yaml and node.yaml as they are now, and list what is refused",
		UsageText: "mandorla agreement review --dir airline",
		Flags:     []cli.Flag{dirFlag()},
		Action: func(c *cli.Context) error {
			if err := only(c); err != nil {
				return err
			}
			n, err := openNode(c)
			if err != nil {
				return err
			}
			lines, err := n.Refusals()
			if err != nil {
				return err
			}
			if len(lines) == 0 {
				lines = []string{"nothing is refused"}
			}
			for _, line := range lines {
				fmt.Fprintln(c.App.Writer, line)
			}
			return nil
		},
	}
}
