// Package oprf is the oblivious PRF of RFC 9497: its three modes over
// ristretto255-SHA512 and P256-SHA256 through circl ([Client], [Server]), and
// beside them the batch form over ristretto255 that PROTOCOLS.md §3.1 runs on:
// one blind for all inputs, flat bytes, all processors.
//
// Both give the same outputs for the same key and input. Proofs for large
// batches are package dleq's, not those of RFC 9497 (PROTOCOLS.md §1.8).
package oprf
