package vole

import (
	"testing"

	"mandorla/crypto/gf128"
)

// The phases of a chunk. An operation is one output.

func perOutput(b *testing.B, chunk func()) {
	for range (b.N + half - 1) / half {
		chunk()
	}
}

func BenchmarkConvolve(b *testing.B) {
	c, d := newCode(new(transcript)), new([half]gf128.Element)
	perOutput(b, func() { convolve(d, &c.taps[0]) })
}

func BenchmarkConvolvePairs(b *testing.B) {
	c, d := newCode(new(transcript)), new([half]pair)
	perOutput(b, func() { convolvePairs(d, &c.taps[0]) })
}

func BenchmarkExpand(b *testing.B) {
	c, out, d := newCode(new(transcript)), new([half]gf128.Element), new([half]gf128.Element)
	perOutput(b, func() { c.expand(out, d) })
}

func BenchmarkExpandPairs(b *testing.B) {
	c, outC, outA, d := newCode(new(transcript)), new([half]gf128.Element), new([half]gf128.Element), new([half]pair)
	perOutput(b, func() { c.expandPairs(outC, outA, d) })
}

func BenchmarkFold(b *testing.B) {
	f, e := new(fold), new([half]gf128.Element)
	perOutput(b, func() {
		f.start(gf128.Element{Lo: 3})
		f.add(e[:])
		f.add(e[:])
	})
}

func BenchmarkGrow(b *testing.B) {
	h, nodes := newHashes(new(transcript)), new([slab]gf128.Element)
	q, held := make([]gf128.Element, slabTransfers), make([]gf128.Element, batch)
	perOutput(b, func() {
		for range slabs {
			h.grow(nodes, nil, 0, gf128.One, q, held)
		}
	})
}

func BenchmarkPuncture(b *testing.B) {
	h, nodes := newHashes(new(transcript)), new([slab]gf128.Element)
	q, held := make([]gf128.Element, slabTransfers), make([]gf128.Element, batch)
	corrections := make([]byte, slabCorrections)
	perOutput(b, func() {
		for range slabs {
			new(paths).grow(&h, nodes, corrections, 0, q, held)
		}
	})
}

func BenchmarkCode(b *testing.B) {
	for b.Loop() {
		newCode(new(transcript))
	}
}
