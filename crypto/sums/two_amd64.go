//go:build !purego

package sums

import "golang.org/x/sys/cpu"

// two runs SHA-256's compression of two states, each with its block.
//
//go:noescape
func two(first, second *[8]uint32, blocks *[2][64]byte, constants *[64]uint32)

// leaf7 is the highest leaf that CPUID knows, and EBX of its seventh.
func leaf7() (max, ebx uint32)

// paired is whether the processor has the instructions of two: the SHA
// extensions, and the SSE that is older than they are.
var paired = func() bool {
	_, ebx := leaf7()
	return ebx>>29&1 == 1 && cpu.X86.HasSSSE3 && cpu.X86.HasSSE41
}()
