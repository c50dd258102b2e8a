package agreement

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// rehash writes a verifier key for key material (base64) under another name.
func rehash(t testing.TB, name, material string) string {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(material)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(append([]byte(name+"\n"), raw...))
	return fmt.Sprintf("%s+%08x+%s", name, binary.BigEndian.Uint32(sum[:]), material)
}

func TestSignAndVerify(t *testing.T) {
	h := newHouse(t)
	file := h.fill(sample)
	if err := mustParse(t, file).Verify(); !errors.Is(err, ErrNotSigned) || !strings.Contains(err.Error(), "airline and bank") {
		t.Errorf("unsigned: %v", err)
	}
	one, err := Sign(file, h.signer(t, "bank"))
	if err != nil {
		t.Fatal(err)
	}
	a := mustParse(t, one)
	if err := a.Verify(); !errors.Is(err, ErrNotSigned) || !strings.Contains(err.Error(), "airline") || strings.Contains(err.Error(), "bank") {
		t.Errorf("half signed: %v", err)
	}
	if got := a.SignedBy(); !slices.Equal(got, []string{"bank"}) {
		t.Errorf("signed by %v", got)
	}
	both, err := Sign(one, h.signer(t, "airline"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(both, one) {
		t.Error("the first signature did not stay as it was")
	}
	if err := mustParse(t, both).Verify(); err != nil {
		t.Errorf("fully signed: %v", err)
	}
	again, err := Sign(both, h.signer(t, "bank"))
	if err != nil || !bytes.Equal(again, both) {
		t.Errorf("signing twice changes the file: %v", err)
	}
}

// The file is a signed note to anybody's reader of signed notes.
func TestFileIsASignedNote(t *testing.T) {
	h := newHouse(t)
	file := h.signed(t, sample)
	var known []note.Verifier
	for _, name := range []string{"airline", "bank"} {
		v, err := note.NewVerifier(h.vkey[name])
		if err != nil {
			t.Fatal(err)
		}
		known = append(known, v)
	}
	n, err := note.Open(file, note.VerifierList(known...))
	if err != nil || len(n.Sigs) != 2 || n.Text != string(h.fill(sample)) {
		t.Fatalf("note.Open: %v", err)
	}
	made, err := note.Sign(&note.Note{Text: n.Text}, h.signer(t, "airline"), h.signer(t, "bank"))
	if err != nil || !bytes.Equal(made, file) {
		t.Errorf("note.Sign writes another file: %v", err)
	}
}

func TestSignWithoutLastNewline(t *testing.T) {
	h := newHouse(t)
	if a := mustParse(t, h.signed(t, strings.TrimSuffix(sample, "\n"))); a.Verify() != nil {
		t.Error("the signatures do not hold")
	}
}

func TestSignRefuses(t *testing.T) {
	h := newHouse(t)
	file := h.fill(sample)
	if _, err := Sign(file, h.signer(t, "stranger")); !errors.Is(err, ErrNotMember) {
		t.Errorf("a stranger: %v", err)
	}
	impostor := newHouse(t)
	if _, err := Sign(file, impostor.signer(t, "bank")); !errors.Is(err, ErrNotMember) {
		t.Errorf("another key under a member's name: %v", err)
	}
	if _, err := Sign(file, claims{impostor.signer(t, "bank"), h.signer(t, "bank").KeyHash()}); !errors.Is(err, ErrNotMember) {
		t.Errorf("another key under a member's name and hash: %v", err)
	}
	one, err := Sign(file, h.signer(t, "airline"))
	if err != nil {
		t.Fatal(err)
	}
	altered := bytes.Replace(one, []byte("min_group_size: 50"), []byte("min_group_size: 51"), 1)
	if _, err := Sign(altered, h.signer(t, "bank")); !errors.Is(err, ErrSignature) {
		t.Errorf("a text altered after a signature: %v", err)
	}
	if _, err := Sign([]byte("kind: x\n"), h.signer(t, "bank")); !errors.Is(err, ErrMalformed) {
		t.Errorf("no agreement: %v", err)
	}
}

// claims is a signer that lies about its key hash.
type claims struct {
	note.Signer
	hash uint32
}

func (c claims) KeyHash() uint32 { return c.hash }

func TestVerifyRefusesForeignAndBroken(t *testing.T) {
	h := newHouse(t)
	text := h.fill(sample)
	file := h.signed(t, sample)
	foreign, err := note.Sign(&note.Note{Text: string(text)}, h.signer(t, "airline"), h.signer(t, "bank"), h.signer(t, "stranger"))
	if err != nil {
		t.Fatal(err)
	}
	if err := mustParse(t, foreign).Verify(); !errors.Is(err, ErrSignature) || !strings.Contains(err.Error(), "stranger") {
		t.Errorf("a stranger's line: %v", err)
	}
	renewed, err := note.Sign(&note.Note{Text: string(text)}, h.signer(t, "airline"), newHouse(t).signer(t, "bank"))
	if err != nil {
		t.Fatal(err)
	}
	if err := mustParse(t, renewed).Verify(); !errors.Is(err, ErrSignature) {
		t.Errorf("a line by another key of the same name: %v", err)
	}
	// 68 bytes leave the last letter of base64 two bits that decode to nothing.
	spare := bytes.Clone(file)
	spare[len(spare)-3]++
	lines := strings.SplitAfter(string(file), "\n")
	twice := string(file) + lines[len(lines)-2]
	for what, data := range map[string]string{
		"a line twice":          twice,
		"words below":           string(file) + "words\n",
		"a blank line below":    string(file) + "\n",
		"a last newline gone":   strings.TrimSuffix(string(file), "\n"),
		"an unused bit":         string(spare),
		"no base64":             string(text) + "\n— bank !!!!\n",
		"a signature cut short": string(text) + "\n— bank AAAA\n",
		"no name":               string(text) + "\n—  AAAA\n",
	} {
		if _, err := Parse([]byte(data)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Whatever single byte of a signed file changes, somebody notices.
func TestEveryByteCounts(t *testing.T) {
	h := newHouse(t)
	file := h.signed(t, sample)
	for i := range file {
		for _, flip := range []byte{0x01, 0x20, 0x80} {
			data := bytes.Clone(file)
			data[i] ^= flip
			if a, err := Parse(data); err == nil && a.Verify() == nil {
				t.Fatalf("byte %d of %d, flipped by %#x, goes unnoticed", i, len(file), flip)
			}
		}
		cut := slices.Delete(bytes.Clone(file), i, i+1)
		if a, err := Parse(cut); err == nil && a.Verify() == nil {
			t.Fatalf("byte %d of %d can go unnoticed", i, len(file))
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	h := newHouse(b)
	a := mustParse(b, h.signed(b, sample))
	b.ReportAllocs()
	for b.Loop() {
		if err := a.Verify(); err != nil {
			b.Fatal(err)
		}
	}
}
