package evaluation

import (
	"encoding/binary"

	"mandorla/match"
)

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

// requested is how many elements the asker, whose cap is given, sends at every
// level: in a later run of an epoch, about as many as are new.
func requested(c match.Config, askerCap uint64) uint64 {
	if c.Epoch.Later() {
		return c.Epoch.Asked + poolAsked
	}
	return askerCap + poolAsked
}

// published is how many tags the directory of an evaluator, whose cap is given, has
// at every level: in a later run of an epoch, those that are added.
func published(c match.Config, evaluatorCap uint64) uint64 {
	if c.Epoch.Later() {
		return c.Epoch.Added + poolSize
	}
	return evaluatorCap + poolSize
}
