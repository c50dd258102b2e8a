package bulk

import (
	"errors"
	"math/bits"

	"mandorla/match"
	"mandorla/match/wire"
)

// OneSided is P1-O by the bulk engine: the receiver learns which of its rows are
// in the overlap, the sender learns the receiver's padded size and nothing else.
var OneSided = match.Protocol{Analysis: "match", Topology: "P1-O", Engine: match.VOLE,
	Schemas: levelSchemas, RunSchemas: runSchemas, New: newOneSided}

// Append is P4 by the bulk engine: the receiver learns the sender's labels of these
// rows too.
var Append = match.Protocol{Analysis: "append", Topology: "P4", Engine: match.VOLE,
	Schemas: levelSchemas, RunSchemas: runSchemas, New: newAppend}

var (
	bytesSchema = wire.Schema{{Name: "bytes", Type: wire.Uint8}}
	halfSchema  = wire.Schema{{Name: "w", Type: wire.FSB32}}
	okvsSchema  = wire.Schema{{Name: "p", Type: wire.FSB16}}
)

func levelSchemas(int) wire.Schemas { return schemas(newEntry(match.Config{})) }

func runSchemas(c match.Config) (own, peer wire.Schemas) {
	return schemas(newEntry(c)), schemas(newEntry(c))
}

func schemas(e entry) wire.Schemas {
	return wire.Schemas{
		wire.KindBaseOT:    bytesSchema,
		wire.KindVoleAsk:   bytesSchema,
		wire.KindVoleTrees: bytesSchema,
		wire.KindVoleCheck: bytesSchema,
		wire.KindSeed:      halfSchema,
		wire.KindOKVS:      okvsSchema,
		wire.KindOpen:      halfSchema,
		e.kind:             e.schema,
	}
}

// An entry is what the sender gives of each of its rows: a tag, and in a run that
// appends the row's sealed label.
type entry struct {
	kind   wire.Kind
	schema wire.Schema
	tag    int // bytes of it
	width  int // bytes of all
}

func newEntry(c match.Config) entry {
	tag := tagWidth(c.OwnCap, c.PeerCap)
	e := entry{wire.KindBinTags, wire.Schema{{Name: "t", Type: wire.FSB(tag)}}, tag, tag}
	if c.Labels != nil {
		sealed := c.Labels.Width + sealSize
		e.kind, e.width = wire.KindBinLabels, tag+sealed
		e.schema = append(e.schema, wire.Column{Name: "ct", Type: wire.FSB(sealed)})
	}
	return e
}

// tagWidth is the bytes of a run's tags: as many as make two different
// identifiers have the same tag with probability 2^-48 at most over all pairs of
// the run (PROTOCOLS.md §1.3 asks for 2^-40), from 11 to 16.
func tagWidth(own, peer uint64) int {
	pairs := bits.Len64(max(own, 1)-1) + bits.Len64(max(peer, 1)-1)
	return min(max(11, (48+pairs+7)/8), 16)
}

// mostLabel is the most bytes that a label can have.
const mostLabel = 239

// newAppend is a run with labels, of no bytes where none are wanted.
func newAppend(c match.Config, learns bool) (match.Machine, error) {
	if c.Labels == nil {
		c.Labels = new(match.Labels)
	}
	if c.Labels.Width < 0 || c.Labels.Width > mostLabel {
		return nil, errors.New("append: labels have at most 239 bytes")
	}
	return newOneSided(c, learns)
}

func newOneSided(c match.Config, learns bool) (match.Machine, error) {
	if learns {
		return newReceiver(c)
	}
	return newSender(c)
}
