package sums

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// each runs a test with messages two at a time, where that can be, and one by
// one.
func each(t *testing.T, do func(t *testing.T)) {
	for _, way := range []bool{true, false} {
		t.Run(fmt.Sprintf("paired=%t", way), func(t *testing.T) {
			if way && !paired {
				t.Skip("the processor has no instructions for SHA-256")
			}
			before := paired
			defer func() { paired = before }()
			paired = way
			do(t)
		})
	}
}

// TestSums compares with crypto/sha256: beginnings and messages of every length
// around a block's ends, in mixed company.
func TestSums(t *testing.T) {
	each(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(1, 2))
		for begin := range 140 {
			beginning := random(r, begin)
			s := New(beginning)
			for _, n := range []int{0, 1, 2, 3, 50} {
				messages := make([][]byte, n)
				for i := range messages {
					messages[i] = random(r, r.IntN(200))
				}
				same(t, s, beginning, messages)
			}
		}
		for length := range 200 {
			same(t, New(nil), nil, [][]byte{random(r, length), random(r, length)})
		}
	})
}

func random(r *rand.Rand, n int) []byte {
	out := make([]byte, n)
	for i := range out {
		out[i] = byte(r.Uint32())
	}
	return out
}

func same(t *testing.T, s *Start, beginning []byte, messages [][]byte) {
	t.Helper()
	dst := make([]byte, Size*(len(messages)+1))
	s.Sums(dst[:Size*len(messages)], func(i int) []byte { return messages[i] })
	for i, m := range messages {
		if want := sha256.Sum256(slices.Concat(beginning, m)); [Size]byte(dst[Size*i:]) != want {
			t.Fatalf("message %d of %d, of %d bytes behind %d: another sum", i, len(messages), len(m), len(beginning))
		}
	}
	if [Size]byte(dst[Size*len(messages):]) != ([Size]byte{}) {
		t.Fatal("a sum too many")
	}
}

// TestInPlace writes sums over their messages.
func TestInPlace(t *testing.T) {
	each(t, func(t *testing.T) {
		sums, want := random(rand.New(rand.NewPCG(3, 4)), 7*Size), []byte(nil)
		for m := range slices.Chunk(sums, Size) {
			sum := sha256.Sum256(append([]byte{9}, m...))
			want = append(want, sum[:]...)
		}
		New([]byte{9}).Sums(sums, func(i int) []byte { return sums[Size*i:][:Size] })
		if !bytes.Equal(sums, want) {
			t.Error("other sums in place")
		}
	})
}

func TestWipe(t *testing.T) {
	each(t, func(t *testing.T) {
		long := make([]byte, 100)
		for i := range long {
			long[i] = 0xaa
		}
		one, two := New(long), New([]byte("another"))
		one.Wipe()
		two.Wipe()
		if one.head != ([blockSize]byte{}) || slices.Contains(one.slow, 0xaa) {
			t.Error("something of the beginning is left")
		}
		a, b := make([]byte, Size), make([]byte, Size)
		one.Sums(a, func(int) []byte { return []byte("x") })
		two.Sums(b, func(int) []byte { return []byte("x") })
		if !bytes.Equal(a, b) {
			t.Error("a sum after Wipe depends on the beginning")
		}
	})
}

// TestProcessor says which way the tests ran.
func TestProcessor(t *testing.T) { t.Logf("two messages at a time: %t", paired) }

func BenchmarkSums(b *testing.B) {
	for _, way := range []bool{true, false} {
		b.Run(fmt.Sprintf("paired=%t", way), func(b *testing.B) {
			if way && !paired {
				b.Skip("the processor has no instructions for SHA-256")
			}
			before := paired
			defer func() { paired = before }()
			paired = way
			const rows = 1024
			s, dst, message := New([]byte("uid2-1/email\x00")), make([]byte, Size*rows), []byte("jane.saoirse@example.com")
			for b.Loop() {
				s.Sums(dst, func(int) []byte { return message })
			}
			b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
