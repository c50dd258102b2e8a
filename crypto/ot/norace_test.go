//go:build !race

package ot

// everyByte is how far from one changed byte to the next.
const everyByte = 1
