// Command mandorla finds out what two companies' customer tables have in
// common without either showing the other its table. One file is one command:
// flags to values, errors to exit codes. What is done stands in package node.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

// The exit codes (DESIGN.md, "The command line").
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3
	exitPeer    = 4
	exitInput   = 5
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	app := application(stdout, stderr)
	args, err := arrange(app, args)
	if err == nil {
		err = app.RunContext(ctx, args)
	}
	if err != nil {
		fmt.Fprintln(stderr, "mandorla:", err)
	}
	return exitCode(err)
}

func application(stdout, stderr io.Writer) *cli.App {
	app := &cli.App{
		Name:            "mandorla",
		Usage:           "what two customer tables have in common, without showing either",
		UsageText:       "mandorla demo    shows it all, on this machine alone",
		Writer:          stdout,
		ErrWriter:       stderr,
		HideVersion:     true,
		HideHelpCommand: true,
		Commands: []*cli.Command{
			demoCommand(), synthCommand(), initCommand(), datasetCommand(), agreementCommand(),
			serveCommand(), runCommand(), activateCommand(), activationCommand(), ledgerCommand(), benchCommand(), versionCommand(),
		},
		OnUsageError:   misuse,
		ExitErrHandler: func(*cli.Context, error) {},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return usage("no command %q; `mandorla --help` lists them", c.Args().First())
			}
			return cli.ShowAppHelp(c)
		},
	}
	inherit(app.Commands)
	return app
}

// inherit gives every command what cli does not hand down.
func inherit(commands []*cli.Command) {
	for _, c := range commands {
		c.OnUsageError, c.HideHelpCommand = misuse, true
		inherit(c.Subcommands)
	}
}

// errUsage is a command line that cannot be understood.
var errUsage = errors.New("usage")

func usage(format string, args ...any) error {
	return fmt.Errorf("%w: %w", errUsage, fmt.Errorf(format, args...))
}

func misuse(_ *cli.Context, err error, _ bool) error { return usage("%w", err) }

// exitCode is what the process ends with.
func exitCode(err error) int {
	var field *agreement.FieldError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errUsage):
		return exitUsage
	case isAny(err, node.ErrRefused, node.ErrWithheld, agreement.ErrNotMember, agreement.ErrNotSigned,
		agreement.ErrSignature, agreement.ErrNotInForce, agreement.ErrNotPermitted, agreement.ErrNotOffered):
		return exitRefused
	case errors.Is(err, node.ErrPeer):
		return exitPeer
	case errors.Is(err, node.ErrInput), errors.Is(err, node.ErrConfig), errors.As(err, &field), errors.Is(err, os.ErrNotExist):
		return exitInput
	}
	return exitFailed
}

func isAny(err error, targets ...error) bool {
	for _, t := range targets {
		if errors.Is(err, t) {
			return true
		}
	}
	return false
}
