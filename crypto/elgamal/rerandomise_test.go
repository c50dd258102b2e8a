package elgamal

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"mandorla/crypto/ristretto"
)

// TestRerandomise: rows keep their numbers, over chunks, and no element of them
// stays, nor does the randomness of one row tell that of another.
func TestRerandomise(t *testing.T) {
	keys := newKeys(t, 2)
	for _, n := range []int{0, 1, 3, worthTables, batch + 1} {
		values := make([]int64, 2*n)
		for i := range values {
			values[i] = int64(i%41 - 20)
		}
		rows := encrypted(t, keys, values)
		before := bytes.Clone(rows)
		if err := keys.Public().Rerandomise(rows); err != nil {
			t.Fatal(err)
		}
		for at := 0; at < len(rows); at += Size {
			if bytes.Equal(rows[at:at+Size], before[at:at+Size]) {
				t.Fatalf("element %d is what it was", at/Size)
			}
		}
		added := map[string]bool{}
		for row := range min(n, 20) {
			for c := range 2 {
				got := slowOpen(t, keys, rows[row*RowSize(2):], c)
				if !got.IsEqual(slowPower(values[2*row+c])) {
					t.Fatalf("row %d, column %d holds another number", row, c)
				}
			}
			r := element(t, before[row*RowSize(2):][:Size])
			r.Add(element(t, rows[row*RowSize(2):][:Size]), r.Neg(r))
			added[string(bytesOf(t, r))] = true
		}
		if len(added) != min(n, 20) {
			t.Errorf("%d rows, %d fresh exponents", min(n, 20), len(added))
		}
	}
}

// TestRerandomiseRefuses names the first element that is none, or masks nothing.
func TestRerandomiseRefuses(t *testing.T) {
	keys := newKeys(t, 1)
	good := encrypted(t, keys, make([]int64, batch+4))
	for _, c := range []struct {
		at  int
		bad []byte
	}{
		{2 * (batch + 2), make([]byte, Size)}, // R
		{2*(batch+1) + 1, bytes.Repeat([]byte{0xff}, Size)},
		{0, make([]byte, Size)},
	} {
		rows := slices.Clone(good)
		copy(rows[c.at*Size:], c.bad)
		var e *ristretto.PointError
		if err := keys.Public().Rerandomise(rows); !errors.As(err, &e) || e.Index != c.at {
			t.Errorf("element %d: %v", c.at, err)
		}
	}
	if err := keys.Public().Rerandomise(good[1:]); err == nil {
		t.Error("half an element was taken")
	}
}
