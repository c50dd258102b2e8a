// Package ristretto multiplies many points of ristretto255 (RFC 9496) by one
// secret scalar: the arithmetic of every protocol of PROTOCOLS.md. Points come
// and go as flat bytes, 32 a point, in their canonical encodings; the identity
// and every other encoding are refused.
//
// Work is shared out over GOMAXPROCS goroutines, which have ended when a call
// returns; order is kept; nothing is allocated per point. All multiplications
// are constant-time in the scalar. Behind the package's functions stands an
// engine, so that a faster one can take its place; [Engine] names it.
//
// It is no general group library: there is no point type to compute with.
package ristretto
