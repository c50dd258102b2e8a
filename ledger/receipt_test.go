package ledger

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// A key is both halves of a member's.
type key struct {
	note.Verifier
	private ed25519.PrivateKey
}

// Sign makes a key a [note.Signer].
func (k key) Sign(msg []byte) ([]byte, error) { return ed25519.Sign(k.private, msg), nil }

// keyOf makes a member's key of a number, the same in every process.
func keyOf(t testing.TB, name string, number byte) key {
	t.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{number}, ed25519.SeedSize))
	public, err := note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return key{v, private}
}

func receipt() *Receipt {
	return &Receipt{
		Run: strings.Repeat("ab", 32), Suite: "CLEANROOM-V01-CS01", Version: 1, Analysis: "size", Topology: "DUAL",
		Agreement: "sha256:" + strings.Repeat("cd", 32), Name: "skyline-2026", Purpose: "Measure the <overlap> of the \"co-branded\" card – ünïcode",
		Initiator: "airline", Levels: []string{"uid2-1/email", "uid2-1/phone"}, Noise: "none", MinGroup: 50, MinList: 1000, State: Completed,
		Members: map[string]Member{
			"bank":    {Dataset: "cardholders", Cap: 20000, Started: "2026-01-01T00:00:00Z", Ended: "2026-01-01T00:01:00Z"},
			"airline": {Dataset: "flyers", Cap: maxExact},
		},
	}
}

// signed is the receipt with both signatures.
func signed(t testing.TB, r *Receipt, own, peer key) []byte {
	t.Helper()
	a, err1 := r.Sign(own)
	b, err2 := r.Sign(peer)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	both, err := Merge(a, b, own, peer)
	if err != nil {
		t.Fatal(err)
	}
	return both
}

func TestReceipt(t *testing.T) {
	airline, bank := keyOf(t, "airline", 1), keyOf(t, "bank", 2)
	r := receipt()
	one, err := r.Sign(airline)
	if err != nil {
		t.Fatal(err)
	}
	for text, names := range map[string][]string{
		string(one):                         {"airline"},
		string(signed(t, r, airline, bank)): {"airline", "bank"},
		string(signed(t, r, bank, airline)): {"airline", "bank"},
	} {
		got, by, err := Read([]byte(text), airline, bank)
		if err != nil || !slices.Equal(by, names) {
			t.Fatalf("signed by %v: %v", by, err)
		}
		if got.Purpose != r.Purpose || !maps.Equal(got.Members, r.Members) || !slices.Equal(got.Levels, r.Levels) {
			t.Errorf("read as %+v", got)
		}
		hash, err1 := r.Hash()
		again, err2 := got.Hash()
		if err := errors.Join(err1, err2); err != nil || hash != again || len(hash) != len("sha256:")+64 {
			t.Errorf("named %s and %s (%v)", hash, again, err)
		}
	}
}

// TestEveryByteOfAReceiptCounts changes and leaves out each byte.
func TestEveryByteOfAReceiptCounts(t *testing.T) {
	airline, bank := keyOf(t, "airline", 1), keyOf(t, "bank", 2)
	text := signed(t, receipt(), airline, bank)
	for i := range text {
		bad := bytes.Clone(text)
		for _, change := range []byte{1, 2, 0x80} {
			bad[i] = text[i] ^ change
			refused(t, bad, airline, bank)
		}
		refused(t, slices.Delete(bytes.Clone(text), i, i+1), airline, bank)
	}
	refused(t, append(bytes.Clone(text), '\n'), airline, bank)
	refused(t, nil, airline, bank)
}

func refused(t *testing.T, text []byte, keys ...note.Verifier) {
	t.Helper()
	if r, _, err := Read(text, keys...); !errors.Is(err, ErrReceipt) || r != nil {
		t.Errorf("taken (%v):\n%q", err, text)
	}
}

func TestForeignSignatures(t *testing.T) {
	airline, bank, shop := keyOf(t, "airline", 1), keyOf(t, "bank", 2), keyOf(t, "shop", 3)
	impostor := keyOf(t, "bank", 4) // the same name, another key
	r := receipt()
	both := signed(t, r, airline, bank)
	alone, err := r.Sign(shop)
	if err != nil {
		t.Fatal(err)
	}
	line := alone[bytes.LastIndex(alone, []byte("\n\n"))+2:]
	refused(t, append(bytes.Clone(both), line...), airline, bank) // a third signature
	refused(t, alone, airline, bank)
	refused(t, both, airline)           // the bank is nobody known
	refused(t, both, airline, impostor) // somebody else of its name
	refused(t, both)
	again := both[bytes.LastIndex(both[:len(both)-1], []byte("\n"))+1:]
	refused(t, append(bytes.Clone(both), again...), airline, bank) // the last signature twice
	if _, by, err := Read(append(bytes.Clone(both), line...), airline, bank, shop); err != nil || len(by) != 3 {
		t.Errorf("three that are known: %v, %v", by, err)
	}
}

// TestOnlyReceipts has members sign something that is no receipt.
func TestOnlyReceipts(t *testing.T) {
	airline := keyOf(t, "airline", 1)
	text, err := receipt().Text()
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]string{
		"prose":         "I owe you.\n",
		"other JSON":    "{}\n",
		"a blank":       strings.Replace(text, `":`, `": `, 1),
		"a line more":   text + "\n",
		"an extra name": strings.Replace(text, `"agreement"`, `"a":1,"agreement"`, 1),
	} {
		signed, err := note.Sign(&note.Note{Text: other}, airline)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := Read(signed, airline); !errors.Is(err, ErrReceipt) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestMergeRefuses(t *testing.T) {
	airline, bank, shop := keyOf(t, "airline", 1), keyOf(t, "bank", 2), keyOf(t, "shop", 3)
	other := receipt()
	other.State, other.Code = Failed, "COUNT"
	sign := func(r *Receipt, k key) []byte {
		b, err := r.Sign(k)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	own := sign(receipt(), airline)
	for name, peer := range map[string][]byte{
		"nothing":                  nil,
		"no note":                  []byte("{}\n"),
		"another receipt":          sign(other, bank),
		"another's signature":      sign(receipt(), shop),
		"my own":                   own,
		"its signature and more":   signed(t, receipt(), bank, shop),
		"its signature, and mine":  signed(t, receipt(), airline, bank),
		"its name and another key": sign(receipt(), keyOf(t, "bank", 4)),
	} {
		if got, err := Merge(own, peer, airline, bank); !errors.Is(err, ErrReceipt) || got != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Merge(sign(receipt(), shop), sign(receipt(), bank), airline, bank); !errors.Is(err, ErrReceipt) {
		t.Errorf("not my own signature: %v", err)
	}
}

func TestUnwritableReceipt(t *testing.T) {
	r := receipt()
	r.Members["airline"] = Member{Cap: maxExact + 1}
	_, text := r.Text()
	_, hash := r.Hash()
	_, sign := r.Sign(keyOf(t, "airline", 1))
	for i, err := range []error{text, hash, sign} {
		if !errors.Is(err, ErrCanonical) {
			t.Errorf("case %d: %v", i, err)
		}
	}
}

// FuzzRead wants no receipt but those that were signed to be read, each as it
// was written.
func FuzzRead(f *testing.F) {
	airline, bank := keyOf(f, "airline", 1), keyOf(f, "bank", 2)
	both := signed(f, receipt(), airline, bank)
	one, err := receipt().Sign(airline)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(both)
	f.Add(one)
	f.Add([]byte("{}\n\n— airline AAAA\n"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		r, _, err := Read(data, airline, bank)
		if err != nil {
			if !errors.Is(err, ErrReceipt) || r != nil {
				t.Error(err)
			}
			return
		}
		text, err := r.Text()
		if err != nil || !bytes.HasPrefix(data, []byte(text)) {
			t.Errorf("read, and written otherwise (%v)", err)
		}
	})
}

func shaOf(text string) string {
	h := sha256.Sum256([]byte(text))
	return hex.EncodeToString(h[:])
}
