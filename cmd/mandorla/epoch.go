package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/bench/plot"
	"mandorla/node"
)

func fullFlag() cli.Flag {
	return &cli.BoolFlag{Name: "full", EnvVars: []string{"MANDORLA_FULL"},
		Usage: "begin a new epoch: a run over all rows under a new key, where the agreement's epoch_days would allow one over what is new"}
}

// dayOf is the day of a time as results have it.
func dayOf(stamp string) string {
	day, _, _ := strings.Cut(stamp, "T")
	return day
}

// printEpoch says where a run stands among those that have a key in common.
func printEpoch(p page, r *node.Result) {
	switch e := r.Epoch; {
	case e == nil:
	case e.Full:
		p.line("epoch", fmt.Sprintf("%s begins with this full run and ends %s", e.ID, dayOf(e.Ends)))
	default:
		p.line("epoch", fmt.Sprintf("%s, run %d: over what is new alone; ends %s", e.ID, e.Run, dayOf(e.Ends)))
	}
}

// previewEpoch says what the run would be about.
func previewEpoch(p page, e *node.EpochPreview) {
	switch {
	case e == nil:
	case e.Full:
		p.line("epoch", "full run: begins an epoch, which ends "+dayOf(e.Ends))
	default:
		p.line("epoch", fmt.Sprintf("%s, epoch ends %s; if the partner knows of the same runs", churnWords(e.Churn), dayOf(e.Ends)))
	}
}

// churnWords says what has changed since the last run of the epoch.
func churnWords(c *node.Churn) string {
	if !c.Asks {
		return fmt.Sprintf("%s identifiers added (padded to %s), %s removed (padded to %s)", thousands(c.Added), thousands(c.Padded), thousands(c.Removed), thousands(c.PaddedRemoved))
	}
	return fmt.Sprintf("%s new identifiers asked (padded to %s)", thousands(c.New), thousands(c.Padded))
}

// thousands is a number as people write it.
func thousands(n uint64) string { return plot.Grouped(strconv.FormatUint(n, 10)) }
