//go:build race

package noise

// raced makes tests draw less, for the race detector makes them slow.
const raced = true
