package ristretto

import (
	"testing"

	"github.com/cloudflare/circl/group"
)

const rows = 1024

// perItem reports what one row costs.
func perItem(b *testing.B) {
	b.ReportAllocs()
	b.Cleanup(func() {
		n := float64(b.N) * rows
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/n, "ns/row")
		b.ReportMetric(n/b.Elapsed().Seconds(), "rows/s")
	})
}

func BenchmarkMul(b *testing.B) {
	k, src := NewKey(), randomPoints(rows)
	dst := make([]byte, len(src))
	perItem(b)
	for b.Loop() {
		if err := k.Mul(dst, src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMulCircl(b *testing.B) {
	k, src := NewKey(), randomPoints(rows)
	perItem(b)
	for b.Loop() {
		circlMul(b, k, src)
	}
}

func BenchmarkHashMul(b *testing.B) {
	k, msgs := NewKey(), make([]byte, rows*38)
	dst := make([]byte, rows*Size)
	perItem(b)
	for b.Loop() {
		if err := k.HashMul(dst, DSTIdentifier, msgs, 38); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHashMulCircl(b *testing.B) {
	k, msgs := NewKey(), make([]byte, rows*38)
	perItem(b)
	for b.Loop() {
		circlHashMul(b, k, DSTIdentifier, msgs, 38)
	}
}

func BenchmarkCheck(b *testing.B) {
	src := randomPoints(rows)
	perItem(b)
	for b.Loop() {
		if err := Check(src); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRandom(b *testing.B) {
	dst := make([]byte, rows*Size)
	perItem(b)
	for b.Loop() {
		Random(dst)
	}
}

func BenchmarkRandomCircl(b *testing.B) {
	perItem(b)
	for b.Loop() {
		for range rows {
			encoded(b, group.Ristretto255.RandomElement(nil))
		}
	}
}

func BenchmarkTags(b *testing.B) {
	src, dst := randomPoints(rows), make([]byte, rows*TagSize)
	perItem(b)
	for b.Loop() {
		Tags(dst, src, [32]byte{}, 0)
	}
}
