package node

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"testing"

	"mandorla/match/column"
)

// benchRows is a table of the benchmarks.
const benchRows = 1 << 18

func nsPerRow(b *testing.B) {
	b.ReportAllocs()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchRows), "ns/row")
}

// BenchmarkLosers goes through sorted holders, of whom one in eight has another's
// identifier.
func BenchmarkLosers(b *testing.B) {
	rows := make([]byte, holder*benchRows)
	rand.NewChaCha8([32]byte{}).Read(rows)
	for i := range benchRows {
		row := rows[i*holder:][:holder]
		if i%8 == 7 {
			copy(row[:holderKey], rows[(i-1)*holder:])
		}
		binary.BigEndian.PutUint64(row[holderKey:], uint64(i))
	}
	for b.Loop() {
		b.StopTimer()
		s, err := column.NewSorter(column.Config{Width: holder, Key: holder, Budget: 1 << 40, Store: column.Memory()})
		if err == nil {
			err = s.Add(rows)
		}
		if err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		lost, err := losers(s, false, new(column.Bits), func(uint64, uint64) error { return nil })
		if err != nil || lost.Count() != benchRows/8 {
			b.Fatal(lost.Count(), err)
		}
		s.Close()
	}
	nsPerRow(b)
}

// BenchmarkValueLog appends rows of one address each, and walks them.
func BenchmarkValueLog(b *testing.B) {
	rows := make([][][]byte, benchRows)
	for i := range rows {
		rows[i] = [][]byte{fmt.Appendf(nil, "jane.saoirse%d@example.com", i)}
	}
	write := func() *valueLog {
		v := &valueLog{levels: 1, budget: 1 << 40, store: column.Memory()}
		for i, values := range rows {
			if err := v.append(loggedRow{number: uint64(i), values: values}); err != nil {
				b.Fatal(err)
			}
		}
		return v
	}
	b.Run("append", func(b *testing.B) {
		for b.Loop() {
			write()
		}
		nsPerRow(b)
	})
	v := write()
	b.Run("walk", func(b *testing.B) {
		for b.Loop() {
			r, err := v.read()
			for err == nil {
				_, err = r.next()
			}
		}
		nsPerRow(b)
	})
}
