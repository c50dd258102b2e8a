package append

import (
	"crypto/rand"
	"testing"

	"mandorla/crypto/oprf"
	"mandorla/match"
)

// BenchmarkSeal seals the labels of a batch.
func BenchmarkSeal(b *testing.B) {
	const n, width = 4096, 8
	s := sealer{match.Config{Levels: []string{"uid2-1/email"}, Labels: &match.Labels{Width: width}}}
	outputs, labels := make([]byte, n*oprf.OutputSize), make([]byte, n*width)
	rand.Read(outputs)
	rows := make([]byte, n*(oprf.TagSize+width+sealSize))
	b.SetBytes(n)
	b.ReportAllocs()
	for b.Loop() {
		if err := s.seal(rows, outputs, labels, 0); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/row")
}
