package epochs

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// keyOf gives a file a second name, and sees through it whether zeros stand in the
// place of the sealed key.
func keyOf(t *testing.T, path string) (gone func() bool) {
	second := filepath.Join(t.TempDir(), "second")
	if err := os.Link(path, second); err != nil {
		t.Skip("no hard links here")
	}
	h, err := peek(path)
	if err != nil {
		t.Fatal(err)
	}
	key := []byte(base64.StdEncoding.EncodeToString(h.Key))
	whole, err := os.ReadFile(path)
	at := bytes.Index(whole, key)
	if err != nil || at < 0 {
		t.Fatalf("no key is there: %v", err)
	}
	return func() bool {
		left, err := os.ReadFile(second)
		return err == nil && len(left) == len(whole) && bytes.Equal(left[at:at+len(key)], make([]byte, len(key)))
	}
}

func empty(t *testing.T, f *Folder) bool {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries) == 0
}

// TestCommitOver commits a state over an older one, whose key goes.
func TestCommitOver(t *testing.T) {
	f, s := folder(t), state(3)
	gone := keyOf(t, saved(t, f, s))
	kept := keyOf(t, saved(t, f, s))
	if !gone() || kept() {
		t.Errorf("the old key is gone: %v, the new one: %v", gone(), kept())
	}
	got, err := f.Read(s.Epoch)
	if err != nil || got == nil {
		t.Fatal(got, err)
	}
	if err := got.Close(); err != nil || kept() {
		t.Errorf("closing what no run went by: %v", err)
	}
}

// TestCommitFails commits where that cannot be: what was written is forgotten.
func TestCommitFails(t *testing.T) {
	for name, hinder := range map[string]func(*Pending) error{
		"a folder stands there": func(p *Pending) error { return os.MkdirAll(filepath.Join(p.path, "x"), 0o700) },
		"it has been swept":     func(p *Pending) error { return os.Remove(p.file.Name()) },
	} {
		f := folder(t)
		p, err := f.Write(state(3))
		if err != nil {
			t.Fatal(err)
		}
		gone := keyOf(t, p.file.Name())
		if err := hinder(p); err != nil {
			t.Fatal(err)
		}
		if err := p.Commit(day); err == nil || !gone() {
			t.Errorf("%s: %v, the key is gone: %v", name, err, gone())
		}
		if err := os.RemoveAll(p.path); err != nil || !empty(t, f) {
			t.Errorf("%s: something is left, %v", name, err)
		}
	}
}

// TestCommitLate commits a state of an epoch that is over by then, or that a clock set
// back has not seen begin.
func TestCommitLate(t *testing.T) {
	for _, c := range []struct {
		now  time.Time
		over bool
	}{
		{day.AddDate(0, 0, 7).Add(-time.Second), false},
		{day.AddDate(0, 0, 7), true},
		{day.Add(-time.Hour), false},
		{day.Add(-time.Hour - time.Second), true},
	} {
		f := folder(t)
		p, err := f.Write(state(3))
		if err != nil {
			t.Fatal(err)
		}
		gone := keyOf(t, p.file.Name())
		if err := p.Commit(c.now); errors.Is(err, ErrOver) != c.over || (err != nil) != c.over {
			t.Errorf("%v: %v", c.now, err)
		}
		if gone() != c.over || empty(t, f) != c.over {
			t.Errorf("%v: the key is gone: %v", c.now, gone())
		}
	}
}

// TestDiscardSwept discards what somebody else has removed.
func TestDiscardSwept(t *testing.T) {
	f := folder(t)
	p, err := f.Write(state(3))
	if err != nil {
		t.Fatal(err)
	}
	gone := keyOf(t, p.file.Name())
	if err := errors.Join(os.Remove(p.file.Name()), p.Discard()); err != nil || !gone() {
		t.Errorf("%v, the key is gone: %v", err, gone())
	}
}

// TestClaimForgets claims a state: its key is gone from the disk, even if the run
// never closes it, and its tables can be read. A run that comes too late takes away
// the next state, key and all; one that claims twice does not.
func TestClaimForgets(t *testing.T) {
	f, s := folder(t), state(300)
	path := saved(t, f, s)
	mine, err := f.Read(s.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	late, err := f.Read(s.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	defer mine.Close()
	defer late.Close()
	gone := keyOf(t, path)
	if err := mine.Claim(); err != nil || !gone() || !empty(t, f) {
		t.Errorf("%v, the key is gone: %v", err, gone())
	}
	if !bytes.Equal(all(t, mine.Kept.Levels[1].Tags), all(t, s.Kept.Levels[1].Tags)) {
		t.Error("a table has changed")
	}
	gone = keyOf(t, saved(t, f, s))
	if err := mine.Claim(); !errors.Is(err, ErrTaken) || gone() || empty(t, f) {
		t.Errorf("claimed twice: %v, the next key is gone: %v", err, gone())
	}
	if err := late.Claim(); !errors.Is(err, ErrTaken) || !gone() || !empty(t, f) {
		t.Errorf("claimed too late: %v, the key is gone: %v", err, gone())
	}
}

// TestOverwriteTwice has two processes forget the same file, while a third reads its
// tables.
func TestOverwriteTwice(t *testing.T) {
	f, s := folder(t), state(300)
	gone := keyOf(t, saved(t, f, s))
	got, err := f.Read(s.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if err := errors.Join(overwriteFront(got.file), overwriteFront(got.file)); err != nil || !gone() {
		t.Fatalf("%v, the key is gone: %v", err, gone())
	}
	for l, level := range s.Kept.Levels {
		if !bytes.Equal(all(t, level.Identifiers), all(t, got.Kept.Levels[l].Identifiers)) {
			t.Errorf("level %d has changed", l)
		}
	}
}

// TestOverwriteHalf forgets what a crash left half written over.
func TestOverwriteHalf(t *testing.T) {
	f, s := folder(t), state(3)
	path := saved(t, f, s)
	gone := keyOf(t, path)
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = file.WriteAt(make([]byte, 60), int64(prelude))
	if err = errors.Join(err, file.Close()); err != nil || gone() {
		t.Fatal(err)
	}
	if err := f.Forget(s.Epoch); err != nil || !gone() || !empty(t, f) {
		t.Errorf("%v, the key is gone: %v", err, gone())
	}
}
