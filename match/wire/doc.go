// Package wire is what two nodes say to each other during a run: frames of
// fixed-width columns, each behind a signed manifest that binds it to the run,
// its direction, its place and everything said before it (PROTOCOLS.md §1.11,
// §1.12, §12.1; docs/wire.md).
//
// It reads and writes bytes that somebody else carries: it knows no socket
// and no Arrow. Every length is compared with what the run's [Schemas] allow
// before anything is allocated, and whatever is accepted is reproduced byte
// for byte by the encoder. It does not encrypt: the transport does.
package wire
