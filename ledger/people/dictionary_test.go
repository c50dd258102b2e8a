package people

import (
	"errors"
	"io"
	"os"
	"testing"
)

// TestGrowsLate has a dictionary of several blocks in which the first person who
// is new stands at its beginning, between two blocks, and at its end.
func TestGrowsLate(t *testing.T) {
	const perBlock = bufferSize / entrySize
	for _, new := range []uint64{0, perBlock, perBlock + 1, 3 * perBlock} {
		f, many := newFolder(t, 0), []uint64{}
		digestAt := func(i uint64) Digest { return Digest{2*i + 1, 0} }
		w, err := f.NewWriter("first")
		if err != nil {
			t.Fatal(err)
		}
		for i := range uint64(2*perBlock + 7) {
			many = append(many, i)
			if err := w.Add(digestAt(i)); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if w, err = f.NewWriter("second"); err != nil {
			t.Fatal(err)
		}
		if err := w.Add(Digest{2 * new, 0}, digestAt(5)); err != nil {
			t.Fatal(err)
		}
		if done, err := w.Close(); err != nil || done.New != 1 || done.People != 2 {
			t.Fatalf("someone new at %d: %+v, %v", new, done, err)
		}
		if done := took(t, f, "third"); done.New != 0 { // reads all of it, and checks its sum
			t.Errorf("after someone new at %d: %+v", new, done)
		}
		ids, err := f.lookup([]Digest{digestAt(0), digestAt(many[len(many)-1]), {2 * new, 0}})
		if err != nil || len(ids) != 3 || ids[0] != 0 || int(ids[1]) != len(many)-1 || int(ids[2]) != len(many) {
			t.Errorf("with someone new at %d the numbers are %v (%v)", new, ids, err)
		}
	}
}

// TestCopyIsWhatWasRead changes a dictionary behind its reader.
func TestCopyIsWhatWasRead(t *testing.T) {
	f := newFolder(t, 0)
	var many []uint64
	for i := range uint64(2 * bufferSize / entrySize) {
		many = append(many, i)
	}
	took(t, f, "first", many...)
	path := f.file(dictionaryFile)
	d, err := openDictionary(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	r, passed := d.reader(), int64(bufferSize/entrySize+3)
	for range passed + 1 {
		if _, _, err := r.next(); err != nil {
			t.Fatal(err)
		}
	}
	if err := newDictionaryWriter(io.Discard).copy(r, passed); err != nil {
		t.Errorf("as it was: %v", err)
	}
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteAt([]byte{0xff}, 100); err != nil {
		t.Fatal(err)
	}
	if err := newDictionaryWriter(io.Discard).copy(r, passed); !errors.Is(err, ErrDamaged) {
		t.Errorf("changed: %v", err)
	}
}
