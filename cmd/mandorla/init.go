package main

import (
	"fmt"
	"os"

	"github.com/urfave/cli/v2"
	"golang.org/x/term"

	"mandorla/node"
)

func initCommand() *cli.Command {
	return &cli.Command{
		Name:      "init",
		Usage:     "make a node's folder and its key",
		UsageText: "mandorla init --name airline --dir airline",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "name", EnvVars: []string{"MANDORLA_NAME"}, Usage: "the member's `NAME`, as it will stand in agreements"},
			dirFlag(),
			&cli.BoolFlag{Name: "passphrase", EnvVars: []string{"MANDORLA_ENCRYPT_KEY"}, Usage: "encrypt the key with a passphrase (from MANDORLA_PASSPHRASE, or asked for)"},
		},
		Action: func(c *cli.Context) error {
			if err := only(c); err != nil {
				return err
			}
			name, err := required(c, "name")
			if err != nil {
				return err
			}
			secret := ""
			if c.Bool("passphrase") {
				if secret, err = passphrase(); err != nil {
					return err
				}
			}
			verifier, err := node.Init(c.String("dir"), name, secret)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.App.Writer, verifier)
			return err
		},
	}
}

// passphrase is that of the node's key.
func passphrase() (string, error) {
	if p := os.Getenv("MANDORLA_PASSPHRASE"); p != "" {
		return p, nil
	}
	stdin := int(os.Stdin.Fd())
	if !term.IsTerminal(stdin) {
		return "", usage("the node's key has a passphrase: set MANDORLA_PASSPHRASE")
	}
	fmt.Fprint(os.Stderr, "passphrase: ")
	p, err := term.ReadPassword(stdin)
	fmt.Fprintln(os.Stderr)
	if err == nil && len(p) == 0 {
		err = usage("an empty passphrase protects nothing")
	}
	return string(p), err
}
