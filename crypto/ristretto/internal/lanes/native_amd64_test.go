//go:build !purego

package lanes

import "golang.org/x/sys/cpu"

func native4() (field[vec4], bool) { return avx2, cpu.X86.HasAVX2 }
func native8() (field[vec8], bool) { return ifma, hasIFMA() }
