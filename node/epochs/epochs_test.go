package epochs

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
)

var day = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// rows are n rows of a width in increasing order.
func rows(n, width int) *column.List {
	l := column.NewList(width, 1<<20, column.Memory())
	for i := range n {
		l.Append(append(binary.BigEndian.AppendUint64(nil, uint64(i)), make([]byte, width-8)...))
	}
	return l
}

// state is a vendor's, of two levels.
func state(n int) *State {
	s := &State{Epoch: Epoch{Agreement: [32]byte{7}, Analysis: "append", Partner: "shop", Levels: []string{"a", "b"}, Widths: [2]int{40, 17}},
		Began: day, Days: 7, Pepper: [32]byte{0xa5, 1, 0x5a, 2, 0xc3, 3}, Key: ristretto.NewKey()}
	s.Kept = match.Kept{Public: s.Key.Public(), Runs: [][32]byte{{1}, {2}}}
	for range 2 {
		s.Kept.Levels = append(s.Kept.Levels, match.KeptLevel{Identifiers: rows(n, 40), Tags: rows(n/2, 17)})
	}
	return s
}

func folder(t *testing.T) *Folder {
	f, err := Open(filepath.Join(t.TempDir(), "epochs"), []byte("the secret of the node, long enough"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// saved writes a state and commits it, and gives its file's path.
func saved(t *testing.T, f *Folder, s *State) string {
	p, err := f.Write(s)
	if err == nil {
		err = p.Commit(s.Began)
	}
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(f.dir, s.Epoch.file())
}

func all(t *testing.T, k match.KeptRows) (out []byte) {
	r, err := k.Rows()
	if err == nil {
		err = column.EachBatch(r, func(b []byte) error { out = append(out, b...); return nil })
	}
	if err = errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestRoundTrip(t *testing.T) {
	f, s := folder(t), state(5000)
	if got, err := f.Read(s.Epoch); got != nil || err != nil {
		t.Fatal(got, err)
	}
	path := saved(t, f, s)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, mode %v", err, info.Mode())
	}
	got, err := f.Read(s.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if got.Pepper != s.Pepper || !got.Began.Equal(day) || got.Days != 7 || got.Key.Public() != s.Key.Public() ||
		got.Kept.Public != s.Kept.Public || !slices.Equal(got.Kept.Runs, s.Kept.Runs) || !got.Ends().Equal(day.AddDate(0, 0, 7)) {
		t.Error("something has changed")
	}
	for l, level := range s.Kept.Levels {
		if !bytes.Equal(all(t, level.Identifiers), all(t, got.Kept.Levels[l].Identifiers)) || !bytes.Equal(all(t, level.Tags), all(t, got.Kept.Levels[l].Tags)) {
			t.Errorf("level %d has changed", l)
		}
	}
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Contains(raw, s.Pepper[:]) {
		t.Error("the pepper stands there for all to read")
	}
}

// TestAsker has no key.
func TestAsker(t *testing.T) {
	f, s := folder(t), state(4)
	s.Learns, s.Key = true, nil
	saved(t, f, s)
	got, err := f.Read(s.Epoch)
	if err != nil || got.Key != nil {
		t.Fatal(err)
	}
	if err := got.Close(); err != nil {
		t.Error(err)
	}
	s.Learns = false
	if _, err := f.Read(s.Epoch); !errors.Is(err, ErrBroken) {
		t.Errorf("without a key: %v", err)
	}
}

// TestEveryByte changes each byte of a file, and cuts it at some.
func TestEveryByte(t *testing.T) {
	f, s := folder(t), state(3)
	path := saved(t, f, s)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(what string, b []byte) {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Read(s.Epoch); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v, %v", what, got, err)
		}
	}
	for i := range raw {
		changed := bytes.Clone(raw)
		changed[i] ^= 1 << rand.IntN(8)
		try(fmt.Sprintf("byte %d", i), changed)
	}
	for n := 0; n < len(raw); n += 7 {
		try(fmt.Sprintf("%d bytes", n), raw[:n])
	}
	try("a byte more", append(bytes.Clone(raw), 0))
}

// TestForeign reads a state as another epoch's, or another node's.
func TestForeign(t *testing.T) {
	f, s := folder(t), state(3)
	path := saved(t, f, s)
	other, err := Open(f.dir, []byte("the secret of another node, as long"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Read(s.Epoch); !errors.Is(err, ErrBroken) {
		t.Errorf("another node: %v", err)
	}
	for what, change := range map[string]func(*Epoch){
		"agreement": func(e *Epoch) { e.Agreement[31]++ }, // the same name
		"levels":    func(e *Epoch) { e.Levels = []string{"a", "c"} },
		"widths":    func(e *Epoch) { e.Widths[0]++ },
		"learns":    func(e *Epoch) { e.Learns = true },
	} {
		e := s.Epoch
		change(&e)
		if _, err := f.Read(e); !errors.Is(err, ErrBroken) {
			t.Errorf("another %s: %v", what, err)
		}
	}
	e := s.Epoch
	e.Partner = "other"
	if err := os.Rename(path, filepath.Join(f.dir, e.file())); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Read(e); !errors.Is(err, ErrBroken) {
		t.Errorf("another partner: %v", err)
	}
}

// TestOrder writes tables that are not sorted.
func TestOrder(t *testing.T) {
	f, s := folder(t), state(3)
	l := column.NewList(17, 1<<10, column.Memory())
	l.Append(slices.Concat([]byte{2}, make([]byte, 16), []byte{1}, make([]byte, 16)))
	s.Kept.Levels[1].Tags = l
	saved(t, f, s)
	if _, err := f.Read(s.Epoch); !errors.Is(err, ErrBroken) {
		t.Error(err)
	}
}

// TestClaim lets one run have a state, and no other.
func TestClaim(t *testing.T) {
	f, s := folder(t), state(300)
	saved(t, f, s)
	read := func() *State {
		got, err := f.Read(s.Epoch)
		if err != nil || got == nil {
			t.Fatal(got, err)
		}
		return got
	}
	one, two := read(), read()
	if err := one.Claim(); err != nil {
		t.Fatal(err)
	}
	if err := two.Claim(); !errors.Is(err, ErrTaken) {
		t.Errorf("claimed twice: %v", err)
	}
	saved(t, f, s) // the run has ended, and the second one knows the state before
	if err := two.Claim(); !errors.Is(err, ErrTaken) {
		t.Errorf("claimed with what is over: %v", err)
	}
	if len(all(t, one.Kept.Levels[0].Identifiers)) != 300*40 {
		t.Error("what is claimed cannot be read")
	}
	if err := errors.Join(one.Close(), two.Close()); err != nil {
		t.Error(err)
	}
	if got, err := f.Read(s.Epoch); got != nil || err != nil {
		t.Error("there is a state still")
	}
	if left, _ := os.ReadDir(f.dir); len(left) != 0 {
		t.Errorf("%d files are left", len(left))
	}
}

// TestSweep forgets what is over, of no agreement, or no file of an epoch.
func TestSweep(t *testing.T) {
	open := func([32]byte) bool { return true }
	for _, c := range []struct {
		name string
		at   time.Time
		open func([32]byte) bool
		gone int
	}{
		{"in time", day.AddDate(0, 0, 7).Add(-time.Second), open, 1},
		{"over", day.AddDate(0, 0, 7), open, 3},
		{"agreement over", day, func([32]byte) bool { return false }, 3},
	} {
		f, s := folder(t), state(3)
		path := saved(t, f, s)
		pending, err := f.Write(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(f.dir, "x.epoch"), []byte("?"), 0o600); err != nil {
			t.Fatal(err)
		}
		os.Chtimes(pending.file.Name(), c.at, c.at)
		if gone, err := f.Sweep(c.at, c.open); gone != c.gone || err != nil {
			t.Errorf("%s: %d gone, %v", c.name, gone, err)
		}
		if _, err := os.Stat(path); (err == nil) != (c.gone == 1) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err := pending.Discard(); err != nil {
			t.Error(err)
		}
	}
	if gone, err := folder(t).Sweep(day, open); gone != 0 || err != nil {
		t.Error(gone, err)
	}
}

// TestForget looks for the sealed key in the file that is gone, through a second name.
func TestForget(t *testing.T) {
	f, s := folder(t), state(3)
	path := saved(t, f, s)
	second := filepath.Join(t.TempDir(), "second")
	if err := os.Link(path, second); err != nil {
		t.Skip("no hard links here")
	}
	if err := errors.Join(f.Forget(s.Epoch), f.Forget(s.Epoch)); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadFile(second); err != nil || bytes.Contains(left, []byte("key")) || len(left) == 0 {
		t.Errorf("the header is still there: %v", err)
	}
}

// TestForgetWhileRead ends an epoch that a run goes by: the run reads its tables as
// they were.
func TestForgetWhileRead(t *testing.T) {
	f, s := folder(t), state(3000)
	saved(t, f, s)
	got, err := f.Read(s.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if err := f.Forget(s.Epoch); err != nil {
		t.Fatal(err)
	}
	for l, level := range s.Kept.Levels {
		if !bytes.Equal(all(t, level.Identifiers), all(t, got.Kept.Levels[l].Identifiers)) || !bytes.Equal(all(t, level.Tags), all(t, got.Kept.Levels[l].Tags)) {
			t.Errorf("level %d has changed", l)
		}
	}
}

// TestMute prints a state.
func TestMute(t *testing.T) {
	s := state(1)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		if got := fmt.Sprintf(verb, s); got != "epochs.State(secret)" {
			t.Errorf("%s prints %.60s", verb, got)
		}
	}
}

// FuzzHeader reads any bytes as a header: what is read is written again as it was.
func FuzzHeader(f *testing.F) {
	s := state(2)
	dir, err := Open(f.TempDir(), []byte("the secret of the node, long enough"))
	if err != nil {
		f.Fatal(err)
	}
	h, err := dir.header(s)
	if err != nil {
		f.Fatal(err)
	}
	b, err := h.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(magic))
	f.Add([]byte(strings.Repeat("[", 100)))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := readHeader(bytes.NewReader(b))
		if err != nil {
			if !errors.Is(err, ErrBroken) {
				t.Fatal(err)
			}
			return
		}
		again, err := h.encode()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readHeader(bytes.NewReader(again)); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
	})
}

// FuzzRead reads any file: what can be read is a whole one, which a byte less or another
// byte breaks.
func FuzzRead(f *testing.F) {
	dir, err := Open(f.TempDir(), []byte("the secret of the node, long enough"))
	if err != nil {
		f.Fatal(err)
	}
	s := state(2)
	p, err := dir.Write(s)
	if err == nil {
		err = p.Commit(day)
	}
	if err != nil {
		f.Fatal(err)
	}
	path := filepath.Join(dir.dir, s.Epoch.file())
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	read := func(t *testing.T, b []byte) bool {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := dir.Read(s.Epoch)
		if err == nil {
			err = got.Close()
		}
		if err != nil && !errors.Is(err, ErrBroken) {
			t.Fatal(err)
		}
		return err == nil
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-33])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if !read(t, b) {
			return
		}
		if read(t, b[:len(b)-1]) {
			t.Error("a byte less is whole too")
		}
		b = bytes.Clone(b)
		b[rand.IntN(len(b))] ^= 1
		if read(t, b) {
			t.Error("another byte does not show")
		}
	})
}
