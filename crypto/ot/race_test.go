//go:build race

package ot

// everyByte is how far from one changed byte to the next: the race detector slows
// the arithmetic down tenfold.
const everyByte = 37
