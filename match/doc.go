// Package match is the engine's vocabulary and its only loop. A protocol is a
// [Machine]: told one event at a time, it answers with frames; [Run] carries
// events and frames between the machine, the node's own rows and the link to
// the peer.
//
// The protocols are those of PROTOCOLS.md §3 and §4; each stands in a folder
// below this one. Security is against an honest-but-curious peer, with the
// covert checks that each protocol lists; nothing here hides an identifier
// from a peer that guesses it and puts it into its own table.
//
// The package knows digests and numbers, not people: no Arrow, file, socket,
// clock, agreement or database.
package match
