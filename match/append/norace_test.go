//go:build !race

package append

const raced = false
