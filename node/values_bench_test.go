package node

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"mandorla/consent"
	"mandorla/identity"
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

// BenchmarkKeep keeps pages of rows of one address each.
func BenchmarkKeep(b *testing.B) {
	profile, err := identity.Lookup("uid2-1")
	if err != nil {
		b.Fatal(err)
	}
	email, err := profile.Normaliser(identity.Spec{Type: identity.Email, Columns: []string{"a"}})
	if err != nil {
		b.Fatal(err)
	}
	text := identity.Text{Offsets: []int32{0}}
	for i := range batchRows {
		text.Data = fmt.Appendf(text.Data, "jane.saoirse%d@example.com", i)
		text.Offsets = append(text.Offsets, int32(len(text.Data)))
	}
	pg := &page{verdicts: make([]consent.Reason, batchRows), levels: make([]pageLevel, 1)}
	pg.levels[0].fill(email, identity.NewMarker(), []identity.Text{text})
	for b.Loop() {
		p := &preparation{row: make([][]byte, 1), held: make([][]byte, 1), homes: []*homes{nil}, table: &Table{Levels: make([]identity.Report, 1),
			attributes: new(attributes), sold: newGoods(nil), log: &valueLog{levels: 1, budget: 1 << 40, store: column.Memory()}}}
		s, err := column.NewSorter(column.Config{Width: holder, Key: holder, Budget: 1 << 40, Store: column.Memory()})
		p.holders = []*column.Sorter{s}
		for range benchRows / batchRows {
			err = errors.Join(err, p.keep(pg))
		}
		if err = errors.Join(err, s.Close()); err != nil || p.table.log.rows != benchRows {
			b.Fatal(p.table.log.rows, err)
		}
	}
	nsPerRow(b)
}
