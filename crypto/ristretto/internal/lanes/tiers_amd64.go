//go:build !purego

package lanes

import "golang.org/x/sys/cpu"

// vectorTiers are those that processor and operating system both support.
func vectorTiers() []Engine {
	var all []Engine
	if hasIFMA() {
		all = append(all, newEngine("avx512ifma", ifma))
	}
	if cpu.X86.HasAVX2 {
		all = append(all, newEngine("avx2", avx2))
	}
	return all
}

func hasIFMA() bool {
	x := &cpu.X86
	return x.HasAVX512IFMA && x.HasAVX512F && x.HasAVX512VL && x.HasAVX512DQ
}
