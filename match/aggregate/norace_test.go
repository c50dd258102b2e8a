//go:build !race

package aggregate

const raced = false
