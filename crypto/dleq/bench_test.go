package dleq

import (
	"fmt"
	"testing"
)

// BenchmarkProof reports what one pair costs the prover and the verifier.
func BenchmarkProof(b *testing.B) {
	for _, n := range []int{256, MaxBatch} {
		s, k := stated(b, n)
		perPair := func(b *testing.B, do func() error) {
			b.ReportAllocs()
			for b.Loop() {
				if err := do(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
		}
		b.Run(fmt.Sprintf("prove/%d", n), func(b *testing.B) {
			perPair(b, func() (err error) {
				s.proof, err = Prove(k, s.sid, s.dir, s.batch, s.c, s.d)
				return err
			})
		})
		b.Run(fmt.Sprintf("verify/%d", n), func(b *testing.B) { perPair(b, s.verify) })
	}
}

func BenchmarkKeyProof(b *testing.B) {
	k := known(b)
	for b.Loop() {
		proof, err := ProveKey(k, [32]byte{}, "A")
		if err == nil {
			err = VerifyKey(k.Public(), [32]byte{}, "A", proof)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
}
