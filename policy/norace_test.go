//go:build !race

package policy

// How often a table is released, and how far the spread of what came out may
// then be from what was said of it: five times its own error.
const (
	releases  = 2000
	tolerance = 0.05
)
