package oprf

import (
	"testing"

	"mandorla/crypto/ristretto"
)

const rows, width = 1024, 38

// perItem reports what one row costs.
func perItem(b *testing.B) {
	b.ReportAllocs()
	b.Cleanup(func() {
		n := float64(b.N) * rows
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/n, "ns/row")
		b.ReportMetric(n/b.Elapsed().Seconds(), "rows/s")
	})
}

func BenchmarkBlind(b *testing.B) {
	k, inputs, dst := ristretto.NewKey(), make([]byte, width*rows), make([]byte, 32*rows)
	perItem(b)
	for b.Loop() {
		if err := Blind(dst, k, inputs, width); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFinalize(b *testing.B) {
	inputs, elements, dst := make([]byte, width*rows), make([]byte, 32*rows), make([]byte, OutputSize*rows)
	perItem(b)
	for b.Loop() {
		Finalize(dst, inputs, width, elements)
	}
}

func BenchmarkFullEvaluate(b *testing.B) {
	k, inputs, dst := ristretto.NewKey(), make([]byte, width*rows), make([]byte, OutputSize*rows)
	perItem(b)
	for b.Loop() {
		if err := FullEvaluate(dst, k, inputs, width); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTags(b *testing.B) {
	outputs, dst := make([]byte, OutputSize*rows), make([]byte, TagSize*rows)
	perItem(b)
	for b.Loop() {
		Tags(dst, outputs, [32]byte{}, "uid2-1/email")
	}
}

func BenchmarkLabelKey(b *testing.B) {
	output := make([]byte, OutputSize)
	b.ReportAllocs()
	for b.Loop() {
		LabelKey(output, [32]byte{}, "uid2-1/email")
	}
}

// BenchmarkClient is RFC 9497's client and server, one blind an item.
func BenchmarkClient(b *testing.B) {
	p := newPair(b, Ristretto255, Oblivious)
	b.ReportAllocs()
	for b.Loop() {
		r, e := p.ask(b)
		if _, err := r.Finalize(e, nil); err != nil {
			b.Fatal(err)
		}
	}
}
