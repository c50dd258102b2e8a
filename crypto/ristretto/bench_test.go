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

// onTiers runs a benchmark for every engine of the machine.
func onTiers(b *testing.B, do func(b *testing.B)) {
	for _, e := range tiers {
		b.Run(e.Name(), func(b *testing.B) {
			use(b, e)
			perItem(b)
			do(b)
		})
	}
}

func BenchmarkMul(b *testing.B) {
	k, src := NewKey(), randomPoints(rows)
	dst := make([]byte, len(src))
	onTiers(b, func(b *testing.B) {
		for b.Loop() {
			if err := k.Mul(dst, src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("circl", func(b *testing.B) {
		perItem(b)
		for b.Loop() {
			circlMul(b, k, src)
		}
	})
}

func BenchmarkHashMul(b *testing.B) {
	k, msgs := NewKey(), make([]byte, rows*38)
	dst := make([]byte, rows*Size)
	onTiers(b, func(b *testing.B) {
		for b.Loop() {
			if err := k.HashMul(dst, DSTIdentifier, msgs, 38); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("circl", func(b *testing.B) {
		perItem(b)
		for b.Loop() {
			circlHashMul(b, k, DSTIdentifier, msgs, 38)
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	src := randomPoints(rows)
	onTiers(b, func(b *testing.B) {
		for b.Loop() {
			if err := Check(src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("circl", func(b *testing.B) {
		perItem(b)
		e := group.Ristretto255.NewElement()
		for b.Loop() {
			for i := 0; i < len(src); i += Size {
				if err := e.UnmarshalBinary(src[i : i+Size]); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

func BenchmarkPowers(b *testing.B) {
	scalars := randomScalars(b, rows)
	dst := make([]byte, len(scalars))
	onTiers(b, func(b *testing.B) {
		for b.Loop() {
			if err := Powers(dst, scalars); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("circl", func(b *testing.B) {
		perItem(b)
		for b.Loop() {
			for i := 0; i < len(scalars); i += Size {
				encoded(b, circlPower(b, scalars[i:i+Size]))
			}
		}
	})
}

func BenchmarkMulTags(b *testing.B) {
	k, src, dst := NewKey(), randomPoints(rows), make([]byte, rows*TagSize)
	onTiers(b, func(b *testing.B) {
		for b.Loop() {
			if err := k.MulTags(dst, src, [32]byte{}, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkSums adds to one sum in six.
func BenchmarkSums(b *testing.B) {
	src, places := randomPoints(rows), make([]int, rows)
	for i := range places {
		places[i] = i % 6
	}
	onTiers(b, func(b *testing.B) {
		sums := NewSums(6)
		for b.Loop() {
			if err := sums.Add(places, src); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("circl", func(b *testing.B) {
		perItem(b)
		e, sums := group.Ristretto255.NewElement(), make([]group.Element, 6)
		for i := range sums {
			sums[i] = group.Ristretto255.Identity()
		}
		for b.Loop() {
			for i, place := range places {
				if err := e.UnmarshalBinary(src[i*Size : (i+1)*Size]); err != nil {
					b.Fatal(err)
				}
				sums[place].Add(sums[place], e)
			}
		}
	})
}

func BenchmarkRandom(b *testing.B) {
	dst := make([]byte, rows*Size)
	onTiers(b, func(b *testing.B) {
		for b.Loop() {
			Random(dst)
		}
	})
	b.Run("circl", func(b *testing.B) {
		perItem(b)
		for b.Loop() {
			for range rows {
				encoded(b, group.Ristretto255.RandomElement(nil))
			}
		}
	})
}

func BenchmarkTags(b *testing.B) {
	src, dst := randomPoints(rows), make([]byte, rows*TagSize)
	perItem(b)
	for b.Loop() {
		Tags(dst, src, [32]byte{}, 0)
	}
}
