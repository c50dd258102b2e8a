//go:build race

package append

const raced = true
