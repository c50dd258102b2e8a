package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"mandorla/agreement"
	"mandorla/node"
)

func netNamesCommand() *cli.Command {
	return analysisCommand(agreement.NetNames, "buy those rows of the partner's list that the own table does not hold",
		&cli.Uint64Flag{Name: "max", EnvVars: []string{"MANDORLA_MAX"},
			Usage: "buy at most `N` names; without it, or where there are more, say how many there are and buy none"})
}

// netNames is how many names changed hands.
func netNames(r *node.Result) string {
	if r.Sale == nil {
		return "none"
	}
	if r.Count == nil {
		return fmt.Sprintf("%d sold to %s; which, this node does not know", r.Sale.Names, r.Partner)
	}
	return fmt.Sprintf("%d bought", r.Sale.Names)
}

// printSale says how much is on sale, and what does not fit.
func printSale(p page, s *node.SaleCount) {
	if s == nil {
		return
	}
	if s.OnSale > 0 {
		p.line("on sale", fmt.Sprintf("%d rows; this number is not padded", s.OnSale))
	}
	p.line("at most", fmt.Sprintf("%d names in a run", s.Most))
	for _, column := range slices.Sorted(maps.Keys(s.Unfit)) {
		p.line("  unfit", fmt.Sprintf("%d cells of %s, sold as missing: the schema has no room for them", s.Unfit[column], column))
	}
}
