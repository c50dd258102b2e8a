package node

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mandorla/activation"
	"mandorla/match/column"
)

// TestShuffle: rows come back whole in the order of their places, wide ones and
// empty ones too, whether or not memory holds them.
func TestShuffle(t *testing.T) {
	type placed struct {
		at  activation.Place
		row []activation.Cell
	}
	chance := rand.New(rand.NewPCG(41, 42))
	for _, c := range []struct {
		rows, cells int
		budget      int64
	}{{0, 1, 1 << 20}, {1, 1, 1 << 20}, {500, 3, 1 << 20}, {3000, 4, 1 << 10}} {
		s, err := newShuffle(c.cells, c.budget, diskStore{t.TempDir()})
		if err != nil {
			t.Fatal(err)
		}
		var want []placed
		for range c.rows {
			p := placed{row: make([]activation.Cell, c.cells)}
			for i := range p.at {
				p.at[i] = byte(chance.Uint32())
			}
			for i := range p.row {
				p.row[i] = activation.Cell{Null: chance.IntN(4) == 0}
				if !p.row[i].Null {
					p.row[i].Text = strings.Repeat("é\x00", chance.IntN(3)*chance.IntN(80))
				}
			}
			if err := s.add(p.at, p.row); err != nil {
				t.Fatal(err)
			}
			want = append(want, p)
		}
		slices.SortFunc(want, func(a, b placed) int { return bytes.Compare(a.at[:], b.at[:]) })
		got := 0
		err = s.each(func(row []activation.Cell) error {
			if !slices.Equal(row, want[got].row) {
				t.Fatalf("row %d is another", got)
			}
			got++
			return nil
		})
		if err = errors.Join(err, s.close()); err != nil || got != c.rows {
			t.Errorf("%d of %d rows, %v", got, c.rows, err)
		}
	}
}

// TestShuffleStops: what fails on the way ends it.
func TestShuffleStops(t *testing.T) {
	s, err := newShuffle(1, 1<<20, column.Memory())
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	for i := range 3 {
		if err := s.add(activation.Place{byte(i)}, []activation.Cell{{Text: "x"}}); err != nil {
			t.Fatal(err)
		}
	}
	times := 0
	err = s.each(func([]activation.Cell) error { times++; return io.ErrShortWrite })
	if !errors.Is(err, io.ErrShortWrite) || times != 1 {
		t.Errorf("%v, %d times", err, times)
	}
}

// FuzzUncut: broken pieces are an error, never more than they hold.
func FuzzUncut(f *testing.F) {
	f.Add([]byte{2, 'x', 0, 1})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Add([]byte{4, 'x'})
	f.Add(make([]byte, 200))
	f.Fuzz(func(t *testing.T, pieces []byte) {
		row := make([]activation.Cell, 3)
		err := uncut(pieces, row)
		total := 0
		for _, cell := range row {
			total += len(cell.Text)
		}
		if err == nil && total+len(row) > len(pieces) {
			t.Errorf("%d bytes from %d", total, len(pieces))
		}
		if err != nil && !errors.Is(err, errCut) {
			t.Error(err)
		}
	})
}

// sortedHouse is an active house whose tables, and so whose lists, go by their id,
// which crosses.
func sortedHouse(t *testing.T) (h *activeHouse, real map[string]bool) {
	h, real = newActiveHouse(t), map[string]bool{}
	rows := func(from, to int) (out []string) {
		for i := from; i < to; i++ {
			id := fmt.Sprintf("C%08d", i*7919+1234)
			real[id] = true
			out = append(out, fmt.Sprintf("%s,anna.meyer%d@mail.example,gold", id, i*7919%10007))
		}
		return out
	}
	h.table(left+"/left.csv", "id,email,tier", rows(0, 300))
	h.table(right+"/right.csv", "id,email,tier", rows(100, 400))
	h.more = strings.Replace(h.more, "columns: {left: [email, tier]}", "columns: {left: [id, email, tier]}", 1)
	return h, real
}

// TestOrderTellsNoDecoy: a recipient that takes the longest run of rising ids for
// the sender's order, and all else for decoys, finds them among most of the rows;
// and a copy of the file is row by row the same.
func TestOrderTellsNoDecoy(t *testing.T) {
	t.Parallel()
	h, real := sortedHouse(t)
	h.serve(right, Options{})
	a := h.agree()
	run := h.match(a, "id", "email", "tier").Run
	var copies [2][][]string
	for i := range copies {
		r := h.request(run, "mailhouse", "csv")
		r.Out = filepath.Join(h.dir, fmt.Sprint(i, ".sealed"))
		if _, err := h.open(left, Options{}).Activate(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		out := filepath.Join(h.dir, fmt.Sprint(i, ".csv"))
		if _, err := OpenActivation(r.Out, h.key["mailhouse"], out, a); err != nil {
			t.Fatal(err)
		}
		_, copies[i] = h.read(out)
	}
	if len(copies[0]) != 205 || !slices.EqualFunc(copies[0], copies[1], slices.Equal) {
		t.Error("the copies differ")
	}
	var ids []string
	decoys := 0
	for _, row := range copies[0] {
		ids = append(ids, row[0])
		if !real[row[0]] {
			decoys++
		}
	}
	rising := longestRising(ids)
	t.Logf("of %d rows, %d of them decoys, %d rise", len(ids), decoys, rising)
	if decoys != 5 || rising > 60 { // of 205 in random order about 27
		t.Error("the order of the sender's table is there to see")
	}
}

// longestRising is the length of the longest rising subsequence.
func longestRising(of []string) int {
	best := make([]int, len(of))
	for i := range of {
		best[i] = 1
		for j := range i {
			if of[j] < of[i] {
				best[i] = max(best[i], best[j]+1)
			}
		}
	}
	return slices.Max(best)
}

// BenchmarkShuffle sorts a million rows of a mailing in the memory of a few of a
// hundred of them; MB are millions of rows.
func BenchmarkShuffle(b *testing.B) {
	row := []activation.Cell{{Text: "C-00001234"}, {Text: "anna.meyer17@mail.example"}, {Text: "Musterstraße 17"}, {Text: "10115"}, {Text: "Berlin"}, {Text: "gold"}}
	s, err := activation.ReadSecret(filepath.Join(b.TempDir(), "decoys.key"))
	if err != nil {
		b.Fatal(err)
	}
	const rows = 1_000_000
	b.SetBytes(rows)
	for b.Loop() {
		mixed, err := newShuffle(len(row), 10<<20, diskStore{b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		order := s.Order(activation.List{Run: "a"})
		for i := range uint64(rows) {
			if err := mixed.add(order.Real(i), row); err != nil {
				b.Fatal(err)
			}
		}
		if err := mixed.each(func([]activation.Cell) error { return nil }); err != nil {
			b.Fatal(err)
		}
		if err := mixed.close(); err != nil {
			b.Fatal(err)
		}
	}
}
