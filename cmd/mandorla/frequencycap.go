package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

func frequencyCapCommand() *cli.Command {
	return analysisCommand(agreement.FrequencyCap, "the own send plan without the households that enough other brands contact",
		&cli.StringFlag{Name: "removed", EnvVars: []string{"MANDORLA_REMOVED"}, Usage: "write the rows that are not in the plan any more, and why, to `FILE`; its ending says the format"})
}

// sendPlan is how many rows are left, or why it is not said.
func sendPlan(r *node.Result) string {
	switch {
	case r.FrequencyCap != nil:
		return fmt.Sprintf("%d rows of %d", r.FrequencyCap.Kept, r.FrequencyCap.Rows)
	case r.State == "suppressed":
		return "withheld: shorter than the least length agreed on"
	}
	return "not for this node: the agreement gives it to " + strings.Join(r.Learns, ", ")
}

// printPlan says what became of the other rows.
func printPlan(p page, c *node.CappedPlan) {
	if c == nil {
		return
	}
	others := "another member's plan, at least"
	if c.Most > 1 {
		others = fmt.Sprintf("the plans of at least %d other members", c.Most)
	}
	p.line("removed", fmt.Sprintf("%d of %d contacts, which stand on %s", c.Removed, c.Contacts, others))
	if c.SameHousehold > 0 {
		p.line("set aside", fmt.Sprintf("%d rows, whose household an earlier row of the plan contacts", c.SameHousehold))
	}
	if c.WithoutIdentifier > 0 {
		p.line("not compared", fmt.Sprintf("%d rows that no identifier can be made of; they stay in the plan", c.WithoutIdentifier))
	}
}
