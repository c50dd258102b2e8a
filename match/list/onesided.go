package list

import (
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/evaluation"
	"mandorla/match/wire"
)

// OneSided is P1-O: the asker learns which of its rows are in the overlap, the
// evaluator learns the asker's padded size and nothing else.
var OneSided = match.Protocol{Analysis: "match", Topology: "P1-O",
	Schemas: func(int) wire.Schemas { return directory.Schemas() }, New: newOneSided}

// directory is tags alone.
var directory = evaluation.Directory{Name: "directory", Kind: wire.KindDirectory,
	Schema: wire.Schema{{Name: "t", Type: wire.FSB16}}}

func newOneSided(c match.Config, learns bool) (match.Machine, error) {
	if learns {
		return evaluation.NewAsker(c, evaluation.Use{Directory: directory,
			Outcome: func(hits []*column.Bits) (match.Outcome, error) { return match.NewRows(hits), nil }})
	}
	return evaluation.NewEvaluator(c, evaluation.Publication{Directory: directory})
}
