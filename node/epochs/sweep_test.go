package epochs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func anyOpen([32]byte) bool  { return true }
func noneOpen([32]byte) bool { return false }

// left sweeps, sees how many files have gone, and says which are left.
func left(t *testing.T, f *Folder, now time.Time, open func([32]byte) bool, want int) string {
	t.Helper()
	if gone, err := f.Sweep(now, open); gone != want || err != nil {
		t.Errorf("%d gone, want %d; %v", gone, want, err)
	}
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// TestSweepSetBack has the clock go back: an epoch that has not begun is forgotten, or
// its key would outlive its days.
func TestSweepSetBack(t *testing.T) {
	for _, c := range []struct {
		back time.Duration
		gone int
	}{{0, 0}, {time.Hour, 0}, {time.Hour + time.Second, 1}, {30 * 24 * time.Hour, 1}} {
		f := folder(t)
		saved(t, f, state(3))
		if rest := left(t, f, day.Add(-c.back), anyOpen, c.gone); (rest == "") != (c.gone == 1) {
			t.Errorf("%v back: %q", c.back, rest)
		}
	}
}

// TestSweepLeftovers finds what a process that crashed was writing, or had claimed.
func TestSweepLeftovers(t *testing.T) {
	for _, c := range []struct {
		name  string
		now   time.Time
		age   time.Duration
		open  func([32]byte) bool
		whole bool // whether the header is there
		gone  int
	}{
		{"under way", day, time.Minute, anyOpen, true, 0},
		{"begun", day, time.Minute, noneOpen, false, 0},
		{"just over", day.AddDate(0, 0, 7), time.Minute, anyOpen, true, 1},
		{"just ended", day, time.Minute, noneOpen, true, 1},
		{"not begun", day.Add(-2 * time.Hour), time.Minute, anyOpen, true, 1},
		{"a day old", day.AddDate(0, 0, 1), 24 * time.Hour, anyOpen, true, 1},
		{"begun a day ago", day, 24 * time.Hour, anyOpen, false, 1},
		{"begun, then set back", day, -2 * time.Hour, anyOpen, false, 1},
	} {
		for _, name := range []string{temporary + "1234", "x" + suffix + ".0123456789abcdef"} {
			f := folder(t)
			path := filepath.Join(f.dir, name)
			if err := os.Rename(saved(t, f, state(3)), path); err != nil {
				t.Fatal(err)
			}
			if !c.whole {
				os.Truncate(path, 100)
			}
			written := c.now.Add(-c.age)
			os.Chtimes(path, written, written)
			if rest := left(t, f, c.now, c.open, c.gone); (rest == name) != (c.gone == 0) {
				t.Errorf("%s, %s: %q is left", c.name, name, rest)
			}
		}
	}
}

// TestSweepNames forgets what has another name, such as a copy of a state.
func TestSweepNames(t *testing.T) {
	for _, name := range []string{"copy", "x.epoch.bak", "x.epoch~"} {
		f := folder(t)
		if err := os.Rename(saved(t, f, state(3)), filepath.Join(f.dir, name)); err != nil {
			t.Fatal(err)
		}
		if rest := left(t, f, day, anyOpen, 1); rest != "" {
			t.Errorf("%q is left", rest)
		}
	}
}

// TestSweepFolder finds a folder, and a name that leads elsewhere.
func TestSweepFolder(t *testing.T) {
	f := folder(t)
	saved(t, f, state(3))
	elsewhere := filepath.Join(t.TempDir(), "elsewhere")
	if err := os.WriteFile(elsewhere, []byte("?"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(f.dir, "lost+found", "more"), 0o700); err != nil {
		t.Fatal(err)
	}
	want := "elsewhere lost+found"
	if os.Symlink(elsewhere, filepath.Join(f.dir, "elsewhere")) != nil {
		want = "lost+found"
	}
	if rest := left(t, f, day.AddDate(0, 0, 7), anyOpen, 1); rest != want {
		t.Errorf("%q is left", rest)
	}
	if b, err := os.ReadFile(elsewhere); err != nil || string(b) != "?" {
		t.Error("what is elsewhere has changed")
	}
}

// TestSweepVanished has another process sweep at the same time: each file has gone
// once.
func TestSweepVanished(t *testing.T) {
	f := folder(t)
	path := saved(t, f, state(3))
	first := func([32]byte) bool {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
		return false
	}
	if rest := left(t, f, day, first, 0); rest != "" {
		t.Errorf("%q is left", rest)
	}
}

// TestClaimUnswept claims an old state while another process sweeps: under the name
// that it has in between, it is not old.
func TestClaimUnswept(t *testing.T) {
	f, s := folder(t), state(3)
	s.Began = time.Now().AddDate(0, 0, -3)
	os.Chtimes(saved(t, f, s), s.Began, s.Began)
	got, err := f.Read(s.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	taken, err := got.rename()
	if err != nil {
		t.Fatal(err)
	}
	if rest := left(t, f, time.Now(), anyOpen, 0); rest != filepath.Base(taken) {
		t.Errorf("%q is left", rest)
	}
}
