// Package node is a member's node: its folder, its datasets, its peers, and
// the runs that it starts and serves (DESIGN.md, "A node's folder").
//
// It wires the other packages together and holds no mathematics: identity
// makes identifiers of text, match runs the protocol, policy says what may
// leave it, ledger records it. What crosses to the peer, and what the peer
// learns from it, is said in docs/threat-model.md.
package node
