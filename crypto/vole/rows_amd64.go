//go:build !purego

package vole

import (
	"os"

	"golang.org/x/sys/cpu"

	"mandorla/crypto/gf128"
)

//go:generate go run ./internal/asm

//go:noescape
func convolveRowsAVX2(d *[half]gf128.Element, taps *[half]uint32)

//go:noescape
func convolvePairRowsAVX2(d *[half]pair, taps *[half]uint32)

// vectors is whether the machine has AVX2, and MANDORLA_ENGINE does not force the
// portable tier.
var vectors = cpu.X86.HasAVX2 && os.Getenv("MANDORLA_ENGINE") != "portable"

func convolveRows(d *[half]gf128.Element, taps *[half]uint32) {
	if vectors {
		convolveRowsAVX2(d, taps)
		return
	}
	convolveRowsPortable(d, taps)
}

func convolvePairRows(d *[half]pair, taps *[half]uint32) {
	if vectors {
		convolvePairRowsAVX2(d, taps)
		return
	}
	convolvePairRowsPortable(d, taps)
}
