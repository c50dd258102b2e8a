package node

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"mandorla/identity"
	"mandorla/match/column"
)

// TestSource compares a table's digests with crypto/hmac, where levels are absent
// and rows have lost theirs, over several batches.
func TestSource(t *testing.T) {
	profile, err := identity.Lookup("uid2-1")
	if err != nil {
		t.Fatal(err)
	}
	var levels []*identity.Normaliser
	for _, s := range []identity.Spec{{Type: identity.Email, Columns: []string{"a"}}, {Type: identity.Exact, Label: "no", Columns: []string{"b"}}} {
		l, err := profile.Normaliser(s)
		if err != nil {
			t.Fatal(err)
		}
		levels = append(levels, l)
	}
	attributes, err := newAttributes(nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	table := &Table{attributes: attributes, lost: []*column.Bits{{}, {}},
		log: &valueLog{levels: 2, budget: 1 << 40, store: column.Memory()}}
	r, pepper := rand.New(rand.NewPCG(1, 2)), [32]byte{7}
	var want [][2]string // digests of the rows that are left; empty where there is no value
	for place := range uint64(2*batchRows + 5) {
		var sums [2]string
		values := make([][]byte, 2)
		for l, level := range levels {
			values[l] = []byte(strings.Repeat("x", r.IntN(3)*r.IntN(40)))
			if r.IntN(10) == 0 {
				table.lost[l].Set(place)
				continue
			}
			if len(values[l]) > 0 {
				mac := hmac.New(sha256.New, pepper[:])
				io.WriteString(mac, level.Name()+"\x00"+string(values[l]))
				sums[l] = string(mac.Sum(nil))
			}
		}
		if err := table.log.append(loggedRow{number: place, values: values}); err != nil {
			t.Fatal(err)
		}
		if sums != [2]string{} {
			want = append(want, sums)
		}
	}
	checkSource(t, table, levels, pepper, want)
}

func checkSource(t *testing.T, table *Table, levels []*identity.Normaliser, pepper [32]byte, want [][2]string) {
	t.Helper()
	s, err := table.source(levels, pepper)
	if err != nil {
		t.Fatal(err)
	}
	for {
		b, err := s.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || b.Rows > len(want) {
			t.Fatalf("%d rows, %d left: %v", b.Rows, len(want), err)
		}
		for i, sums := range want[:b.Rows] {
			for l, sum := range sums {
				if b.Present[l][i] != (sum != "") || sum != "" && string(b.Digests[l][32*i:32*i+32]) != sum {
					t.Fatalf("another digest of level %d, %d rows before the end", l, len(want)-i)
				}
			}
		}
		want = want[b.Rows:]
	}
	if err := s.Close(); err != nil || len(want) > 0 {
		t.Errorf("%d rows are missing (%v)", len(want), err)
	}
}
