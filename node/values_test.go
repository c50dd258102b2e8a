package node

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"mandorla/match/column"
)

// drawLogged draws a row, with all kinds of lengths and numbers.
func drawLogged(r *rand.Rand, levels, extra, sold int) loggedRow {
	row := loggedRow{number: r.Uint64() >> r.IntN(64)}
	for range levels {
		row.values = append(row.values, bytes.Repeat([]byte{byte(r.Uint32())}, r.IntN(3)*r.IntN(1500)))
	}
	for range extra {
		row.attributes = append(row.attributes, int64(r.Uint64())>>r.IntN(64))
	}
	row.sold = bytes.Repeat([]byte{byte(r.Uint32())}, sold)
	return row
}

// TestValueLog reads what was appended, twice at once, from memory and from
// storage.
func TestValueLog(t *testing.T) {
	for _, budget := range []int64{0, 3 * slab, 1 << 40} {
		for _, rows := range []int{0, 1, 2000} {
			r := rand.New(rand.NewPCG(1, uint64(rows)))
			v := &valueLog{levels: 2, extra: 3, sold: 7, budget: budget, store: column.Memory()}
			var want []loggedRow
			for range rows {
				row := drawLogged(r, v.levels, v.extra, v.sold)
				want = append(want, row)
				if err := v.append(row); err != nil {
					t.Fatal(err)
				}
			}
			if spilled := v.spill != nil; spilled != (rows == 2000 && budget < 1<<40) {
				t.Errorf("%d rows within %d bytes: spilled %t", rows, budget, spilled)
			}
			name := fmt.Sprintf("%d rows within %d bytes", rows, budget)
			one, two := openLog(t, v), openLog(t, v)
			for i, row := range want {
				sameLogged(t, fmt.Sprintf("%s: row %d", name, i), one, row)
				sameLogged(t, fmt.Sprintf("%s: row %d again", name, i), two, row)
			}
			for _, end := range []*valueReader{one, two} {
				if _, err := end.next(); !errors.Is(err, io.EOF) {
					t.Errorf("%s: %v at the end", name, err)
				}
				if err := end.Close(); err != nil {
					t.Error(err)
				}
			}
			if err := v.close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func openLog(t *testing.T, v *valueLog) *valueReader {
	t.Helper()
	r, err := v.read()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func sameLogged(t *testing.T, name string, r *valueReader, want loggedRow) {
	t.Helper()
	got, err := r.next()
	if err != nil || got.number != want.number || !slices.EqualFunc(got.values, want.values, bytes.Equal) ||
		!slices.Equal(got.attributes, want.attributes) || !bytes.Equal(got.sold, want.sold) {
		t.Fatalf("%s is not what was appended (%v)", name, err)
	}
}

// TestValueLogCut reads records that storage has lost some of.
func TestValueLogCut(t *testing.T) {
	v := &valueLog{levels: 1, extra: 1, budget: 1 << 40, store: column.Memory()}
	if err := v.append(loggedRow{number: 300, values: [][]byte{[]byte("jane@example.com")}, attributes: []int64{1 << 20}}); err != nil {
		t.Fatal(err)
	}
	whole := v.last
	stored := func(from io.Reader) *valueReader {
		r := openLog(t, v)
		r.slabs, r.from, r.longest, r.window = nil, io.NopCloser(from), v.longest, make([]byte, slab+v.longest)
		return r
	}
	for n := 1; n < len(whole); n++ {
		v.last = whole[:n]
		if _, err := openLog(t, v).next(); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d of %d bytes in memory: %v", n, len(whole), err)
		}
		if _, err := stored(bytes.NewReader(whole[:n])).next(); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d of %d bytes in storage: %v", n, len(whole), err)
		}
	}
	boom := errors.New("boom")
	if _, err := stored(io.MultiReader(bytes.NewReader(whole[:5]), failing{boom})).next(); !errors.Is(err, boom) {
		t.Errorf("a failing reader: %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
