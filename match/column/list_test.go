package column

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"
)

func TestList(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const width = 24
	for _, n := range []int{0, 1, 2, 100, 2730, 2731, 9000} { // a reader takes 2730 rows at a time
		for _, budget := range []int64{-1, 0, width * 100, width*100 + 1, 1 << 30} {
			rows := randomRows(uint64(n), n, width)
			d := newDisk()
			l := NewList(width, budget, d)
			for left := rows; len(left) > 0; {
				k := min(len(left), r.IntN(400)*width)
				if err := l.Append(left[:k]); err != nil {
					t.Fatal(err)
				}
				left = left[k:]
			}
			for range 3 {
				out, err := l.Rows()
				if err != nil {
					t.Fatal(err)
				}
				if got := drain(t, r, out); !bytes.Equal(got, rows) || l.Len() != uint64(n) {
					t.Errorf("%d rows, budget %d: not what was appended", n, budget)
				}
			}
			if err := errors.Join(l.Close(), l.Close()); err != nil || d.open != 0 {
				t.Errorf("closed with %v; %d open", err, d.open)
			}
		}
	}
}

// TestListReadByTwo reads a list in two places at once.
func TestListReadByTwo(t *testing.T) {
	for name, budget := range map[string]int64{"memory": 1 << 20, "spilled": 0} {
		rows := randomRows(1, 5000, 8)
		l := NewList(8, budget, Memory())
		if err := l.Append(rows); err != nil {
			t.Fatal(err)
		}
		one, err1 := l.Rows()
		two, err2 := l.Rows()
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		a, err1 := one.Next(1)
		b, err2 := two.Next(10)
		c, err3 := one.Next(1)
		if err := errors.Join(err1, err2, err3); err != nil || !bytes.Equal(append(bytes.Clone(a), c...), b[:16]) {
			t.Errorf("%s: the readers are in each other's way (%v)", name, err)
		}
	}
}

func TestListRefuses(t *testing.T) {
	for name, budget := range map[string]int64{"memory": 1 << 20, "spilled": 0} {
		l := NewList(4, budget, Memory())
		if err := l.Append(make([]byte, 6)); err == nil || l.Len() != 0 {
			t.Errorf("%s: one and a half rows were taken", name)
		}
		if err := l.Append(make([]byte, 400)); err != nil {
			t.Fatal(err)
		}
		rows, err := l.Rows()
		if err != nil {
			t.Fatal(err)
		}
		if err := l.Append(make([]byte, 4)); !errors.Is(err, errSealed) {
			t.Errorf("%s: rows after the first reading: %v", name, err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := rows.Next(1); !errors.Is(err, errClosed) {
			t.Errorf("%s: read on after the list's end: %v", name, err)
		}
		if _, err := l.Rows(); !errors.Is(err, errClosed) {
			t.Errorf("%s: read anew after the list's end: %v", name, err)
		}
		if err := l.Append(make([]byte, 4)); !errors.Is(err, errClosed) {
			t.Errorf("%s: rows after the list's end: %v", name, err)
		}
	}
}

func TestMemoryForgets(t *testing.T) {
	s, err := Memory().Create()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write([]byte("rows")); err != nil {
		t.Fatal(err)
	}
	r, err := s.Open()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || string(got) != "rows" {
		t.Errorf("%q, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	r, err = s.Open()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(r); err != nil || len(got) > 0 {
		t.Errorf("%q, %v", got, err)
	}
}
