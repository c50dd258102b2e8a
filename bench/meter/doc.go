// Package meter measures the process that it runs in: how long each phase of a
// node's work took, the CPU time of it, what memory there was at most, and how
// busy the process was all along.
//
// A node says what it is doing from time to time ([Meter.Progress]). Every
// stretch between two such words is counted to the phase of the second, so that
// phases which overlap share the time out between them and nothing is counted
// twice. Where a node writes to its log, reads its clock or says that a phase
// begins, the stretch before is "between": opening files, waiting for the peer.
// What comes after the last word is "end". CPU time is that of the whole process.
//
// It reads the clock and the operating system; it is for measurements and has no
// place in the code that is measured.
package meter
