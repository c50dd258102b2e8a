// Package shape makes loopback as slow as a network: a proxy between two
// programs that lets bytes through at a rate and delivers them late.
//
// Each direction is one line, shared by all connections. A token bucket says when
// a piece has left the sender, a burst at once; it arrives a latency later. What
// is under way is bounded, as a link's and its buffers' content is, so that a
// sender is held back. The rate is of payload: headers, loss and congestion
// control are not imitated, nor is the time that loopback itself takes.
//
// It is for measurements on one machine, and works for the CPU that it shares
// with them.
package shape
