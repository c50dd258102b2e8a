package column

import (
	"bytes"
	"errors"
	"testing"
)

const wipeWidth = 32

// ones are rows without a zero.
func ones(n int) []byte { return bytes.Repeat([]byte{0xff}, n*wipeWidth) }

// taken is all the memory that blocks have taken.
func taken(b *blocks) (all [][]byte) {
	for _, one := range b.list {
		all = append(all, one[:cap(one)])
	}
	return all
}

// wiped fails if anything is left in memory that held rows.
func wiped(t *testing.T, name string, memory [][]byte) {
	t.Helper()
	if len(memory) == 0 {
		t.Fatalf("%s: no memory was taken", name)
	}
	for i, one := range memory {
		if n := len(one) - bytes.Count(one, []byte{0}); n > 0 {
			t.Errorf("%s: %d bytes are left in piece %d of %d", name, n, i, len(memory))
		}
	}
}

// perBlock is the rows of a block.
const perBlock = blockBytes / wipeWidth

// TestListWiped: rows are gone from memory once they have gone to storage for
// good, and once the list is closed, also those of before it went to storage.
func TestListWiped(t *testing.T) {
	list := func(budget int64, rows ...int) *List {
		l := NewList(wipeWidth, budget, Memory())
		for _, n := range rows {
			if err := l.Append(ones(n)); err != nil {
				t.Fatal(err)
			}
		}
		return l
	}
	for name, l := range map[string]*List{
		"in memory":         list(1<<40, perBlock+10),
		"after it was sent": list(readerBytes/2, readerBytes/2/wipeWidth+1, 3),
	} {
		memory := taken(&l.blocks)
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		wiped(t, name, memory)
	}
	read := list(readerBytes/2, readerBytes/2/wipeWidth+1, 3)
	memory := taken(&read.blocks)
	if len(memory[0]) < readerBytes/2 {
		t.Errorf("%d bytes are held of a list in storage, whose room was to be kept", len(memory[0]))
	}
	if _, err := read.Rows(); err != nil {
		t.Fatal(err)
	}
	wiped(t, "read from storage", memory)
	full := list(2*blockBytes-wipeWidth, perBlock, perBlock-1)
	memory = taken(&full.blocks)
	if err := full.Append(ones(1)); err != nil {
		t.Fatal(err)
	}
	wiped(t, "sent, with more room than is kept", memory)
	if held, kept := full.blocks.room(), read.blocks.room(); held > readerBytes || kept != 0 {
		t.Errorf("%d bytes are held of a list in storage, and %d once it is read", held, kept)
	}
	if err := errors.Join(read.Close(), full.Close()); err != nil {
		t.Error(err)
	}
}

// TestSorterWiped: likewise, and of what sorting takes besides.
func TestSorterWiped(t *testing.T) {
	sorter := func(budget int64, rows int) *Sorter {
		s, err := NewSorter(Config{Width: wipeWidth, Key: 8, Budget: budget, Store: Memory()})
		if err == nil {
			err = s.Add(ones(rows))
		}
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	spilling := func() *Sorter { // of whose blocks all but the first are empty again
		const budget = 6 * blockBytes
		s := sorter(budget, Config{Width: wipeWidth, Budget: budget}.most()+1)
		if len(s.runs) != 1 || len(s.blocks.list) < 2 || s.blocks.used != 1 {
			t.Fatalf("%d runs, %d blocks of which %d have rows", len(s.runs), len(s.blocks.list), s.blocks.used)
		}
		return s
	}
	for name, s := range map[string]*Sorter{"in memory": sorter(1<<40, perBlock+10), "after a run": spilling()} {
		memory := taken(&s.blocks)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		wiped(t, name, memory)
	}
	for name, s := range map[string]*Sorter{"sorted in memory": sorter(1<<40, perBlock+10), "sorted in storage": spilling()} {
		memory := taken(&s.blocks)
		rows, err := s.Sort()
		if err == nil {
			err = rows.Close()
		}
		if err != nil {
			t.Fatal(err)
		}
		wiped(t, name, memory)
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	var d desk
	d.sort([][]byte{ones(100)}, wipeWidth, 8)
	wiped(t, "the desk", [][]byte{d.rows[:cap(d.rows)]})
}
