package vole

import (
	"math/bits"

	"mandorla/crypto/gf128"
)

// convolveRowsPortable is the pass over the rows that have all those before them.
func convolveRowsPortable(d *[half]gf128.Element, taps *[half]uint32) {
	for i := reach; i < half; i++ {
		w := taps[i]
		sum := d[i].Add(d[i-reach])
		for b := w >> near; b != 0; b &= b - 1 {
			sum = sum.Add(d[i-near-1-bits.TrailingZeros32(b)])
		}
		sum = timesX(sum)
		for b := w & (1<<near - 1); b != 0; b &= b - 1 {
			sum = sum.Add(d[i-1-bits.TrailingZeros32(b)])
		}
		d[i] = sum
	}
}

// convolvePairRowsPortable is the same for two vectors.
func convolvePairRowsPortable(d *[half]pair, taps *[half]uint32) {
	for i := reach; i < half; i++ {
		w := taps[i]
		sum := d[i].add(&d[i-reach])
		for b := w >> near; b != 0; b &= b - 1 {
			sum = sum.add(&d[i-near-1-bits.TrailingZeros32(b)])
		}
		sum = sum.timesX()
		for b := w & (1<<near - 1); b != 0; b &= b - 1 {
			sum = sum.add(&d[i-1-bits.TrailingZeros32(b)])
		}
		d[i] = sum
	}
}
