package append

import (
	"errors"

	"mandorla/match"
	"mandorla/match/evaluation"
	"mandorla/match/wire"
)

// OneSided is P4: the asker learns the labels of its matched rows, the vendor the
// asker's padded size.
var OneSided = match.Protocol{Analysis: "append", Topology: "P4", New: newOneSided,
	Schemas: func(int) wire.Schemas { return directory(0).Schemas() }, RunSchemas: runSchemas}

func runSchemas(c match.Config) (own, peer wire.Schemas) {
	width := 0
	if c.Labels != nil {
		width = c.Labels.Width
	}
	s := directory(width).RunSchemas(c)
	return s, s
}

// mostLabel is the most bytes that a label can have.
const mostLabel = 255 - sealSize

// errConfig is a programmer's error.
var errConfig = errors.New("append: a run needs labels of at most 239 bytes")

// directory is tags with sealed labels beside them.
func directory(width int) evaluation.Directory {
	return evaluation.Directory{Name: "labels", Kind: wire.KindLabels,
		Schema: wire.Schema{{Name: "t", Type: wire.FSB16}, {Name: "ct", Type: wire.FSB(width + sealSize)}}}
}

func newOneSided(c match.Config, learns bool) (match.Machine, error) {
	if c.Labels == nil { // nothing but which rows are there is learnt
		c.Labels = new(match.Labels)
	}
	if c.Labels.Width < 0 || c.Labels.Width > mostLabel {
		return nil, errConfig
	}
	if learns {
		return newAsker(c)
	}
	return evaluation.NewEvaluator(c, evaluation.Publication{Directory: directory(c.Labels.Width), Rows: sealer{c}.seal})
}
