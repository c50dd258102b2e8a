package elgamal

import (
	"crypto/rand"
	"fmt"
	"testing"

	"github.com/cloudflare/circl/group"
)

const benchRows = 1024

// perRow reports what one row costs.
func perRow(b *testing.B, rows int) {
	b.ReportAllocs()
	b.Cleanup(func() {
		n := float64(b.N) * float64(rows)
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/n, "ns/row")
	})
}

func BenchmarkEncrypt(b *testing.B) {
	for _, columns := range []int{1, 5} {
		b.Run(fmt.Sprint(columns), func(b *testing.B) {
			keys, values := newKeys(b, columns), make([]int64, benchRows*columns)
			dst := make([]byte, benchRows*RowSize(columns))
			perRow(b, benchRows)
			for b.Loop() {
				if err := keys.Encrypt(dst, values); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(fmt.Sprint(columns, " circl"), func(b *testing.B) {
			scalars := make([]group.Scalar, 1+columns)
			for i := range scalars {
				scalars[i] = circl.RandomScalar(rand.Reader)
			}
			perRow(b, 1)
			e := circl.NewElement()
			for b.Loop() {
				for _, s := range scalars {
					bytesOf(b, e.MulGen(s))
				}
			}
		})
	}
}

func BenchmarkAdd(b *testing.B) {
	for _, columns := range []int{1, 5} {
		b.Run(fmt.Sprint(columns), func(b *testing.B) {
			rows := encrypted(b, newKeys(b, columns), make([]int64, benchRows*columns))
			table, of := newTable(b, 1, columns), make([]int, benchRows)
			perRow(b, benchRows)
			for b.Loop() {
				if err := table.Add(of, rows); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRerandomise(b *testing.B) {
	for _, columns := range []int{1, 5} {
		b.Run(fmt.Sprint(columns), func(b *testing.B) {
			keys := newKeys(b, columns)
			rows, public := encrypted(b, keys, make([]int64, benchRows*columns)), keys.Public()
			perRow(b, benchRows)
			for b.Loop() {
				if err := public.Rerandomise(rows); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkSeal(b *testing.B) {
	keys := newKeys(b, 5)
	perRow(b, 100)
	for b.Loop() {
		if _, err := newTable(b, 100, 5).Seal(keys.Public(), none, always); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	keys := newKeys(b, 1)
	row := encrypted(b, keys, make([]int64, 16))
	steps, err := NewSteps(1 << 16)
	if err != nil {
		b.Fatal(err)
	}
	for _, limit := range []int64{1 << 12, 1 << 22, 1 << 26} {
		b.Run(fmt.Sprint(limit), func(b *testing.B) {
			perRow(b, 16)
			for b.Loop() {
				if _, err := keys.Open(row, steps, within(limit)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNewSteps(b *testing.B) {
	for _, n := range []int{1 << 16, MaxSteps} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			perRow(b, n)
			for b.Loop() {
				if s, err := NewSteps(n); err != nil || len(s.place) != n {
					b.Fatalf("%d places (%v)", len(s.place), err)
				}
			}
		})
	}
}
