//go:build race

package netnames

const raced = true
