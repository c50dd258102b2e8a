//go:build !amd64 || purego

package vole

import "mandorla/crypto/gf128"

func convolveRows(d *[half]gf128.Element, taps *[half]uint32) { convolveRowsPortable(d, taps) }

func convolvePairRows(d *[half]pair, taps *[half]uint32) { convolvePairRowsPortable(d, taps) }
