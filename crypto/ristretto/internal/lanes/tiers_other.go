//go:build !amd64 || purego

package lanes

// vectorTiers are none where there is no assembly.
func vectorTiers() []Engine { return nil }
