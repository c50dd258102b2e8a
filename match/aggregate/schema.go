package aggregate

import (
	"fmt"

	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

var (
	tagsSchema  = wire.Schema{{Name: "t", Type: wire.FSB16}, {Name: "seg", Type: wire.Uint16}}
	countSchema = wire.Schema{{Name: "level", Type: wire.Uint16}, {Name: "p", Type: wire.Uint16},
		{Name: "q", Type: wire.Uint16}, {Name: "c", Type: wire.Uint32}}
	poolSchema  = wire.Schema{{Name: "idx", Type: wire.Uint32}}
	proofSchema = wire.Schema{{Name: "proof", Type: wire.FSB64}}
)

// setSchema is the columns of SET: one element a level, the segment code, and
// the encrypted values.
func setSchema(levels, values int) wire.Schema {
	s := append(dh.ElementSchema(levels), wire.Column{Name: "seg", Type: wire.Uint16})
	if values == 0 {
		return s
	}
	return append(s, cipherSchema(values)...)
}

// cipherSchema is the columns of encrypted numbers: r, s0, s1, …
func cipherSchema(values int) wire.Schema {
	return numbered(wire.Schema{{Name: "r", Type: wire.FSB32}}, "s%d", wire.FSB32, values)
}

// cellsSchema is the columns of CELLS, in the owner's encryption.
func cellsSchema(values int) wire.Schema {
	return append(wire.Schema{{Name: "g", Type: wire.Uint16}}, cipherSchema(values)...)
}

// resultSchema is the columns of RESULT.
func resultSchema(values int) wire.Schema {
	return numbered(wire.Schema{{Name: "g", Type: wire.Uint16}, {Name: "n", Type: wire.Int64}}, "sum%d", wire.Int64, values)
}

func numbered(s wire.Schema, name string, t wire.Type, n int) wire.Schema {
	for i := range n {
		s = append(s, wire.Column{Name: fmt.Sprintf(name, i), Type: t})
	}
	return s
}

func singleSchemas(levels int) wire.Schemas {
	return wire.Schemas{
		wire.KindKeys: dh.KeysSchema,
		wire.KindSet:  setSchema(levels, 0),
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

func singleRunSchemas(c match.Config) (own, peer wire.Schemas) {
	if c.Cells == nil {
		return singleSchemas(len(c.Levels)), singleSchemas(len(c.Levels))
	}
	side := func() wire.Schemas { return pooled(singleSchemas(len(c.Levels))) }
	return side(), side()
}

func dualRunSchemas(c match.Config) (own, peer wire.Schemas) {
	if c.Cells == nil {
		return dualSchemas(len(c.Levels)), dualSchemas(len(c.Levels))
	}
	v, w := len(c.Cells.Own.Values), len(c.Cells.Peer.Values)
	return valued(len(c.Levels), v, w), valued(len(c.Levels), w, v)
}

// pooled adds the messages of dummy pools.
func pooled(s wire.Schemas) wire.Schemas {
	s[wire.KindPoolProof] = poolSchema
	s[wire.KindPoolDLEQ] = proofSchema
	return s
}

// valued is what a side sends that has some value columns, and its peer others.
func valued(levels, values, others int) wire.Schemas {
	s := pooled(dualSchemas(levels))
	s[wire.KindSet] = setSchema(levels, values)
	if values > 0 {
		s[wire.KindResult] = resultSchema(values)
	}
	if others > 0 {
		s[wire.KindCells] = cellsSchema(others)
	}
	return s
}
