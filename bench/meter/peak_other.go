//go:build !linux

package meter

// Peak is the most memory that this process has held, in bytes; 0 where the
// system does not say.
func Peak() int64 { return 0 }
