// Package ot makes correlated oblivious transfers: the sender, who holds a secret
// delta of GF(2^128), gets q[i], and the receiver, for choice bits x[i] of its own,
// gets t[i] = q[i] + x[i]·delta. Both are messages in and messages out; the caller
// owns the wire. It is for package vole, and for nothing that needs chosen messages
// or random strings: those are hashed from what comes out here, with a tweak, by
// whoever needs them.
//
// # Messages
//
//	sender (holds delta)                          receiver (holds x)
//	NewChooser -> Points             8,192 bytes ->
//	           <- 32 bytes                        <- Offer
//	Chooser.Seeds, NewSender                      NewReceiver
//	Sender.Extend  <- 4 bytes an OT, and 560      <- Receiver.Extend
//	                  (the first: 4,128 more)        any number of times
//
// # Base OTs
//
// The endemic OT of Masny and Rindal (ePrint 2019/706) over ristretto255, 128 at
// once, with the chooser's bits those of delta. For bit b the chooser draws a point
// R_(1-b) and a scalar a, and sends R_0, R_1 with R_b = g^a - H(sid, i, b, R_(1-b)),
// two independent uniform points whatever b is. The offerer sends one g^s for all,
// and seed j is a hash of s·(R_j + H(sid, i, j, R_(1-j))), of its place (i, j) and
// of all that was sent, as McQuoid, Rosulek and Roy (ePrint 2021/682) ask of a batch
// that shares a message. It was preferred to their ePrint 2020/1043, which sends
// half as much, because hashing to the group is all that it needs.
//
// Claim, in the random-oracle model: a chooser knows at most one seed of a pair
// under the gap Diffie-Hellman assumption (gap, because an offerer's one key meets
// points of the chooser's making); an offerer learns nothing of delta, whatever it
// can compute. Either side's inputs can be extracted. A dishonest side may choose
// the seeds it gets, which is what "endemic" means, and hence, below, its own q or t.
//
// # Extension
//
// SoftSpoken (Roy, ePrint 2022/192) with k = 4 and the repetition code: four base
// OTs at a time make a tree of 16 leaves (GGM, by SHA-256) of which the sender
// lacks the one that four bits of delta name. A leaf is the key of an AES-128-CTR
// stream; the sums of the streams make four columns of q and of t and a column u of
// choices, and the receiver sends u + x for each of the 32 trees. Two checks stand
// against a dishonest receiver:
//
//   - Of the trees: a tag of 32 bytes for every leaf, their sum for each tree, and
//     one hash of all tags. The sender fills in the tag that it lacks by the sum, so
//     that the hash fits only if its other leaves are those that the hash commits to.
//   - Of the choices: 128 more rows, of random choices, hide what is shown; then the
//     columns, in blocks of 128 bits, are hashed by a random linear map to GF(2^128).
//     The receiver sends the hash of its choices and a digest of the hashes of t's
//     columns, and the sender compares with those of q's. The map is drawn by
//     SHAKE128 from the whole transcript (Fiat and Shamir).
//
// Claim, with the hashes as random oracles and AES a pseudorandom function: a sender
// learns nothing of the choices. A receiver either gets what an honest one would, or
// bets on bits of delta: a bet on a set that holds a share p of all deltas is lost
// with probability 1-p, and the sender then stops for good with [ErrCheck]; delta is
// uniform in the set otherwise. Choices that differ between two trees are a bet on
// four bits or more. Apart from bets it gets through with probability at most 2^-119
// for each transcript that it tries (496 pairs of trees, each 2^-128), and tags
// collide after 2^128 tries. That the check is made without interaction lets it try
// transcripts without the sender, but no bets.
//
// This is correlated OT with selective failure: what is built on it has to bear bets
// on delta. delta has to be uniformly random, of one session and of one sender;
// sid has to be fresh, known to both, and not used by another pair of calls, nor
// with the roles reversed.
//
// Everything that depends on a secret runs in constant time where AES and the group
// do. Seeds are wiped after use, but not the key schedules of crypto/aes, which
// cannot be. The claims are argued from the papers and not proven for this
// composition: base OTs in one batch under one key, trees and both checks in one
// message, no interaction. Neither the protocols as they stand here nor the code
// have been reviewed by anyone outside the project.
package ot
