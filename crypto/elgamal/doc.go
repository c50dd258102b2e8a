// Package elgamal adds up numbers that whoever adds them cannot read
// (PROTOCOLS.md §1.9, §5.2): multi-recipient ElGamal over ristretto255, with
// the numbers in the exponent. The owner of the keys encrypts a row of numbers
// under one randomness; the peer adds rows of its choice and seals the sums,
// with noise and fresh randomness; the owner finds each sum by search.
//
// Keys of several holders make one together ([Join]): everybody encrypts under it, and
// a row opens once each has taken its share off.
//
// Security is against an honest-but-curious peer, under the decisional
// Diffie-Hellman assumption. A ciphertext proves nothing about the number in
// it and can be changed by anybody, so this is no encryption of messages, and a
// sum is no better than the rows that went into it.
package elgamal
