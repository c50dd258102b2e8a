package column

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// streamsOf are lists of keys as streams.
func streamsOf(t *testing.T, width int, lists [][]byte) (out []*Rows) {
	t.Helper()
	for _, rows := range lists {
		l := NewList(width, 1<<10, Memory())
		t.Cleanup(func() { l.Close() })
		if err := l.Append(rows); err != nil {
			t.Fatal(err)
		}
		r, err := l.Rows()
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// TestOverlaps compares with a map, for keys shorter and longer than two numbers.
func TestOverlaps(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, width := range []int{3, 8, 16, 20} {
		for _, n := range []int{1, 2, 5} {
			want := map[string]uint32{}
			lists := make([][]byte, n)
			for i := range lists {
				var keys []string
				for range r.IntN(300) {
					key := make([]byte, width)
					binary.BigEndian.PutUint16(key[width-2:], uint16(r.IntN(400)))
					keys = append(keys, string(key))
				}
				slices.Sort(keys)
				for _, k := range slices.Compact(keys) {
					lists[i] = append(lists[i], k...)
					want[k] |= 1 << i
				}
			}
			got := map[uint32]int{}
			if err := Overlaps(streamsOf(t, width, lists), width, func(held uint32) error { got[held]++; return nil }); err != nil {
				t.Fatal(err)
			}
			for _, held := range want {
				got[held]--
			}
			for held, n := range got {
				if n != 0 {
					t.Errorf("width %d: %d too many of %b", width, n, held)
				}
			}
		}
	}
}

func TestOverlapsFails(t *testing.T) {
	a, b := []byte{0, 1, 0, 2}, []byte{0, 3, 0, 1}
	all := func(uint32) error { return nil }
	if err := Overlaps(streamsOf(t, 2, [][]byte{a, b}), 2, all); !errors.Is(err, ErrOrder) {
		t.Errorf("out of order: %v", err)
	}
	if err := Overlaps(streamsOf(t, 2, [][]byte{a, bytes.Repeat([]byte{9}, 4)}), 2, all); !errors.Is(err, ErrDuplicate) {
		t.Errorf("a key twice: %v", err)
	}
	stop := errors.New("stop")
	if err := Overlaps(streamsOf(t, 2, [][]byte{a}), 2, func(uint32) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("do: %v", err)
	}
	if err := Overlaps(nil, 2, all); err != nil {
		t.Errorf("no streams: %v", err)
	}
}
