// Package all is the table of the analyses that a node can run: a line each.
// A protocol that is not in it does not exist for a node. The protocols
// themselves stand in the folders beside this one.
package all

import (
	"mandorla/match"
	"mandorla/match/aggregate"
	"mandorla/match/list"
	"mandorla/match/multi"
)

// Protocols are all the protocols there are.
var Protocols = []match.Protocol{
	aggregate.Dual,
	aggregate.Single,
	aggregate.Cells,
	aggregate.CellsSingle,
	aggregate.Helper,
	aggregate.CellsHelper,
	list.Mutual,
	list.OneSided,
	multi.Ring,
}

// Lookup finds the protocol of an analysis in a topology.
func Lookup(analysis, topology string) (match.Protocol, bool) {
	for _, p := range Protocols {
		if p.Analysis == analysis && p.Topology == topology {
			return p, true
		}
	}
	return match.Protocol{}, false
}
