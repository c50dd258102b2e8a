package evaluation

import (
	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// A Directory is how an analysis's evaluator publishes its own identifiers: one
// message a level, sorted by its first column, the tag.
type Directory struct {
	Name   string // of its phase
	Kind   wire.Kind
	Schema wire.Schema // t: fsb16, then what the analysis adds
}

// Schemas are the frames of a run that ends in such a directory.
func (d Directory) Schemas() wire.Schemas {
	return wire.Schemas{
		wire.KindKeys:      dh.KeysSchema,
		wire.KindEvalReq:   evalReqSchema,
		wire.KindEvalResp:  evalRespSchema,
		wire.KindEvalProof: evalProofSchema,
		d.Kind:             d.Schema,
	}
}

// RunSchemas are those of one run: in a later run of an epoch, tags are removed too.
func (d Directory) RunSchemas(c match.Config) wire.Schemas {
	s := d.Schemas()
	if c.Epoch.Later() {
		s[wire.KindRemoved] = removedSchema
	}
	return s
}

// Tags is the directory of tags alone.
var Tags = Directory{Name: "directory", Kind: wire.KindDirectory,
	Schema: wire.Schema{{Name: "t", Type: wire.FSB16}}}

// TagSchemas are the frames of a run, of any levels, that ends in [Tags].
func TagSchemas(int) wire.Schemas { return Tags.Schemas() }

var (
	evalReqSchema   = wire.Schema{{Name: "e", Type: wire.FSB32}}
	evalRespSchema  = wire.Schema{{Name: "z", Type: wire.FSB32}}
	removedSchema   = wire.Schema{{Name: "t", Type: wire.FSB16}}
	evalProofSchema = wire.Schema{{Name: "proof", Type: wire.FSB64}}
)
