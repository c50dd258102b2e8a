// Package arrowio turns files into columns and back: it reads CSV, Parquet and
// Arrow IPC, lends Arrow columns as plain slices, and writes results whole or
// not at all.
//
// It is for a member's own files. Those are not hostile but can be broken, so
// every size that a file claims is checked against the size that it has, and
// what the Arrow library cannot bear ends in an error ([Reader.Next]) instead
// of a dead process. It is not for a peer's bytes: no Arrow parser ever faces a
// peer (DESIGN.md).
package arrowio
