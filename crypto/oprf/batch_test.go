package oprf

import (
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha512"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"testing"

	"mandorla/crypto/ristretto"
)

// evaluated is one key as both kinds of key.
func evaluated(t testing.TB) (*ristretto.Key, *Server) {
	t.Helper()
	k := ristretto.NewKey()
	s, err := k.ExposeScalarForProofs()
	if err != nil {
		t.Fatal(err)
	}
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	key, err := ParseKey(Ristretto255, b)
	if err != nil {
		t.Fatal(err)
	}
	server, err := NewServer(Oblivious, key)
	if err != nil {
		t.Fatal(err)
	}
	return k, server
}

// run is the batch form from inputs to outputs, with one blind for all.
func run(t testing.TB, k *ristretto.Key, inputs []byte, width int) (blinded, z, outputs []byte) {
	t.Helper()
	r := ristretto.NewKey()
	n := len(inputs) / width
	blinded, z, outputs = make([]byte, 32*n), make([]byte, 32*n), make([]byte, OutputSize*n)
	elements := make([]byte, 32*n)
	for _, err := range []error{Blind(blinded, r, inputs, width), k.Mul(z, blinded), r.Inverse().Mul(elements, z)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	Finalize(outputs, inputs, width, elements)
	return blinded, z, outputs
}

// TestBatchIsTheRFC compares the batch form with RFC 9497's, item by item.
func TestBatchIsTheRFC(t *testing.T) {
	k, server := evaluated(t)
	for _, c := range []struct{ n, width int }{{0, 7}, {1, 1}, {2, 38}, {3, 300}, {300, 38}} {
		inputs := make([]byte, c.n*c.width)
		rand.Read(inputs)
		blinded, z, outputs := run(t, k, inputs, c.width)
		full := make([]byte, len(outputs))
		if err := FullEvaluate(full, k, inputs, c.width); err != nil || !bytes.Equal(full, outputs) {
			t.Fatalf("%d inputs: FullEvaluate differs from the two-party form (%v)", c.n, err)
		}
		for i := 0; i < c.n; i += 1 + c.n/20 {
			e, err := server.Evaluate([][]byte{blinded[32*i : 32*i+32]}, nil)
			if err != nil || !bytes.Equal(e.Elements[0], z[32*i:32*i+32]) {
				t.Fatalf("item %d of %d: evaluation differs (%v)", i, c.n, err)
			}
			want, err := server.FullEvaluate(inputs[i*c.width:(i+1)*c.width], nil)
			if err != nil || !bytes.Equal(want, outputs[OutputSize*i:OutputSize*(i+1)]) {
				t.Fatalf("item %d of %d: output differs (%v)", i, c.n, err)
			}
		}
	}
}

// TestBatchRFC9497 runs the vectors of mode 0 through the batch form.
func TestBatchRFC9497(t *testing.T) {
	for _, v := range rfcVectors(t) {
		if Suite(v.Identifier) != Ristretto255 || v.Mode != Oblivious {
			continue
		}
		k := keyOf(t, v.SkSm.one())
		for _, c := range v.Vectors {
			in, r := c.Input.one(), keyOf(t, c.Blind.one())
			e, out := make([]byte, 32), make([]byte, OutputSize)
			if err := Blind(e, r, in, len(in)); err != nil || !bytes.Equal(e, c.BlindedElement.one()) {
				t.Errorf("the blinded element differs (%v)", err)
			}
			if err := k.Mul(e, e); err != nil || !bytes.Equal(e, c.EvaluationElement.one()) {
				t.Errorf("the evaluated element differs (%v)", err)
			}
			if err := r.Inverse().Mul(e, e); err != nil {
				t.Fatal(err)
			}
			if Finalize(out, in, len(in), e); !bytes.Equal(out, c.Output.one()) {
				t.Error("the output differs")
			}
		}
	}
}

func keyOf(t testing.TB, b []byte) *ristretto.Key {
	t.Helper()
	k, err := ristretto.NewKeyFrom([32]byte(b))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// TestProtocolVectors checks PROTOCOLS.md's own vectors: the OPRF, its tag and
// its label key.
func TestProtocolVectors(t *testing.T) {
	var v map[string]string
	load(t, "VECTORS.json", &v)
	get := func(name string) []byte {
		b, err := hex.DecodeString(v[name])
		if err != nil || len(b) == 0 {
			t.Fatalf("no vector %q", name)
		}
		return b
	}
	id, sid := get("id_message"), [32]byte(get("sid"))
	out := make([]byte, OutputSize)
	if err := FullEvaluate(out, keyOf(t, get("scalar_b")), id, len(id)); err != nil || !bytes.Equal(out, get("oprf_rfc9497_base_output")) {
		t.Errorf("the output differs (%v)", err)
	}
	tag := make([]byte, TagSize)
	if Tags(tag, out, sid, v["idtype"]); !bytes.Equal(tag, get("oprf_tag16")) {
		t.Errorf("the tag differs: %x", tag)
	}
	if key := LabelKey(out, sid, v["idtype"]); !bytes.Equal(key[:], get("oprf_label_key32")) {
		t.Errorf("the label key differs: %x", key)
	}
}

// TestDoubleBlindedTokens wants the shared data's tokens: HashToGroup of RFC
// 9497, then two keys that are the hashes of two known strings.
func TestDoubleBlindedTokens(t *testing.T) {
	var e struct {
		Crypto struct {
			DDH struct {
				Tokens map[string]string
			} `json:"ddh_tokens"`
		}
	}
	load(t, "data/expected.json", &e)
	if len(e.Crypto.DDH.Tokens) < 6 {
		t.Fatalf("only %d tokens", len(e.Crypto.DDH.Tokens))
	}
	first, second := wideKey(t, "test key one"), wideKey(t, "test key two")
	for id, want := range e.Crypto.DDH.Tokens {
		got := make([]byte, 32)
		if err := errors.Join(Blind(got, first, []byte(id), len(id)), second.Mul(got, got)); err != nil {
			t.Fatal(err)
		}
		if hex.EncodeToString(got) != want {
			t.Errorf("token %s differs", want)
		}
	}
}

// wideKey is a secret's SHA-512, little-endian, reduced.
func wideKey(t *testing.T, secret string) *ristretto.Key {
	t.Helper()
	order, _ := new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)
	sum := sha512.Sum512([]byte(secret))
	slices.Reverse(sum[:])
	var b [32]byte
	new(big.Int).Mod(new(big.Int).SetBytes(sum[:]), order).FillBytes(b[:])
	slices.Reverse(b[:])
	return keyOf(t, b[:])
}

// TestTagsAreHKDF compares tags and label keys with the standard library's.
func TestTagsAreHKDF(t *testing.T) {
	const n = 600
	outputs, tags := make([]byte, OutputSize*n), make([]byte, TagSize*n)
	rand.Read(outputs)
	sid := [32]byte{1, 2, 3}
	for _, typ := range []string{"", "uid2-1/email"} {
		Tags(tags, outputs, sid, typ)
		for i := range n {
			out := outputs[OutputSize*i : OutputSize*(i+1)]
			want, err := hkdf.Expand(sha512.New, out, "CLEANROOM-V01-CS01-OPRF-TAG"+string(sid[:])+typ, TagSize)
			if err != nil || !bytes.Equal(tags[TagSize*i:TagSize*(i+1)], want) {
				t.Fatalf("tag %d differs (%v)", i, err)
			}
			label, err := hkdf.Expand(sha512.New, out, "CLEANROOM-V01-CS01-OPRF-LABEL"+string(sid[:])+typ, 32)
			if got := LabelKey(out, sid, typ); err != nil || !bytes.Equal(got[:], label) {
				t.Fatalf("label key %d differs (%v)", i, err)
			}
		}
	}
}

func TestBatchLengths(t *testing.T) {
	k := ristretto.NewKey()
	for name, err := range map[string]error{
		"too wide":       Blind(make([]byte, 32), k, make([]byte, maxInput+1), maxInput+1),
		"no width":       Blind(nil, k, nil, 0),
		"half an input":  Blind(make([]byte, 32), k, make([]byte, 7), 4),
		"short dst":      Blind(make([]byte, 32), k, make([]byte, 8), 4),
		"full too wide":  FullEvaluate(make([]byte, OutputSize), k, make([]byte, maxInput+1), maxInput+1),
		"full short dst": FullEvaluate(make([]byte, OutputSize), k, make([]byte, 8), 4),
	} {
		if err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	k.Wipe()
	if err := Blind(make([]byte, 32), k, make([]byte, 4), 4); !errors.Is(err, ristretto.ErrWiped) {
		t.Errorf("a wiped key: %v", err)
	}
}

// TestNothingIsAllocatedPerItem compares the allocations of two batch sizes; a
// chunk of 256 may have a few.
func TestNothingIsAllocatedPerItem(t *testing.T) {
	const width, less, more = 38, 32, 288
	k := ristretto.NewKey()
	inputs, elements, outputs, tags := make([]byte, width*more), make([]byte, 32*more), make([]byte, OutputSize*more), make([]byte, TagSize*more)
	for name, do := range map[string]func(n int){
		"Blind":        func(n int) { Blind(elements[:32*n], k, inputs[:width*n], width) },
		"Finalize":     func(n int) { Finalize(outputs, inputs, width, elements[:32*n]) },
		"Tags":         func(n int) { Tags(tags, outputs[:OutputSize*n], [32]byte{}, "email") },
		"FullEvaluate": func(n int) { FullEvaluate(outputs[:OutputSize*n], k, inputs[:width*n], width) },
	} {
		small := fewest(func() { do(less) })
		large := fewest(func() { do(more) })
		if large-small > (more-less)/32 {
			t.Errorf("%s: %v allocations for %d items, %v for %d", name, small, less, large, more)
		}
	}
}

// fewest is the allocations of the best of ten runs: the pool that workspaces
// come from may lose one, and under the race detector does so at random.
func fewest(do func()) float64 {
	best := testing.AllocsPerRun(1, do)
	for range 9 {
		best = min(best, testing.AllocsPerRun(1, do))
	}
	return best
}
