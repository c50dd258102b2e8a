package elgamal

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"mandorla/crypto/ristretto"
)

// TestStrip: what is left of every S is g^x, by circl, and R is what it was.
func TestStrip(t *testing.T) {
	for _, columns := range []int{1, 3} {
		for _, n := range []int{0, 1, 5, batch + 1} {
			keys, values := newKeys(t, columns), make([]int64, n*columns)
			for i := range values {
				values[i] = int64(i%9 - 4)
			}
			rows := encrypted(t, keys, values)
			before := bytes.Clone(rows)
			if err := keys.Strip(rows); err != nil {
				t.Fatal(err)
			}
			for i := 0; i < n; i += 1 + i {
				row, was := rows[i*RowSize(columns):][:RowSize(columns)], before[i*RowSize(columns):]
				if !bytes.Equal(row[:Size], was[:Size]) {
					t.Fatalf("R of row %d is another", i)
				}
				for c := range columns {
					left := element(t, row[(1+c)*Size:][:Size])
					if !left.IsEqual(slowPower(values[i*columns+c])) || !left.IsEqual(slowOpen(t, keys, was, c)) {
						t.Fatalf("%d rows: row %d, column %d: another number is left", n, i, c)
					}
				}
			}
		}
	}
}

// TestStripRefuses names the first element that is none, or masks nothing.
func TestStripRefuses(t *testing.T) {
	keys := newKeys(t, 2)
	good := encrypted(t, keys, make([]int64, 2*batch+8))
	for _, at := range []int{0, 3 * (batch + 2), 3*(batch+1) + 2, 4} {
		rows := slices.Clone(good)
		bad := bytes.Repeat([]byte{0xff}, Size)
		if at%3 == 0 {
			clear(bad)
		}
		copy(rows[at*Size:], bad)
		copy(rows[(3*batch+11)*Size:], bytes.Repeat([]byte{0xff}, Size)) // a later one
		var e *ristretto.PointError
		if err := keys.Strip(rows); !errors.As(err, &e) || e.Index != at {
			t.Errorf("element %d: %v", at, err)
		}
	}
	if err := keys.Strip(good[1:]); !errors.Is(err, errLength) {
		t.Errorf("half an element: %v", err)
	}
	keys.Wipe()
	if err := keys.Strip(good); !errors.Is(err, ErrWiped) {
		t.Errorf("wiped: %v", err)
	}
}

func BenchmarkStrip(b *testing.B) {
	for _, columns := range []int{1, 5} {
		b.Run(fmt.Sprint(columns), func(b *testing.B) {
			keys := newKeys(b, columns)
			good := encrypted(b, keys, make([]int64, benchRows*columns))
			rows := bytes.Clone(good)
			perRow(b, benchRows)
			for b.Loop() {
				copy(rows, good)
				if err := keys.Strip(rows); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
