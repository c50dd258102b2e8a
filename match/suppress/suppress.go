package suppress

import (
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/evaluation"
)

// OneSided is `suppress`: the asker learns which of its rows are left.
var OneSided = match.Protocol{Analysis: "suppress", Topology: "P1-O", Schemas: evaluation.TagSchemas, New: newOneSided}

func newOneSided(c match.Config, learns bool) (match.Machine, error) {
	if learns {
		return evaluation.NewAsker(c, evaluation.Use{Directory: evaluation.Tags, Outcome: rest})
	}
	return evaluation.NewEvaluator(c, evaluation.Publication{Directory: evaluation.Tags})
}

func rest(hits []*column.Bits) (match.Outcome, error) { return match.NewRest(hits), nil }
