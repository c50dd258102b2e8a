package main

import (
	"encoding/json"
	"fmt"

	"github.com/urfave/cli/v2"

	"mandorla/bench/synth"
)

func synthCommand() *cli.Command {
	return &cli.Command{
		Name:      "synth",
		Usage:     "an airline's and a bank's table with a known overlap",
		UsageText: "mandorla synth --rows 10000 --overlap 0.4 --seed 1 --out data",
		Flags: []cli.Flag{rowsFlag(10_000), overlapFlag(), seedFlag(),
			&cli.StringFlag{Name: "out", Value: ".", EnvVars: []string{"MANDORLA_OUT"}, Usage: "the `FOLDER` to write to"},
			formatFlag("table", "json")},
		Action: func(c *cli.Context) error {
			if err := only(c); err != nil {
				return err
			}
			format, err := oneOf(c, "format", "table", "json")
			if err != nil {
				return err
			}
			o, err := synthOptions(c)
			if err != nil {
				return err
			}
			truth, err := synth.Write(c.String("out"), o)
			if err != nil {
				return err
			}
			if format == "json" {
				return json.NewEncoder(c.App.Writer).Encode(truth)
			}
			_, err = fmt.Fprintf(c.App.Writer, "%s: customers.csv, cardholders.csv, truth.json\n", c.String("out"))
			return err
		},
	}
}

func rowsFlag(rows uint64) cli.Flag {
	return &cli.Uint64Flag{Name: "rows", Value: rows, EnvVars: []string{"MANDORLA_ROWS"}, Usage: "rows of each table"}
}

func overlapFlag() cli.Flag {
	return &cli.Float64Flag{Name: "overlap", Value: 0.4, EnvVars: []string{"MANDORLA_OVERLAP"}, Usage: "share of the customers that both have"}
}

func seedFlag() cli.Flag {
	return &cli.Uint64Flag{Name: "seed", Value: 1, EnvVars: []string{"MANDORLA_SEED"}, Usage: "the same seed makes the same tables"}
}

func synthOptions(c *cli.Context) (synth.Options, error) {
	o := synth.Options{Rows: c.Uint64("rows"), Overlap: c.Float64("overlap"), Seed: c.Uint64("seed")}
	if o.Rows == 0 {
		return o, usage("--rows: at least 1")
	}
	if !(o.Overlap >= 0 && o.Overlap <= 1) {
		return o, usage("--overlap: between 0 and 1")
	}
	return o, nil
}
