// Package all is the table of the analyses that a node can run: a line each.
// A protocol that is not in it does not exist for a node. The protocols
// themselves stand in the folders beside this one.
package all

import (
	"cmp"

	"mandorla/match"
	"mandorla/match/aggregate"
	"mandorla/match/append"
	"mandorla/match/bulk"
	"mandorla/match/frequency"
	"mandorla/match/list"
	"mandorla/match/multi"
	"mandorla/match/netnames"
	"mandorla/match/suppress"
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
	bulk.OneSided,
	bulk.Append,
	suppress.OneSided,
	netnames.Sale,
	append.OneSided,
	multi.Ring,
	frequency.Ring,
}

// Lookup finds the protocol of an analysis in a topology: the engine's, or that of
// the DH family where the engine has none.
func Lookup(analysis, topology, engine string) (match.Protocol, bool) {
	for _, e := range []string{engine, match.DH} {
		for _, p := range Protocols {
			if p.Analysis == analysis && p.Topology == topology && cmp.Or(p.Engine, match.DH) == e {
				return p, true
			}
		}
	}
	return match.Protocol{}, false
}
