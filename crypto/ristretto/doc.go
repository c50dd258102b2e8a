// Package ristretto multiplies many points of ristretto255 (RFC 9496) by one
// secret scalar, and the generator by many: the arithmetic of every protocol of
// PROTOCOLS.md. Points come and go as flat bytes, 32 a point, in their canonical
// encodings; every other encoding is refused, and the identity wherever it would
// make a secret useless. [Sums] are points that others are added to.
//
// Work is shared out over GOMAXPROCS goroutines, which have ended when a call
// returns; order is kept; nothing is allocated per point. All multiplications
// are constant-time in their scalars.
//
// The arithmetic is package lanes', which has an engine for processors with
// AVX-512 IFMA, one for AVX2 and a portable one, all with the same results. The
// fastest that the machine supports, and that gives a known answer at the start,
// is used; the environment variable MANDORLA_ENGINE forces another. [Engine] names
// the one in use, and [EngineError] says why it is not the one asked for.
//
// It is no general group library: there is no type of a point to compute with.
package ristretto
