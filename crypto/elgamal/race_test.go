//go:build race

package elgamal

// raced makes tests do less, for the race detector makes them slow.
const raced = true
