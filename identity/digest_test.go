package identity

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"testing"

	"pgregory.net/rapid"
)

func TestDigest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "pepper"))
		name := rapid.StringOfN(rapid.Rune(), 0, 80, 100).Draw(t, "name")
		d := NewDigester(key, name)
		for range 3 {
			value := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "value")
			mac := hmac.New(sha256.New, key[:])
			io.WriteString(mac, name+"\x00"+string(value))
			got := make([]byte, 40)
			d.Sum(got, value)
			if want := mac.Sum(nil); string(got[:32]) != string(want) || string(got[32:]) != string(make([]byte, 8)) {
				t.Fatalf("digest %x, want %x", got, want)
			}
		}
	})
}

// The digest of VECTORS.json, whose message is the length of the type, the
// type and the digest (PROTOCOLS.md §1.3).
func TestDigestVector(t *testing.T) {
	var v struct {
		Message string `json:"id_message"`
		Type    string `json:"idtype"`
		Pepper  string
		Value   string
	}
	read(t, "../../shared/VECTORS.json", &v)
	pepper, err := hex.DecodeString(v.Pepper)
	if err != nil || len(pepper) != 32 {
		t.Fatalf("pepper: %v", err)
	}
	message := append([]byte{byte(len(v.Type))}, v.Type...)
	message = append(message, make([]byte, 32)...)
	NewDigester([32]byte(pepper), v.Type).Sum(message[1+len(v.Type):], []byte(v.Value))
	if got := hex.EncodeToString(message); got != v.Message {
		t.Errorf("message %s, want %s", got, v.Message)
	}
}

// read reads a file of data that stands beside the project, if it does.
func read(t testing.TB, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("no test data here: %v", err)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

func TestDigestsOfTypesDiffer(t *testing.T) {
	seen := map[[32]byte]string{}
	for _, profile := range Profiles() {
		for _, s := range texts {
			name := normaliser(t, profile, s).Name()
			var sum [32]byte
			NewDigester([32]byte{1}, name).Sum(sum[:], []byte("x"))
			if other, ok := seen[sum]; ok && other != name {
				t.Errorf("%s and %s have one digest", name, other)
			}
			seen[sum] = name
		}
	}
}

func TestWipe(t *testing.T) {
	d := NewDigester([32]byte{1}, "uid2-1/email")
	var keyed, wiped, other [32]byte
	d.Sum(keyed[:], []byte("x"))
	d.Wipe()
	d.Wipe()
	d.Sum(wiped[:], []byte("x"))
	e := NewDigester([32]byte{2}, "uid2-1/phone")
	e.Wipe()
	e.Sum(other[:], []byte("x"))
	if wiped == keyed || wiped != other {
		t.Error("a digest after Wipe depends on the key")
	}
}

func TestPepper(t *testing.T) {
	a, b, agreement := [32]byte{1}, [32]byte{2}, [32]byte{3}
	got, err := Pepper(a, b, agreement)
	if err != nil {
		t.Fatal(err)
	}
	// RFC 5869, step by step: one block of SHA-512 is enough.
	mac := func(key []byte, parts ...[]byte) []byte {
		m := hmac.New(sha512.New, key)
		for _, p := range parts {
			m.Write(p)
		}
		return m.Sum(nil)
	}
	prk := mac(agreement[:], a[:], b[:])
	want := mac(prk, []byte("CLEANROOM-V01-CS01-PEPPER"), []byte{1})[:32]
	if string(got[:]) != string(want) {
		t.Errorf("pepper %x, want %x", got, want)
	}
	if other, _ := Pepper(b, a, agreement); other == got {
		t.Error("the nonces' order is lost")
	}
}

// TestDigests compares the digests of many values with those of each.
func TestDigests(t *testing.T) {
	d := NewDigester([32]byte{1}, "uid2-1/email")
	const rows = 33
	values := make([][]byte, rows)
	for i := range values {
		values[i] = bytes.Repeat([]byte{byte(i)}, 5*i)
	}
	all, one := make([]byte, 32*rows), make([]byte, 32)
	d.Sums(all, func(i int) []byte { return values[i] })
	for i, v := range values {
		if d.Sum(one, v); !bytes.Equal(all[32*i:32*i+32], one) {
			t.Fatalf("value %d of %d has another digest among others", i, rows)
		}
	}
}

func BenchmarkDigest(b *testing.B) {
	d := NewDigester([32]byte{1}, "uid2-1/email")
	const rows = 1024
	sums, value := make([]byte, 32*rows), []byte("jane.saoirse@example.com")
	for b.Loop() {
		d.Sums(sums, func(int) []byte { return value })
	}
	b.ReportMetric(float64(b.N)*rows/b.Elapsed().Seconds(), "rows/s")
}
