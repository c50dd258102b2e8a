package list

import (
	"encoding/binary"

	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// OneSided is P1-O: the asker learns which of its rows are in the overlap, the
// evaluator learns the asker's padded size and nothing else.
var OneSided = match.Protocol{Analysis: "match", Topology: "P1-O", Schemas: OneSidedSchemas, New: newOneSided}

var (
	evalReqSchema   = wire.Schema{{Name: "e", Type: wire.FSB32}}
	evalRespSchema  = wire.Schema{{Name: "z", Type: wire.FSB32}}
	evalProofSchema = wire.Schema{{Name: "proof", Type: wire.FSB64}}
	directorySchema = wire.Schema{{Name: "t", Type: wire.FSB16}}
)

// OneSidedSchemas are the kinds of frames of P1-O.
func OneSidedSchemas(int) wire.Schemas {
	return wire.Schemas{
		wire.KindKeys:      dh.KeysSchema,
		wire.KindEvalReq:   evalReqSchema,
		wire.KindEvalResp:  evalRespSchema,
		wire.KindEvalProof: evalProofSchema,
		wire.KindDirectory: directorySchema,
	}
}

func newOneSided(c match.Config, learns bool) (match.Machine, error) {
	if learns {
		return NewAsker(c, waterfall)
	}
	return NewEvaluator(c)
}

// waterfall is the outcome of `match`: each row at the first level that found it
// (PROTOCOLS.md §8.3).
func waterfall(hits []*column.Bits) match.Outcome {
	var first []*column.Bits
	found := new(column.Bits)
	for _, h := range hits {
		first = append(first, h.Without(found))
		found.Add(h)
	}
	return match.NewRows(first)
}

// The liveness check of PROTOCOLS.md §3.1: the directory has to hold all of a
// pool of public identifiers, of which the asker secretly asks for some. A
// directory made under another key, or cut short, misses them.
const (
	poolSize  = 256
	poolAsked = 64
)

// poolWidth is the bytes of a pool identifier.
const poolWidth = 4 + 32 + 1 + 4

// poolMessage is the OPRF input of the pool's identifier i at a level. No
// identifier message begins like it: a type's name is shorter than 'p' bytes.
func poolMessage(dst []byte, sid [32]byte, level uint8, i uint32) []byte {
	dst = append(dst, "pool"...)
	dst = append(dst, sid[:]...)
	dst = append(dst, level)
	return binary.BigEndian.AppendUint32(dst, i)
}

// requested is how many elements the asker sends at every level.
func requested(askerCap uint64) uint64 { return askerCap + poolAsked }

// listed is how many tags the evaluator's directory has at every level.
func listed(evaluatorCap uint64) uint64 { return evaluatorCap + poolSize }
