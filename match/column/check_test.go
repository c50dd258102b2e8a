package column

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// strictly is the slow and obvious check.
func strictly(rows []byte, width, key int) error {
	for i := width; i < len(rows); i += width {
		switch bytes.Compare(rows[i-width:][:key], rows[i:][:key]) {
		case 0:
			return ErrDuplicate
		case 1:
			return ErrOrder
		}
	}
	return nil
}

// TestIncreasing gives rows in batches of any size, in order or with one fault.
func TestIncreasing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const key, width = 8, 12
	for range 300 {
		n := r.IntN(60)
		rows := plain(unique(r, n, key), width, key)
		if n > 0 {
			copy(rows[r.IntN(n)*width:], rows[r.IntN(n)*width:][:key]) // often a fault, of either kind
		}
		c := Increasing{Width: width, Key: key}
		var err error
		for left := rows; len(left) > 0 && err == nil; {
			k := min(len(left), r.IntN(5)*width)
			err = c.Check(left[:k])
			left = left[k:]
		}
		if want := strictly(rows, width, key); !errors.Is(err, want) || (want == nil && err != nil) {
			t.Fatalf("%v instead of %v", err, want)
		}
	}
}

// TestIncreasingKeepsNothing has the caller write over its batch.
func TestIncreasingKeepsNothing(t *testing.T) {
	c := Increasing{Width: 2, Key: 2}
	batch := []byte{1, 1, 2, 2}
	if err := c.Check(batch); err != nil {
		t.Fatal(err)
	}
	clear(batch)
	if err := c.Check([]byte{2, 2}); !errors.Is(err, ErrDuplicate) {
		t.Error(err)
	}
	if err := c.Check([]byte{2, 1}); !errors.Is(err, ErrOrder) {
		t.Error(err)
	}
}

func TestDisjoint(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const width = 2
	for _, n := range []int{0, 1, 2, 40, 400} {
		for range 30 {
			both := make([]byte, 0, 2*n*width)
			for row := range slices.Chunk(unique(r, 2*n, width), width+4) {
				both = append(both, row[:width]...)
			}
			a, b := plain(both[:n*width], width, width), plain(both[n*width:], width, width)
			if err := Disjoint(memoryRows(a, width), memoryRows(b, width), width); err != nil {
				t.Fatalf("two sets of %d: %v", n, err)
			}
			if n == 0 {
				continue
			}
			shared := plain(append(bytes.Clone(b), a[r.IntN(n)*width:][:width]...), width, width)
			if err := Disjoint(memoryRows(a, width), memoryRows(shared, width), width); !errors.Is(err, ErrShared) {
				t.Fatalf("two sets of %d with a key in common: %v", n, err)
			}
		}
	}
}

// TestDisjointReadsToTheEnd has a fault behind the other stream's end, and one
// behind a whole batch.
func TestDisjointReadsToTheEnd(t *testing.T) {
	const width = 2
	long := plain(randomRows(1, 65536, width), width, width)
	increasing := make([]byte, 0, 2*65536)
	for i := range 65536 {
		increasing = append(increasing, byte(i>>8), byte(i))
	}
	back := append(bytes.Clone(increasing), 0, 7)
	for name, c := range map[string]struct {
		a, b []byte
		want error
	}{
		"twice, left":      {long, nil, ErrDuplicate},
		"twice, right":     {nil, long, ErrDuplicate},
		"back, left":       {back, nil, ErrOrder},
		"back, right":      {[]byte{}, back, ErrOrder},
		"all, and nothing": {increasing, nil, nil},
		"shared at once":   {increasing, increasing, ErrShared},
	} {
		if err := Disjoint(memoryRows(c.a, width), memoryRows(c.b, width), width); !errors.Is(err, c.want) || (c.want == nil && err != nil) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBits(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var b Bits
	set := map[uint64]bool{}
	for range 3000 {
		i := r.Uint64N(9000)
		b.Set(i)
		set[i] = true
		if r.IntN(100) > 0 {
			continue
		}
		for i := range uint64(9100) {
			if b.Get(i) != set[i] {
				t.Fatalf("%d is in the set: %v", i, b.Get(i))
			}
		}
		if b.Count() != uint64(len(set)) {
			t.Fatalf("%d numbers are said to be %d", len(set), b.Count())
		}
	}
	if b.Get(1<<63) || new(Bits).Count() != 0 || new(Bits).Get(0) {
		t.Error("something is in an empty set")
	}
}

func TestBitsWithout(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var a, b Bits
	for range 500 {
		a.Set(r.Uint64N(2000))
		b.Set(r.Uint64N(2000))
	}
	rest, both := a.Without(&b), new(Bits)
	both.Add(&a)
	both.Add(&b)
	for i := range uint64(2000) {
		if rest.Get(i) != (a.Get(i) && !b.Get(i)) || both.Get(i) != (a.Get(i) || b.Get(i)) {
			t.Fatalf("%d is in a: %v, in b: %v, in a without b: %v, in both: %v", i, a.Get(i), b.Get(i), rest.Get(i), both.Get(i))
		}
	}
}
