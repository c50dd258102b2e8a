package list

import (
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/evaluation"
	"mandorla/match/wire"
)

// OneSided is P1-O: the asker learns which of its rows are in the overlap, the
// evaluator learns the asker's padded size and nothing else.
var OneSided = match.Protocol{Analysis: "match", Topology: "P1-O", Schemas: evaluation.TagSchemas, RunSchemas: runSchemas, New: newOneSided}

func runSchemas(c match.Config) (own, peer wire.Schemas) {
	s := evaluation.Tags.RunSchemas(c)
	return s, s
}

func newOneSided(c match.Config, learns bool) (match.Machine, error) {
	if learns {
		return evaluation.NewAsker(c, evaluation.Use{Directory: evaluation.Tags, Outcome: rows})
	}
	return evaluation.NewEvaluator(c, evaluation.Publication{Directory: evaluation.Tags})
}

// rows is the outcome of `match`: each row at the first level that found it.
func rows(hits []*column.Bits) (match.Outcome, error) {
	return match.NewRows(evaluation.Waterfall(hits)), nil
}
