package main

import (
	"io"
	"log/slog"

	"github.com/urfave/cli/v2"

	"mandorla/node"
)

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:      "serve",
		Usage:     "answer partners until SIGINT or SIGTERM, then let runs finish",
		UsageText: "mandorla serve --dir bank\nmandorla serve --helper --dir verifier",
		Flags: []cli.Flag{dirFlag(), memoryFlag(), logFlag(),
			&cli.BoolFlag{Name: "helper", Usage: "join for two members, as a node without data: refuse to start with any", EnvVars: []string{"MANDORLA_HELPER"}}},
		Action: func(c *cli.Context) error {
			if err := only(c); err != nil {
				return err
			}
			log, err := logger(c)
			if err != nil {
				return err
			}
			o, err := options(c, log)
			if err != nil {
				return err
			}
			n, err := node.Open(c.String("dir"), o)
			if err != nil {
				return err
			}
			if c.Bool("helper") {
				if err := n.WithoutData(); err != nil {
					return err
				}
			}
			return n.Serve(c.Context, func(address string) {
				log.Info("listening", "node", n.Name(), "address", address)
			})
		},
	}
}

// options are the node's, from the flags that every command with a node has.
func options(c *cli.Context, log *slog.Logger) (node.Options, error) {
	bytes, err := memory(c)
	return node.Options{Passphrase: passphrase, Log: log, Build: build(), Memory: bytes}, err
}

// openShowing opens the node with bars that show how far it is.
func openShowing(c *cli.Context, log *slog.Logger) (*node.Node, *bars, error) {
	o, err := options(c, log)
	if err != nil {
		return nil, nil, err
	}
	bars := newBars(c.App.ErrWriter)
	o.Progress = bars.progress
	n, err := node.Open(c.String("dir"), o)
	return n, bars, err
}

// logger writes to stderr.
func logger(c *cli.Context) (*slog.Logger, error) {
	form, err := oneOf(c, "log", "text", "json")
	if err != nil {
		return nil, err
	}
	return slog.New(handler(form, c.App.ErrWriter)), nil
}

func handler(form string, w io.Writer) slog.Handler {
	if form == "json" {
		return slog.NewJSONHandler(w, nil)
	}
	return slog.NewTextHandler(w, nil)
}
