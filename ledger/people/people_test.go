package people

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

func newFolder(t testing.TB, memory int64) *Folder {
	t.Helper()
	f, err := Open(filepath.Join(t.TempDir(), "people", "flyers"), memory)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// person is the digest of a made-up person.
func person(i uint64) Digest { return Digest{i * 0x9E3779B97F4A7C15, i} }

// took writes a run's set.
func took(t testing.TB, f *Folder, run string, persons ...uint64) Took {
	t.Helper()
	w, err := f.NewWriter(run)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range persons {
		if err := w.Add(person(p)); err != nil {
			t.Fatal(err)
		}
	}
	done, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return done
}

func runsOf(t testing.TB, f *Folder, digests ...Digest) []string {
	t.Helper()
	runs, err := f.Runs(context.Background(), digests...)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// TestAgainstPlain: what a folder says is what a plain table of persons and runs
// says, whatever was spilled and in whatever order people came.
func TestAgainstPlain(t *testing.T) {
	for seed := range uint64(8) {
		r := rand.New(rand.NewPCG(seed, 1))
		f := newFolder(t, 16*int64(1+r.IntN(64)))
		plain, known := map[uint64][]string{}, map[uint64]bool{}
		for n := range 8 {
			run, in := fmt.Sprintf("run%d", n), map[uint64]bool{}
			var rows []uint64
			for range r.IntN(400) {
				p := r.Uint64N(300)
				rows, in[p] = append(rows, p), true
			}
			first := uint64(0)
			for p := range in {
				if !known[p] {
					first++
				}
				known[p] = true
				plain[p] = append(plain[p], run)
			}
			if done := took(t, f, run, rows...); done.People != uint64(len(in)) || done.New != first {
				t.Fatalf("seed %d, %s: %+v, want %d people and %d new", seed, run, done, len(in), first)
			}
		}
		for p := range uint64(310) {
			if got := runsOf(t, f, person(p)); !slices.Equal(got, plain[p]) {
				t.Fatalf("seed %d, person %d: %v, want %v", seed, p, got, plain[p])
			}
		}
	}
}

func TestSizes(t *testing.T) {
	f := newFolder(t, 0)
	if got := runsOf(t, f, person(1)); got != nil {
		t.Errorf("an empty folder: %v", got)
	}
	took(t, f, "none")
	took(t, f, "one", 7)
	took(t, f, "two", 7, 8, 7)
	for p, want := range map[uint64][]string{7: {"one", "two"}, 8: {"two"}, 9: nil} {
		if got := runsOf(t, f, person(p)); !slices.Equal(got, want) {
			t.Errorf("person %d: %v, want %v", p, got, want)
		}
	}
	if got := runsOf(t, f, person(9), person(8)); !slices.Equal(got, []string{"two"}) {
		t.Errorf("known by two identifiers: %v", got)
	}
	if err := f.Remove("one"); err != nil {
		t.Fatal(err)
	}
	if got := runsOf(t, f, person(7)); !slices.Equal(got, []string{"two"}) {
		t.Errorf("after a run was removed: %v", got)
	}
}

// TestBlocks looks around the borders of blocks.
func TestBlocks(t *testing.T) {
	ids := []uint32{0, 1, blockBits - 1, blockBits, 2*blockBits - 1, 5 * blockBits, 5*blockBits + 65536}
	bits := make([]uint64, 5*blockWords+2048)
	for _, id := range ids {
		bits[id/64] |= 1 << (id % 64)
	}
	var file bytes.Buffer
	if err := writeSet(&file, bits); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		for _, near := range []uint32{id - 1, id, id + 1, id + blockBits, 1<<32 - 1} {
			has, err := readHas(bytes.NewReader(file.Bytes()), []uint32{near})
			if err != nil || has != slices.Contains(ids, near) {
				t.Errorf("number %d: %v (%v)", near, has, err)
			}
		}
	}
}

// TestAtOnce: several writers at once give nobody two numbers and no number to two.
func TestAtOnce(t *testing.T) {
	f := newFolder(t, 1024)
	var wg sync.WaitGroup
	for n := range 6 {
		wg.Go(func() {
			persons := []uint64{}
			for p := uint64(n) * 50; p < uint64(n)*50+150; p++ {
				persons = append(persons, p)
			}
			took(t, f, fmt.Sprintf("run%d", n), persons...)
		})
	}
	wg.Wait()
	for p := range uint64(400) {
		var want []string
		for n := range uint64(6) {
			if p >= n*50 && p < n*50+150 {
				want = append(want, fmt.Sprintf("run%d", n))
			}
		}
		if got := runsOf(t, f, person(p)); !slices.Equal(got, want) {
			t.Fatalf("person %d: %v, want %v", p, got, want)
		}
	}
}

func TestLeftovers(t *testing.T) {
	f := newFolder(t, 64)
	left := filepath.Join(f.path, ".new-123")
	if err := os.WriteFile(left, []byte("half a dictionary"), 0o600); err != nil {
		t.Fatal(err)
	}
	took(t, f, "a", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
	w, err := f.NewWriter("b")
	if err != nil {
		t.Fatal(err)
	}
	for p := range uint64(100) {
		if err := w.Add(person(p)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Abort(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(f.path)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if want := []string{"a.set", "dictionary", "lock"}; !slices.Equal(names, want) {
		t.Errorf("the folder holds %v, want %v", names, want)
	}
}

func TestRefused(t *testing.T) {
	f := newFolder(t, 0)
	for _, run := range []string{"", "../a", "a/b", "a.b", strings.Repeat("a", 129)} {
		if _, err := f.NewWriter(run); err == nil {
			t.Errorf("run %q has a set", run)
		}
		if err := f.Remove(run); err == nil || errors.Is(err, os.ErrNotExist) {
			t.Errorf("run %q was looked for: %v", run, err)
		}
	}
	took(t, f, "a", 1)
	if _, err := f.NewWriter("a"); err == nil {
		t.Error("a run got a second set")
	}
}

// TestDamagedDictionary changes each byte: the next run finds it.
func TestDamagedDictionary(t *testing.T) {
	f := newFolder(t, 0)
	took(t, f, "a", 1, 2, 3)
	path := f.file(dictionaryFile)
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damage := func(what string, bad []byte) {
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		w, err := f.NewWriter("b")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Add(person(9)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Close(); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1 << (i % 8)
		damage(fmt.Sprintf("byte %d", i), bad)
	}
	for n := range good {
		damage(fmt.Sprintf("%d bytes", n), good[:n])
	}
	if _, err := os.Stat(f.file("b" + setSuffix)); err == nil {
		t.Error("a set was made all the same")
	}
}

// FuzzSet: no set file makes a reader panic or take what it cannot bear.
func FuzzSet(f *testing.F) {
	for _, bits := range [][]uint64{nil, {1}, slices.Repeat([]uint64{^uint64(0)}, blockWords+1), slices.Repeat([]uint64{5 << 7}, 3000)} {
		var file bytes.Buffer
		if err := writeSet(&file, bits); err != nil {
			f.Fatal(err)
		}
		f.Add(file.Bytes(), uint32(70))
	}
	f.Fuzz(func(t *testing.T, file []byte, id uint32) {
		readHas(bytes.NewReader(file), []uint32{id, 0, blockBits})
	})
}

func TestKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.key")
	keys := make([]Key, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			k, err := ReadKey(path)
			if err != nil {
				t.Error(err)
			}
			keys[i] = k
		})
	}
	wg.Wait()
	secret, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("\x05emaila@b.example"))
	want := digestOf(mac.Sum(nil))
	for i, k := range keys {
		if k.Digest("email", []byte("a@b.example")) != want {
			t.Errorf("key %d makes another digest", i)
		}
	}
	if keys[0].Digest("emaila", []byte("@b.example")) == want {
		t.Error("kind and identifier run together")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key's file has mode %v (%v)", info.Mode(), err)
	}
	for _, bad := range [][]byte{nil, secret[:31], make([]byte, 32)} {
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadKey(path); err == nil {
			t.Errorf("a key of %d bytes", len(bad))
		}
	}
}

// TestKindWiped: kinds of two secrets make the same digests once they are wiped,
// and a key wipes what it makes for one digest.
func TestKindWiped(t *testing.T) {
	one, other := newKind([keySize]byte{1}, "email"), newKind([keySize]byte{2}, "phone")
	before := digestBy(one)
	one.Wipe()
	other.Wipe()
	if after := digestBy(one); after == before || after != digestBy(other) {
		t.Error("a digest after Wipe depends on the secret")
	}
	var made Kind
	k := Key{func(name string) Kind {
		made = newKind([keySize]byte{1}, name)
		return made
	}}
	if k.Digest("email", []byte("x")) != before || digestBy(made) != digestBy(other) {
		t.Error("the kind of a single digest is left as it was")
	}
}

func digestBy(k Kind) Digest {
	var out [1]Digest
	k.Digests(out[:], func(int) []byte { return []byte("x") })
	return out[0]
}

// TestKeyIsMute prints a key in every way that there is.
func TestKeyIsMute(t *testing.T) {
	path := filepath.Join(t.TempDir(), "people.key")
	k, err := ReadKey(path)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		for _, v := range []any{k, &k, struct{ K Key }{k}} {
			printed := fmt.Sprintf(verb, v)
			if strings.Contains(printed, fmt.Sprintf("%x", secret[:4])) || strings.Contains(printed, string(secret[:4])) {
				t.Errorf("%s prints the secret", verb)
			}
		}
	}
}
