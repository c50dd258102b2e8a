package bulk

import (
	"math/bits"

	"mandorla/match"
	"mandorla/match/wire"
)

// OneSided is P1-O by the bulk engine: the receiver learns which of its rows are
// in the overlap, the sender learns the receiver's padded size and nothing else.
var OneSided = match.Protocol{Analysis: "match", Topology: "P1-O", Engine: match.VOLE,
	Schemas: func(int) wire.Schemas { return schemas(tagWidth(1, 1)) }, RunSchemas: runSchemas, New: newOneSided}

var (
	bytesSchema = wire.Schema{{Name: "bytes", Type: wire.Uint8}}
	halfSchema  = wire.Schema{{Name: "w", Type: wire.FSB32}}
	okvsSchema  = wire.Schema{{Name: "p", Type: wire.FSB16}}
)

func tagSchema(width int) wire.Schema { return wire.Schema{{Name: "t", Type: wire.FSB(width)}} }

func runSchemas(c match.Config) (own, peer wire.Schemas) {
	width := tagWidth(c.OwnCap, c.PeerCap)
	return schemas(width), schemas(width)
}

func schemas(tag int) wire.Schemas {
	return wire.Schemas{
		wire.KindBaseOT:    bytesSchema,
		wire.KindVoleAsk:   bytesSchema,
		wire.KindVoleTrees: bytesSchema,
		wire.KindVoleCheck: bytesSchema,
		wire.KindSeed:      halfSchema,
		wire.KindOKVS:      okvsSchema,
		wire.KindOpen:      halfSchema,
		wire.KindBinTags:   tagSchema(tag),
	}
}

// tagWidth is the bytes of a run's tags: as many as make two different
// identifiers have the same tag with probability 2^-48 at most over all pairs of
// the run (PROTOCOLS.md §1.3 asks for 2^-40), from 11 to 16.
func tagWidth(own, peer uint64) int {
	pairs := bits.Len64(max(own, 1)-1) + bits.Len64(max(peer, 1)-1)
	return min(max(11, (48+pairs+7)/8), 16)
}

func newOneSided(c match.Config, learns bool) (match.Machine, error) {
	if learns {
		return newReceiver(c)
	}
	return newSender(c)
}
