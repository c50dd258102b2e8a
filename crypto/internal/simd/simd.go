// Package simd is the assembly under packages gf128 and mmo: AES and
// multiplication in GF(2^128) on many blocks of 16 bytes. A block is two 64-bit
// words, the lower first; a pointer is to the first word of the first block. No
// branch and no address depends on what blocks hold.
//
// There is no checking here: a pointer must have as many blocks behind it as the
// call says. It is for those two packages alone.
package simd

import "os"

// A Tier is a set of instructions.
type Tier uint8

const (
	// Portable is none: its methods do nothing.
	Portable Tier = iota
	// AVX2 works on one block at a time, with the instructions of AVX2, AES and
	// PCLMULQDQ.
	AVX2
	// VAES works on two blocks at a time, with those of VAES and VPCLMULQDQ too.
	VAES
)

// String names the tier.
func (t Tier) String() string { return [...]string{"portable", "avx2", "vaes"}[t] }

// ScheduleWords is the words of the round keys that Expand makes.
const ScheduleWords = 22

// engineVariable forces a tier, by the names that package ristretto has for its
// own: portable has the same effect here, and so has avx2 as far as the machine
// allows. Others leave the choice free.
const engineVariable = "MANDORLA_ENGINE"

// Pick is the fastest tier that the machine can run, that the environment allows
// and that gives the right answers.
func Pick(right func(Tier) bool) Tier {
	for _, t := range allowed(os.Getenv(engineVariable), Tiers()) {
		if right(t) {
			return t
		}
	}
	return Portable
}

// allowed are the tiers that the variable leaves.
func allowed(variable string, tiers []Tier) []Tier {
	limit := VAES
	switch variable {
	case "portable":
		limit = Portable
	case "avx2":
		limit = AVX2
	}
	for len(tiers) > 0 && tiers[0] > limit {
		tiers = tiers[1:]
	}
	return tiers
}
