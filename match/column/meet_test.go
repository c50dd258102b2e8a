package column

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestMeet lets rows arrive in batches of all sizes: the pairs are those of a
// join, in the order of their keys.
func TestMeet(t *testing.T) {
	const key, width = 3, 7
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		n, m := rapid.IntRange(0, 300).Draw(t, "here"), rapid.IntRange(0, 300).Draw(t, "arriving")
		pool := unique(r, n+m, key)
		here := plain(pool[:n*width], width, key)
		shared := rapid.IntRange(0, min(n, m)).Draw(t, "shared")
		arriving := plain(slices.Concat(pool[:shared*width], pool[n*width:][:(m-shared)*width]), width, key)

		var got [][2]string
		met, err := Meet(memoryRows(here, width), key)
		if err != nil {
			t.Fatal(err)
		}
		for left := bytes.Clone(arriving); len(left) > 0; {
			k := rapid.IntRange(1, len(left)/width).Draw(t, "batch")
			err := met.Take(left[:k*width], width, func(a, b []byte) error {
				got = append(got, [2]string{string(a), string(b)})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			left = left[k*width:]
		}
		if err := met.Close(); err != nil || !slices.Equal(got, pairsOf(here, arriving, width, key)) {
			t.Fatalf("%d pairs of %d, %v", len(got), shared, err)
		}
	})
}

// TestMeetRefuses has the waiting rows in no order, or one of them twice.
func TestMeetRefuses(t *testing.T) {
	none := func(_, _ []byte) error { return nil }
	for want, here := range map[error]string{ErrOrder: "bac", ErrDuplicate: "aab"} {
		met, err := Meet(memoryRows([]byte(here), 1), 1)
		if err == nil {
			err = met.Take([]byte("c"), 1, none)
		}
		if !errors.Is(err, want) {
			t.Errorf("%q: %v", here, err)
		}
	}
	stop := errors.New("stop")
	met, err := Meet(memoryRows([]byte("abc"), 1), 1)
	if err == nil {
		err = met.Take([]byte("bc"), 1, func(_, _ []byte) error { return stop })
	}
	if !errors.Is(err, stop) {
		t.Error(err)
	}
}
