package match

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"mandorla/match/column"
	"mandorla/match/wire"
)

// twoColumns are of a row of 68 bytes, 15,420 of which make a frame; the rows
// at home are longer.
var twoColumns = wire.Schema{{Name: "y", Type: wire.FSB64}, {Name: "n", Type: wire.Uint32}}

const homeWidth = 64 + 4 + 7

// framerOf sends n random rows, out of a list that holds more.
func framerOf(t *testing.T, n, more int) (*Framer, []byte) {
	t.Helper()
	rows := make([]byte, (n+more)*homeWidth)
	rand.NewChaCha8([32]byte{1}).Read(rows)
	l := column.NewList(homeWidth, 1<<16, column.Memory())
	t.Cleanup(func() { l.Close() })
	if err := l.Append(rows); err != nil {
		t.Fatal(err)
	}
	r, err := l.Rows()
	if err != nil {
		t.Fatal(err)
	}
	return &Framer{Kind: wire.KindKeys, Level: 3, Schema: twoColumns, Width: homeWidth, Rows: r, Left: uint64(n)}, rows[:n*homeWidth]
}

func TestFramer(t *testing.T) {
	full := wire.RowsPerFrame(twoColumns)
	for _, n := range []int{0, 1, 2, full - 1, full, full + 1, 2 * full, 2*full + 1} {
		f, rows := framerOf(t, n, 5)
		var kept []byte
		f.Keep = func(rows []byte) error { kept = append(kept, rows...); return nil }
		want := max(1, (n+full-1)/full)
		var y, numbers []byte
		for i := 1; i <= want; i++ {
			frame, err := f.Next()
			if err != nil {
				t.Fatalf("%d rows, frame %d: %v", n, i, err)
			}
			if frame.Last != (i == want) || frame.Rows > full || (frame.Rows < full && !frame.Last) || frame.Kind != f.Kind || frame.Level != 3 || !frame.Fits(twoColumns) {
				t.Fatalf("%d rows, frame %d of %d: %d rows, last: %v", n, i, want, frame.Rows, frame.Last)
			}
			y, numbers = append(y, frame.Columns[0]...), append(numbers, frame.Columns[1]...)
		}
		if !bytes.Equal(kept, rows) {
			t.Errorf("%d rows: what is kept is not what was there", n)
		}
		for i := range n {
			row := rows[i*homeWidth:]
			if !bytes.Equal(y[64*i:64*i+64], row[:64]) || !bytes.Equal(numbers[4*i:4*i+4], row[64:68]) {
				t.Fatalf("%d rows: row %d is not in its columns", n, i)
			}
		}
		if _, err := f.Rows.Next(1); err == nil {
			t.Error("the last frame has not closed the rows")
		}
	}
}

func TestFramerFails(t *testing.T) {
	f, _ := framerOf(t, 10, 0)
	f.Left = 11
	if _, err := f.Next(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a row too few: %v", err)
	}
	f, _ = framerOf(t, 10, 0)
	f.Keep = func([]byte) error { return errTest }
	if _, err := f.Next(); !errors.Is(err, errTest) {
		t.Errorf("Keep: %v", err)
	}
	f, _ = framerOf(t, 10, 0)
	f.Left = 11
	if _, err := f.Digest(); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a digest of a row too few: %v", err)
	}
}

// TestFramerDigest wants the digest of what would be sent.
func TestFramerDigest(t *testing.T) {
	full := wire.RowsPerFrame(twoColumns)
	for _, n := range []int{0, 1, full + 1} {
		sender, _ := framerOf(t, n, 0)
		d := wire.NewDigest()
		for last := false; !last; {
			frame, err := sender.Next()
			if err != nil {
				t.Fatal(err)
			}
			d.Add(twoColumns, frame)
			last = frame.Last
		}
		committer, _ := framerOf(t, n, 0)
		if got, err := committer.Digest(); err != nil || got != d.Sum() {
			t.Errorf("%d rows: another digest (%v)", n, err)
		}
	}
}

func TestTake(t *testing.T) {
	f, rows := framerOf(t, 3000, 0)
	var got []byte
	for _, n := range []int{0, 1, 2000, 999} {
		part, err := Take(f.Rows, n, homeWidth)
		if err != nil || len(part) != n*homeWidth {
			t.Fatalf("%d rows: %d bytes, %v", n, len(part), err)
		}
		got = append(got, part...)
	}
	if !bytes.Equal(got, rows) {
		t.Error("other rows")
	}
	if _, err := Take(f.Rows, 1, homeWidth); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("a row after the last: %v", err)
	}
}
