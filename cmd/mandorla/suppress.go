package main

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

func suppressCommand() *cli.Command {
	return analysisCommand(agreement.Suppress, "the own list less everybody on the partner's, such as the people who objected", columnsFlag())
}

// sendList is how many rows are left, or why it is not said.
func sendList(r *node.Result) string {
	switch {
	case r.Suppress != nil:
		return fmt.Sprintf("%d rows", r.Suppress.Kept)
	case r.State == "suppressed":
		return "withheld: shorter than the least length agreed on"
	}
	return "not for this node: the agreement gives it to " + strings.Join(r.Learns, ", ")
}

// foundBy goes before the type of an identifier that found rows.
func foundBy(r *node.Result) string {
	if r.Suppress != nil {
		return "struck by "
	}
	return "by "
}

// printSendList says what became of the other rows.
func printSendList(p page, r *node.Result) {
	if r.Suppress == nil {
		return
	}
	p.line("struck", fmt.Sprintf("%d rows stand on the partner's list; above, by the first identifier that found each", r.Suppress.Struck))
	if r.Suppress.Unchecked > 0 {
		p.line("not checked", fmt.Sprintf("%d rows have no valid identifier; they are kept out of the list", r.Suppress.Unchecked))
	}
}
