package matchtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"slices"
	"testing"

	"mandorla/match"
)

// SoldOf is what is sold of row i of a table: bytes that only it has.
func SoldOf(i, width int) []byte {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
	return bytes.Repeat(sum[:], width/len(sum)+1)[:width]
}

// sell makes a run of one in which rows are sold: what a row brings, and the
// seller's set without fillers.
func (p *Pair) sell() {
	p.Sold = 40
	if p.LearnsA {
		p.CapB = uint64(len(p.B))
	} else {
		p.CapA = uint64(len(p.A))
	}
}

// CheckSale compares what was taken with the plain answer: of each row of the
// seller that the buyer has at no level what is sold of it, once. It closes the
// names.
func (p Pair) CheckSale(t *testing.T, a, b Answer) {
	t.Helper()
	if a.Err != nil || b.Err != nil {
		t.Fatalf("%d and %d rows, %d levels: %v; %v", len(p.A), len(p.B), p.Levels, a.Err, b.Err)
	}
	buyer, seller, held := a, b, OneSided(p.B, p.A, p.Levels)
	if !p.LearnsA {
		buyer, seller, held = b, a, OneSided(p.A, p.B, p.Levels)
	}
	want := map[string]bool{}
	for i, level := range held {
		if level < 0 {
			want[string(SoldOf(i, p.Sold))] = true
		}
	}
	got := taken(t, buyer.Outcome.(match.Names), p.Sold)
	if !slices.Equal(got, slices.Sorted(maps.Keys(want))) {
		t.Fatalf("%d names were taken, not the %d that the buyer does not hold", len(got), len(want))
	}
	if n := seller.Outcome.(match.Sold).Names; n != uint64(len(want)) {
		t.Fatalf("the seller counts %d names, not %d", n, len(want))
	}
}

// taken is what was taken, sorted.
func taken(t *testing.T, names match.Names, width int) (all []string) {
	t.Helper()
	rows, err := names.Rows.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for range names.Rows.Len() {
		row, err := match.Take(rows, 1, width)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(row))
	}
	if err := names.Rows.Close(); err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}
