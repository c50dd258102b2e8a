package evaluation

import "encoding/binary"

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
