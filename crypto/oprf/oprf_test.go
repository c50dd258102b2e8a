package oprf

import (
	"bytes"
	"crypto/elliptic"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cloudflare/circl/group"
)

var (
	suites = []Suite{Ristretto255, P256}
	modes  = []Mode{Oblivious, Verifiable, PartiallyOblivious}
)

// A pair is a client and a server of one key.
type pair struct {
	client *Client
	server *Server
	info   []byte
}

func newPair(t testing.TB, s Suite, m Mode) pair {
	t.Helper()
	key, err := GenerateKey(s)
	if err != nil {
		t.Fatal(err)
	}
	var p pair
	if p.server, err = NewServer(m, key); err != nil {
		t.Fatal(err)
	}
	public := key.Public()
	switch m {
	case Oblivious:
		public = nil
	case PartiallyOblivious:
		p.info = []byte("info")
	}
	if p.client, err = NewClient(s, m, public); err != nil {
		t.Fatal(err)
	}
	return p
}

// ask blinds two inputs and has them evaluated.
func (p pair) ask(t testing.TB) (*Request, Evaluation) {
	t.Helper()
	r, err := p.client.Blind([][]byte{[]byte("one"), {}})
	if err != nil {
		t.Fatal(err)
	}
	e, err := p.server.Evaluate(r.Elements, p.info)
	if err != nil {
		t.Fatal(err)
	}
	return r, e
}

// everywhere runs a test for each suite and mode.
func everywhere(t *testing.T, do func(t *testing.T, s Suite, m Mode)) {
	for _, s := range suites {
		for _, m := range modes {
			t.Run(fmt.Sprintf("%s/%d", s, m), func(t *testing.T) { do(t, s, m) })
		}
	}
}

func TestAgreesWithFullEvaluate(t *testing.T) {
	everywhere(t, func(t *testing.T, s Suite, m Mode) {
		p := newPair(t, s, m)
		r, e := p.ask(t)
		got, err := r.Finalize(e, p.info)
		if err != nil {
			t.Fatal(err)
		}
		for i, in := range [][]byte{[]byte("one"), {}} {
			if want, err := p.server.FullEvaluate(in, p.info); err != nil || !bytes.Equal(got[i], want) {
				t.Errorf("output %d differs (%v)", i, err)
			}
		}
	})
}

func TestBlindsAreFresh(t *testing.T) {
	p := newPair(t, Ristretto255, Oblivious)
	one, _ := p.ask(t)
	two, _ := p.ask(t)
	if bytes.Equal(one.Elements[0], two.Elements[0]) {
		t.Error("the same input was blinded to the same element twice")
	}
}

// badPoints are encodings that no decoder may take, by suite.
func badPoints(t testing.TB, s Suite) [][]byte {
	if s == P256 {
		return badP256(t)
	}
	var e struct {
		Crypto struct {
			RFC9496 struct {
				Bad []string `json:"bad_encodings_must_be_refused"`
			}
		}
	}
	load(t, "data/expected.json", &e)
	if len(e.Crypto.RFC9496.Bad) < 29 {
		t.Fatalf("only %d bad encodings", len(e.Crypto.RFC9496.Bad))
	}
	bad := [][]byte{nil, make([]byte, 31), make([]byte, 32), make([]byte, 33)}
	for _, h := range e.Crypto.RFC9496.Bad {
		b, err := hex.DecodeString(h)
		if err != nil {
			t.Fatal(err)
		}
		bad = append(bad, b)
	}
	return bad
}

func badP256(t testing.TB) [][]byte {
	key, err := GenerateKey(P256)
	if err != nil {
		t.Fatal(err)
	}
	good := key.Public()
	long, err := elementsOf(t, group.P256, [][]byte{good})[0].MarshalBinary()
	if err != nil || len(long) != 65 {
		t.Fatalf("no uncompressed form (%v)", err)
	}
	p := elliptic.P256().Params().P.Bytes()
	prefix := func(b byte, rest []byte) []byte { return append([]byte{b}, rest...) }
	return [][]byte{
		nil, {0}, make([]byte, 33), long, // nothing, the identity in two forms, the uncompressed form
		prefix(4, good[1:]), prefix(5, good[1:]), prefix(0, good[1:]), // other forms' first bytes
		good[:32], append(bytes.Clone(good), 0), // too short, too long
		prefix(2, p), prefix(3, bytes.Repeat([]byte{255}, 32)), // not reduced
	}
}

func TestElementsAreRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, s Suite, m Mode) {
		p := newPair(t, s, m)
		r, e := p.ask(t)
		for i, bad := range badPoints(t, s) {
			for at := range 2 {
				elements := slices.Clone(r.Elements)
				elements[at] = bad
				if _, err := p.server.Evaluate(elements, p.info); !errors.Is(err, ErrElement) {
					t.Errorf("bad %d at %d evaluated: %v", i, at, err)
				}
				elements = slices.Clone(e.Elements)
				elements[at] = bad
				if _, err := r.Finalize(Evaluation{elements, e.Proof}, p.info); !errors.Is(err, ErrElement) {
					t.Errorf("bad %d at %d finalised: %v", i, at, err)
				}
			}
			if _, err := NewClient(s, max(m, Verifiable), bad); !errors.Is(err, ErrKey) {
				t.Errorf("bad %d taken for a public key: %v", i, err)
			}
		}
	})
}

func TestProofsAreRefused(t *testing.T) {
	everywhere(t, func(t *testing.T, s Suite, m Mode) {
		p := newPair(t, s, m)
		r, e := p.ask(t)
		if m == Oblivious {
			if _, err := r.Finalize(Evaluation{e.Elements, make([]byte, 64)}, nil); !errors.Is(err, ErrProof) {
				t.Errorf("a proof where none belongs: %v", err)
			}
			return
		}
		other, _ := newPair(t, s, m).ask(t)
		again, err := p.server.Evaluate(other.Elements, p.info)
		if err != nil {
			t.Fatal(err)
		}
		for name, bad := range map[string]Evaluation{
			"no proof":          {e.Elements, nil},
			"a short proof":     {e.Elements, e.Proof[:63]},
			"a long proof":      {e.Elements, append(bytes.Clone(e.Proof), 0)},
			"another proof":     {e.Elements, again.Proof},
			"a large scalar":    {e.Elements, bytes.Repeat([]byte{255}, 64)},
			"zero":              {e.Elements, make([]byte, 64)},
			"swapped elements":  {[][]byte{e.Elements[1], e.Elements[0]}, e.Proof},
			"the blinded ones":  {r.Elements, e.Proof},
			"one element":       {e.Elements[:1], e.Proof},
			"three elements":    {append(slices.Clone(e.Elements), e.Elements[0]), e.Proof},
			"another's answers": again,
		} {
			if _, err := r.Finalize(bad, p.info); !errors.Is(err, ErrProof) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestEveryByteOfAProofCounts(t *testing.T) {
	p := newPair(t, Ristretto255, Verifiable)
	r, e := p.ask(t)
	for bit := 0; bit < 8*len(e.Proof); bit += 5 {
		bad := bytes.Clone(e.Proof)
		bad[bit/8] ^= 1 << (bit % 8)
		if _, err := r.Finalize(Evaluation{e.Elements, bad}, nil); !errors.Is(err, ErrProof) {
			t.Fatalf("bit %d: %v", bit, err)
		}
	}
}

func TestInfo(t *testing.T) {
	everywhere(t, func(t *testing.T, s Suite, m Mode) {
		p := newPair(t, s, m)
		r, e := p.ask(t)
		for _, info := range [][]byte{[]byte("other"), make([]byte, maxInput+1)} {
			want := ErrInput
			if m == PartiallyOblivious && len(info) <= maxInput {
				want = ErrProof
			}
			if _, err := r.Finalize(e, info); !errors.Is(err, want) {
				t.Errorf("finalised with other info: %v", err)
			}
			if want == ErrProof {
				continue
			}
			if _, err := p.server.Evaluate(r.Elements, info); !errors.Is(err, ErrInput) {
				t.Errorf("evaluated with info: %v", err)
			}
			if _, err := p.server.FullEvaluate([]byte("one"), info); !errors.Is(err, ErrInput) {
				t.Errorf("fully evaluated with info: %v", err)
			}
		}
	})
}

func TestNumbersAndLengths(t *testing.T) {
	p := newPair(t, Ristretto255, Oblivious)
	long := make([]byte, maxInput+1)
	_, blindNone := p.client.Blind(nil)
	_, blindMany := p.client.Blind(make([][]byte, maxItems+1))
	_, blindLong := p.client.Blind([][]byte{long})
	_, evalNone := p.server.Evaluate(nil, nil)
	_, evalMany := p.server.Evaluate(make([][]byte, maxItems+1), nil)
	_, fullLong := p.server.FullEvaluate(long, nil)
	_, deriveLong := DeriveKey(Ristretto255, Oblivious, make([]byte, 32), long)
	for name, err := range map[string]error{
		"blind nothing": blindNone, "blind too many": blindMany, "blind too long": blindLong,
		"evaluate nothing": evalNone, "evaluate too many": evalMany,
		"full evaluation too long": fullLong, "derive of too long info": deriveLong,
	} {
		if !errors.Is(err, ErrInput) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestKeysAreRefused(t *testing.T) {
	orders := map[Suite]string{
		Ristretto255: "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
		P256:         "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
	}
	for _, s := range suites {
		order, err := hex.DecodeString(orders[s])
		if err != nil {
			t.Fatal(err)
		}
		for i, bad := range [][]byte{nil, make([]byte, 31), make([]byte, 32), make([]byte, 33), order, bytes.Repeat([]byte{255}, 32)} {
			if _, err := ParseKey(s, bad); !errors.Is(err, ErrKey) {
				t.Errorf("%s, scalar %d: %v", s, i, err)
			}
		}
		if _, err := DeriveKey(s, Oblivious, make([]byte, 31), nil); err == nil {
			t.Errorf("%s: derived of 31 bytes", s)
		}
	}
	if _, err := NewClient(Ristretto255, Oblivious, make([]byte, 32)); !errors.Is(err, ErrKey) {
		t.Errorf("a public key where none belongs: %v", err)
	}
}

func TestUnknownSuitesAndModes(t *testing.T) {
	key, err := GenerateKey(Ristretto255)
	if err != nil {
		t.Fatal(err)
	}
	_, generate := GenerateKey("P384-SHA384")
	_, derive := DeriveKey("", Oblivious, make([]byte, 32), nil)
	_, deriveMode := DeriveKey(Ristretto255, 3, make([]byte, 32), nil)
	_, parse := ParseKey("decaf448-SHAKE256", make([]byte, 56))
	_, client := NewClient("ristretto255", Oblivious, nil)
	_, clientMode := NewClient(Ristretto255, 3, key.Public())
	_, serverMode := NewServer(3, key)
	for i, err := range []error{generate, derive, deriveMode, parse, client, clientMode, serverMode} {
		if err == nil {
			t.Errorf("case %d was taken", i)
		}
	}
}

// TestKeyIsMute wants a key, and whatever holds one, to print no part of the
// scalar under any verb, in hexadecimal or as a list of numbers.
func TestKeyIsMute(t *testing.T) {
	scalar, err := hex.DecodeString("0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f00")
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%#v", "%s", "%x", "%X", "%d", "%q"} {
		if !leaks(fmt.Sprintf(verb, scalar)) {
			t.Errorf("the test would not notice %s", verb)
		}
	}
	for _, s := range suites {
		key, err := ParseKey(s, scalar)
		if err != nil {
			t.Fatal(err)
		}
		server, err := NewServer(Verifiable, key)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range []any{key, *key, struct{ K *PrivateKey }{key}, struct{ k PrivateKey }{*key}, []*PrivateKey{key}, server, *server} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%X", "%d", "%q", "%p"} {
				if leaks(fmt.Sprintf(verb, it)) {
					t.Errorf("%s of %T prints the scalar", verb, it)
				}
			}
		}
		//lint:ignore SA9005 that nothing comes out is what is tested
		if b, err := json.Marshal(key); err != nil || string(b) != "{}" {
			t.Errorf("JSON: %s, %v", b, err)
		}
		if got := fmt.Sprintf("%v %x", key, key); got != "oprf.PrivateKey(secret) oprf.PrivateKey(secret)" {
			t.Errorf("printed %q", got)
		}
	}
}

// leaks looks for some of the scalar's bytes in a row, in either order.
func leaks(printed string) bool {
	for _, part := range []string{"05060708", "08070605", "0x5, 0x6, 0x7", "5 6 7 8", "8 7 6 5", "\x05\x06", `\x05\x06`} {
		if strings.Contains(strings.ToLower(printed), part) {
			return true
		}
	}
	return false
}
