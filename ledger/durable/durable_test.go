package durable

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestWrite makes a file anew and over another, and leaves what was there, and nothing
// else, where the writing or the place fails.
func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	text := func(s string) func(*os.File) error {
		return func(f *os.File) error { _, err := f.WriteString(s); return err }
	}
	for _, s := range []string{"one", "another"} {
		if err := Write(path, text(s)); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != s {
			t.Errorf("%q, %v", b, err)
		}
	}
	broken := errors.New("broken")
	if err := Write(path, func(f *os.File) error { return errors.Join(text("half")(f), broken) }); !errors.Is(err, broken) {
		t.Error(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "another" {
		t.Errorf("%q, %v", b, err)
	}
	folder := filepath.Join(filepath.Dir(path), "folder")
	if err := os.MkdirAll(filepath.Join(folder, "in it"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Write(folder, text("no")); err == nil {
		t.Error("a file has taken a folder's place")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), Unfinished)); len(left) > 0 {
		t.Errorf("%v left behind", left)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Error(info.Mode(), err)
	}
}

// TestRemove removes a file, once.
func TestRemove(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, there := range []bool{true, false} {
		if gone, err := Remove(path); gone != there || err != nil {
			t.Errorf("there %t: %t, %v", there, gone, err)
		}
	}
	if err := os.MkdirAll(filepath.Join(path, "in it"), 0o700); err != nil {
		t.Fatal(err)
	}
	if gone, err := Remove(path); gone || err == nil {
		t.Error("a folder with something in it is gone")
	}
}
