// Package dh holds the steps that the analyses of the DH family share: a key
// of the run on either side, the exchange of blinded sets, dummy pools and their
// proofs, and the exchange of tags level by level (PROTOCOLS.md §1.7, §3.2,
// §4.2, §8.2).
//
// Security is against an honest-but-curious peer. What a step checks is named
// by its V number (PROTOCOLS.md §1.13). A joiner that blinds chosen rows under
// another exponent can learn about those rows (the tagging attack, §4.7):
// nothing here prevents it.
package dh
