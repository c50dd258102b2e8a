package column

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestOuter compares the walk with maps.
func TestOuter(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const key, width = 2, 6
	for range 200 {
		var rows [2][]byte
		want := map[string][2]bool{}
		for side := range rows {
			rows[side] = plain(unique(r, r.IntN(40), key), width, key)
			for row := range slices.Chunk(rows[side], width) {
				has := want[string(row[:key])]
				has[side] = true
				want[string(row[:key])] = has
			}
		}
		var last []byte
		err := Outer(memoryRows(rows[0], width), memoryRows(rows[1], width), key, func(a, b []byte) error {
			at := bytes.Clone(append(slices.Clone(a), b...)[:key])
			if bytes.Compare(last, at) >= 0 {
				t.Fatal("keys do not increase")
			}
			if a != nil && b != nil && !bytes.Equal(a[:key], b[:key]) {
				t.Fatal("two keys are taken for one")
			}
			if want[string(at)] != [2]bool{a != nil, b != nil} {
				t.Fatal("a row is missing or was made up")
			}
			delete(want, string(at))
			last = at
			return nil
		})
		if err != nil || len(want) > 0 {
			t.Fatalf("%v; %d keys were not given", err, len(want))
		}
	}
}

// TestOuterChecks has either side out of order, also behind the other's end, and a
// caller that fails.
func TestOuterChecks(t *testing.T) {
	none := func(_, _ []byte) error { return nil }
	for _, c := range []struct {
		a, b string
		want error
	}{{"ab", "ba", ErrOrder}, {"ba", "ab", ErrOrder}, {"", "aab", ErrDuplicate}, {"abb", "a", ErrDuplicate}, {"abc", "bcd", nil}} {
		if err := Outer(memoryRows([]byte(c.a), 1), memoryRows([]byte(c.b), 1), 1, none); !errors.Is(err, c.want) || (c.want == nil && err != nil) {
			t.Errorf("%q and %q: %v", c.a, c.b, err)
		}
	}
	refuse := func(_, _ []byte) error { return io.ErrClosedPipe }
	if err := Outer(memoryRows([]byte("a"), 1), memoryRows(nil, 1), 1, refuse); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

// TestStored reads as often as wanted, and notices rows that are missing.
func TestStored(t *testing.T) {
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader([]byte("aabbcc"))), nil }
	for range 2 {
		rows, err := NewStored(2, 3, open).Rows()
		if err != nil {
			t.Fatal(err)
		}
		var all []byte
		err = EachBatch(rows, func(b []byte) error { all = append(all, b...); return nil })
		if err != nil || string(all) != "aabbcc" {
			t.Errorf("%q, %v", all, err)
		}
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []*Stored{NewStored(2, 4, open), NewStored(4, 2, open)} {
		rows, err := bad.Rows()
		if err == nil {
			err = EachBatch(rows, func([]byte) error { return nil })
		}
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%d rows of %d: %v", bad.Len(), bad.Width(), err)
		}
	}
}
