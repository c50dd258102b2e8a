package ledger

import "testing"

// BenchmarkCommitment is what a row of an input costs.
func BenchmarkCommitment(b *testing.B) {
	c := NewCommitment([32]byte{1})
	row := make([]byte, 8+4+22) // a number and an e-mail address
	b.ReportAllocs()
	for b.Loop() {
		c.Add(row)
	}
}
