//go:build !purego

package lanes

import "golang.org/x/sys/cpu"

// vectorTiers are those that processor and operating system both support.
func vectorTiers() []Engine {
	if cpu.X86.HasAVX2 {
		return []Engine{newEngine("avx2", avx2)}
	}
	return nil
}
