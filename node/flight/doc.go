// Package flight is the authenticated connection between two nodes: one Apache
// Arrow Flight DoExchange over TLS 1.3, both ends pinned to an Ed25519 key. It
// carries control messages (signed notes) and the frames of package wire; the
// bytes are laid down in docs/wire.md.
//
// Whoever has connected holds the key that it is known by; a stranger is turned
// away in the TLS handshake. What a known peer sends is still hostile: each
// message is bounded before it is read, and nothing that a peer wrote ever
// reaches an Arrow or protobuf parser. A record batch's header is compared with
// the one that this node would have written, and its body is cut by sizes that
// this node computed.
//
// The package does not know what a message means: who may say what, and when,
// is for its callers. It is not a general Flight server; it answers DoExchange
// and nothing else.
package flight
