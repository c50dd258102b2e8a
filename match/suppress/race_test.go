//go:build race

package suppress

const raced = true
