package append

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"mandorla/crypto/oprf"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/matchtest"
	"mandorla/match/wire"
)

// TestVectors seals and opens under PROTOCOLS.md's own label key.
func TestVectors(t *testing.T) {
	text, err := os.ReadFile("../../../shared/VECTORS.json")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the shared vectors are not here")
	}
	var v map[string]string
	if err := errors.Join(err, json.Unmarshal(text, &v)); err != nil {
		t.Fatal(err)
	}
	get := func(name string) []byte {
		b, err := hex.DecodeString(v[name])
		if err != nil || len(b) == 0 {
			t.Fatalf("no vector %q", name)
		}
		return b
	}
	key, err := ristretto.NewKeyFrom([32]byte(get("scalar_b")))
	if err != nil {
		t.Fatal(err)
	}
	id := get("id_message")
	output := make([]byte, oprf.OutputSize)
	if err := oprf.FullEvaluate(output, key, id, len(id)); err != nil {
		t.Fatal(err)
	}
	c := match.Config{SID: [32]byte(get("sid")), Levels: []string{v["idtype"]}, Labels: &match.Labels{Width: 4, Schema: [32]byte{9}}}
	row := slices.Concat(get("oprf_tag16"), make([]byte, 4+sealSize))
	if err := (sealer{c}).seal(row, output, []byte("ABCD"), 0); err != nil {
		t.Fatal(err)
	}
	label, ok := open(c, row, get("oprf_label_key32"))
	if !ok || string(label) != "ABCD" {
		t.Fatalf("the vector's key does not open the label (%v)", ok)
	}
	// What crypto/aes and crypto/cipher give for this key, nonce and data.
	a, err := aead(get("oprf_label_key32"))
	if err != nil {
		t.Fatal(err)
	}
	aad := slices.Concat(get("sid"), c.Labels.Schema[:], get("oprf_tag16"))
	if want := a.Seal(nil, make([]byte, 12), []byte("ABCD"), aad); !bytes.Equal(row[16:], want) {
		t.Errorf("sealed %x, want %x", row[16:], want)
	}
}

// TestSealsAreBound changes whatever a seal is bound to.
func TestSealsAreBound(t *testing.T) {
	c := match.Config{Levels: []string{"t"}, Labels: &match.Labels{Width: 2}}
	output, row := make([]byte, oprf.OutputSize), make([]byte, oprf.TagSize+2+sealSize)
	if err := (sealer{c}).seal(row, output, []byte{1, 2}, 0); err != nil {
		t.Fatal(err)
	}
	key := oprf.LabelKey(output, c.SID, "t")
	if _, ok := open(c, row, key[:]); !ok {
		t.Fatal("the label does not open")
	}
	changes := map[string]func(*match.Config, []byte, []byte){
		"session": func(c *match.Config, _, _ []byte) { c.SID[0]++ },
		"schema":  func(c *match.Config, _, _ []byte) { c.Labels = &match.Labels{Width: 2, Schema: [32]byte{1}} },
		"tag":     func(_ *match.Config, row, _ []byte) { row[0]++ },
		"label":   func(_ *match.Config, row, _ []byte) { row[16]++ },
		"key":     func(_ *match.Config, _, key []byte) { key[31]++ },
	}
	for name, change := range changes {
		c, row, key := c, bytes.Clone(row), bytes.Clone(key[:])
		change(&c, row, key)
		if _, ok := open(c, row, key); ok {
			t.Errorf("another %s, and it opens", name)
		}
	}
}

// TestForeignLabel has the vendor seal a label that the schema cannot have.
func TestForeignLabel(t *testing.T) {
	p := OneSided
	p.New = func(c match.Config, learns bool) (match.Machine, error) {
		c.Labels.Check = func(label []byte) error {
			if bytes.Equal(label, make([]byte, len(label))) {
				return nil // nobody's
			}
			return errors.New("no such label")
		}
		return newOneSided(c, learns)
	}
	a, _ := matchtest.Pair{Protocol: p, A: matchtest.Table{{7}, {8}}, B: matchtest.Table{{8}}, Levels: 1, LearnsA: true, Labels: true}.Run()
	if match.Code(a.Err) != "LABEL" {
		t.Errorf("a foreign label: %v", a.Err)
	}
	a, _ = matchtest.Pair{Protocol: p, A: matchtest.Table{{7}}, B: matchtest.Table{{8}}, Levels: 1, LearnsA: true, Labels: true}.Run()
	if a.Err != nil || len(a.Labels) != 0 {
		t.Errorf("no row is shared: %v, %d labels", a.Err, len(a.Labels))
	}
}

func TestConfig(t *testing.T) {
	for _, l := range []*match.Labels{{Width: -1}, {Width: mostLabel + 1}} {
		for _, learns := range []bool{true, false} {
			if _, err := newOneSided(match.Config{Levels: []string{"t"}, Labels: l}, learns); !errors.Is(err, errConfig) {
				t.Errorf("%v: %v", l, err)
			}
		}
	}
}

// TestLarge is a run of 100,000 rows a side. How long it took is said, and only
// what no machine takes is an error.
func TestLarge(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("100,000 rows a side take some seconds")
	}
	const rows, shared = 100_000, 40_000
	p := matchtest.Pair{Protocol: OneSided, Levels: 1, LearnsA: true, Labels: true}
	for i := range uint64(rows) {
		p.A = append(p.A, []uint64{1 + i})
		p.B = append(p.B, []uint64{1 + i + rows - shared})
	}
	started := time.Now()
	a, b := p.Run()
	t.Logf("%d rows a side in %v", rows, time.Since(started).Round(time.Millisecond))
	if a.Err != nil || b.Err != nil || len(a.Labels) != shared {
		t.Fatalf("%v; %v; %d labels, want %d", a.Err, b.Err, len(a.Labels), shared)
	}
}

// TestKinds sees that no other analysis can send or receive labels, and that a run
// of append knows nothing but its own messages.
func TestKinds(t *testing.T) {
	own, peer := OneSided.Frames(match.Config{Levels: []string{"a", "b"}, Labels: &match.Labels{Width: 3}})
	want := []wire.Kind{wire.KindKeys, wire.KindEvalReq, wire.KindEvalResp, wire.KindEvalProof, wire.KindLabels}
	for _, s := range []wire.Schemas{own, peer} {
		if len(s) != len(want) {
			t.Errorf("%d kinds of frames", len(s))
		}
		for _, k := range want {
			if s[k] == nil {
				t.Errorf("no %v", k)
			}
		}
		if w := s[wire.KindLabels].RowWidth(); w != 16+3+16 {
			t.Errorf("rows of %d bytes", w)
		}
	}
}
