//go:build race

package aggregate

// raced makes tests do less, for the race detector makes them slow.
const raced = true
