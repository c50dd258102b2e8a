package suppress

import (
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/list"
)

// OneSided is `suppress`: the asker learns which of its rows are left.
var OneSided = match.Protocol{Analysis: "suppress", Topology: "P1-O", Schemas: list.OneSidedSchemas, New: newOneSided}

func newOneSided(c match.Config, learns bool) (match.Machine, error) {
	if learns {
		return list.NewAsker(c, rest)
	}
	return list.NewEvaluator(c)
}

func rest(hits []*column.Bits) match.Outcome { return match.NewRest(hits) }
