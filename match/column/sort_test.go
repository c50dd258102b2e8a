package column

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
)

// A keys makes keys of a kind.
type keys func(r *rand.Rand, key []byte)

var kinds = map[string]keys{
	"random": func(r *rand.Rand, key []byte) {
		for i := range key {
			key[i] = byte(r.Uint32())
		}
	},
	"few": func(r *rand.Rand, key []byte) { key[len(key)-1] = byte(r.IntN(3)) },
	"same beginning": func(r *rand.Rand, key []byte) { // the same eight bytes, where there are more
		copy(key, "ABCDEFGH")
		key[len(key)-1] = byte(r.Uint32())
	},
	"last byte of the prefix": func(r *rand.Rand, key []byte) { key[min(7, len(key)-1)] = byte(r.Uint32()) },
	"equal":                   func(*rand.Rand, []byte) {},
}

// numbered is n rows of keys of a kind, each followed by its number.
func numbered(r *rand.Rand, n, key int, k keys) []byte {
	rows := make([]byte, 0, n*(key+4))
	for i := range n {
		one := make([]byte, key)
		k(r, one)
		rows = binary.BigEndian.AppendUint32(append(rows, one...), uint32(i))
	}
	return rows
}

// plain is the slow and obvious sort.
func plain(rows []byte, width, key int) []byte {
	list := slices.Collect(slices.Chunk(rows, width))
	slices.SortStableFunc(list, func(a, b []byte) int { return bytes.Compare(a[:key], b[:key]) })
	return slices.Concat(list...)
}

// drain reads all rows, in batches of any size, and checks what Next promises.
func drain(t testing.TB, r *rand.Rand, rows *Rows) []byte {
	t.Helper()
	var out []byte
	for {
		most := 1 + r.IntN(200)
		batch, err := rows.Next(most)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(batch) == 0 || len(batch)%rows.width != 0 || len(batch) > most*rows.width {
			t.Fatalf("a batch of %d bytes of rows of %d, at most %d", len(batch), rows.width, most)
		}
		out = append(out, batch...)
	}
}

// TestSort compares every size of interest, kind of key and budget with plain Go.
func TestSort(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	sizes := []int{0, 1, 2, 3, few, few + 1, 63, 64, 65, 127, 128, 129, 700, 64 * fanIn, 64*fanIn + 1}
	for kind, k := range kinds {
		for _, key := range []int{1, 3, 7, 8, 9, 16} {
			for _, n := range sizes {
				rows := numbered(r, n, key, k)
				want := plain(rows, key+4, key)
				for _, budget := range []int64{-1, 0, 1 << 14, 1 << 30} {
					name := fmt.Sprintf("%d %s rows, key of %d, budget %d", n, kind, key, budget)
					if got := sorted(t, r, Config{Width: key + 4, Key: key, Budget: budget}, rows); !bytes.Equal(got, want) {
						t.Fatalf("%s: not sorted stably", name)
					}
				}
			}
		}
	}
}

// TestSortInParts sorts so many rows that they are parted first, with keys that fall
// into all parts, and into few.
func TestSortInParts(t *testing.T) {
	const key, width = 16, 20
	r := rand.New(rand.NewPCG(7, 8))
	for kind, k := range kinds {
		rows := numbered(r, 16*bytesOfCache/width+1, key, k)
		var b blocks
		b.add(rows, width)
		new(desk).sort(b.full(), width, key)
		if !bytes.Equal(slices.Concat(b.full()...), plain(rows, width, key)) {
			t.Errorf("%s rows: not sorted stably", kind)
		}
	}
}

// sorted sorts rows that are added in batches of any size.
func sorted(t testing.TB, r *rand.Rand, c Config, rows []byte) []byte {
	t.Helper()
	d := newDisk()
	c.Store = d
	s, err := NewSorter(c)
	if err != nil {
		t.Fatal(err)
	}
	input := bytes.Clone(rows)
	for left := rows; len(left) > 0; {
		n := min(len(left), r.IntN(150)*c.Width)
		if err := s.Add(left[:n]); err != nil {
			t.Fatal(err)
		}
		left = left[n:]
	}
	if s.Len() != uint64(len(rows)/c.Width) {
		t.Errorf("%d rows are said to be %d", len(rows)/c.Width, s.Len())
	}
	out, err := s.Sort()
	if err != nil {
		t.Fatal(err)
	}
	got := drain(t, r, out)
	if err := errors.Join(out.Close(), out.Close(), s.Close(), s.Close()); err != nil || d.open != 0 {
		t.Errorf("closed with %v; %d open", err, d.open)
	}
	if !bytes.Equal(rows, input) {
		t.Error("the caller's rows were written to")
	}
	return got
}

// TestSortStaysInItsBudget looks at what a sorter holds while it is filled.
func TestSortStaysInItsBudget(t *testing.T) {
	const width, budget = 24, 1 << 16
	s, err := NewSorter(Config{Width: width, Key: 16, Budget: budget, Store: Memory()})
	if err != nil {
		t.Fatal(err)
	}
	rows := randomRows(1, 100, width)
	for range 200 {
		if err := s.Add(rows); err != nil {
			t.Fatal(err)
		}
		held := s.blocks.room() + cap(s.desk.rows) + 16*(cap(s.desk.heads)+cap(s.desk.tmp))
		if held > budget*5/4 { // slices grow in steps
			t.Fatalf("%d bytes held of %d", held, budget)
		}
	}
	if len(s.runs) < 10 {
		t.Errorf("only %d runs", len(s.runs))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestSorterRefuses(t *testing.T) {
	for _, c := range []Config{{Key: 1, Store: Memory()}, {Width: 4, Store: Memory()}, {Width: 4, Key: 5, Store: Memory()}, {Width: 4, Key: 4}} {
		if _, err := NewSorter(c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	s, err := NewSorter(Config{Width: 4, Key: 4, Budget: 0, Store: Memory()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(make([]byte, 6)); err == nil {
		t.Error("one and a half rows were taken")
	}
	if _, err := s.Sort(); err != nil {
		t.Fatal(err)
	}
	if err := s.Add(make([]byte, 4)); !errors.Is(err, errSealed) {
		t.Errorf("rows after the sorting: %v", err)
	}
	if _, err := s.Sort(); !errors.Is(err, errSealed) {
		t.Errorf("sorted twice: %v", err)
	}
}

// TestRowsEndWithTheSorter wants an error, not zeros or an early end, of
// whoever reads on.
func TestRowsEndWithTheSorter(t *testing.T) {
	for name, budget := range map[string]int64{"memory": 1 << 20, "spilled": 0} {
		s, err := NewSorter(Config{Width: 4, Key: 4, Budget: budget, Store: Memory()})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Add(randomRows(1, 500, 4)); err != nil {
			t.Fatal(err)
		}
		rows, err := s.Sort()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := rows.Next(3); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if batch, err := rows.Next(3); !errors.Is(err, errClosed) {
			t.Errorf("%s: %d bytes, %v", name, len(batch), err)
		}
	}
}

// TestWideRows have rows that are wider than a reader's buffer.
func TestWideRows(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const width = readerBytes + 3
	rows := randomRows(1, 70, width)
	if got := sorted(t, r, Config{Width: width, Key: 8, Budget: 0, Store: nil}, rows); !bytes.Equal(got, plain(rows, width, 8)) {
		t.Error("not sorted")
	}
}
