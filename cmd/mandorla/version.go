package main

import (
	"encoding/json"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/urfave/cli/v2"

	"mandorla/crypto/ristretto"
)

// release is the version of the program.
const release = "0.1.0"

func versionCommand() *cli.Command {
	return &cli.Command{
		Name:      "version",
		Usage:     "version, engine and build",
		UsageText: "mandorla version --format json",
		Flags:     []cli.Flag{formatFlag("table", "json")},
		Action: func(c *cli.Context) error {
			format, err := oneOf(c, "format", "table", "json")
			if err != nil {
				return err
			}
			if format == "json" {
				return json.NewEncoder(c.App.Writer).Encode(map[string]string{"version": release,
					"engine": ristretto.Engine(), "build": revision(), "go": runtime.Version()})
			}
			if err := ristretto.EngineError(); err != nil {
				fmt.Fprintln(c.App.ErrWriter, "mandorla:", err)
			}
			_, err = fmt.Fprintf(c.App.Writer, "mandorla %s\nengine   %s\nbuild    %s (%s)\n",
				release, ristretto.Engine(), revision(), runtime.Version())
			return err
		},
	}
}

// build names the program in messages and receipts.
func build() string { return "mandorla " + release + " " + revision() }

// revision is the commit that the program was built from, where that is known.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return "unversioned"
}
