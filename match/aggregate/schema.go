package aggregate

import (
	"mandorla/match/dh"
	"mandorla/match/wire"
)

var (
	tagsSchema  = wire.Schema{{Name: "t", Type: wire.FSB16}, {Name: "seg", Type: wire.Uint16}}
	countSchema = wire.Schema{{Name: "level", Type: wire.Uint16}, {Name: "p", Type: wire.Uint16},
		{Name: "q", Type: wire.Uint16}, {Name: "c", Type: wire.Uint32}}
)

// setSchema is the columns of SET: one element a level, and the segment code.
func setSchema(levels int) wire.Schema {
	return append(dh.ElementSchema(levels), wire.Column{Name: "seg", Type: wire.Uint16})
}

func singleSchemas(levels int) wire.Schemas {
	return wire.Schemas{
		wire.KindKeys: dh.KeysSchema,
		wire.KindSet:  setSchema(levels),
		wire.KindTags: tagsSchema,
	}
}

func dualSchemas(levels int) wire.Schemas {
	s := singleSchemas(levels)
	s[wire.KindTagCommit] = dh.CommitSchema
	s[wire.KindTagOpen] = dh.OpenSchema
	s[wire.KindCountCommit] = dh.CommitSchema
	s[wire.KindCount] = countSchema
	return s
}
