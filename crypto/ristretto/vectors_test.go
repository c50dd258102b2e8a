package ristretto

import (
	"bytes"
	"crypto"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/cloudflare/circl/expander"
	"github.com/cloudflare/circl/group"
)

const shared = "../../../shared/"

// load reads shared test data; without it there is nothing to test.
func load(t testing.TB, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(shared + name)
	if errors.Is(err, os.ErrNotExist) {
		t.Skipf("the shared test data are not here: %s", name)
	}
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// expected is the part of expected.json that is about this group.
type expected struct {
	Crypto struct {
		RFC9496 struct {
			Multiples []string `json:"small_multiples_of_base"`
			Bad       []string `json:"bad_encodings_must_be_refused"`
		} `json:"rfc9496"`
		DDH struct {
			Tokens map[string]string `json:"tokens"`
		} `json:"ddh_tokens"`
	} `json:"crypto"`
}

func TestRFC9496Multiples(t *testing.T) {
	var e expected
	load(t, "data/expected.json", &e)
	generator := encoded(t, group.Ristretto255.Generator())
	if len(e.Crypto.RFC9496.Multiples) != 16 {
		t.Fatalf("%d multiples", len(e.Crypto.RFC9496.Multiples))
	}
	for i, s := range e.Crypto.RFC9496.Multiples {
		want := unhex(t, s)
		if i == 0 {
			refuses(t, want)
			continue
		}
		k := keyOf(t, big.NewInt(int64(i)))
		got := make([]byte, Size)
		if err := k.Mul(got, generator); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%d times the base: %x, %v", i, got, err)
		}
		if public := k.Public(); !bytes.Equal(public[:], want) {
			t.Errorf("public key of %d: %x", i, public)
		}
	}
}

func TestBadEncodings(t *testing.T) {
	var e expected
	load(t, "data/expected.json", &e)
	if len(e.Crypto.RFC9496.Bad) < 29 {
		t.Fatalf("only %d bad encodings", len(e.Crypto.RFC9496.Bad))
	}
	for _, s := range e.Crypto.RFC9496.Bad {
		refuses(t, unhex(t, s))
	}
}

// refuses wants both decoders to name the one bad point in each of its places.
func refuses(t *testing.T, bad []byte) {
	t.Helper()
	k := NewKey()
	for _, at := range []int{0, 1, 4} {
		points := randomPoints(5)
		copy(points[at*Size:], bad)
		for use, err := range map[string]error{"Mul": k.Mul(make([]byte, len(points)), points), "Check": Check(points)} {
			var p *PointError
			if !errors.As(err, &p) || p.Index != at || !errors.Is(err, ErrPoint) {
				t.Errorf("%s, %x at %d: %v", use, bad, at, err)
			}
		}
	}
}

// The tokens of the shared data: HashToGroup of RFC 9497, then two keys made of
// the hashes of two known strings.
func TestDoubleBlindedTokens(t *testing.T) {
	var e expected
	load(t, "data/expected.json", &e)
	if len(e.Crypto.DDH.Tokens) == 0 {
		t.Fatal("no tokens")
	}
	first, second := wideKey(t, "test key one"), wideKey(t, "test key two")
	for id, want := range e.Crypto.DDH.Tokens {
		got := make([]byte, Size)
		if err := first.HashMul(got, DSTOPRF, []byte(id), len(id)); err != nil {
			t.Fatal(err)
		}
		if err := second.Mul(got, got); err != nil || hex.EncodeToString(got) != want {
			t.Errorf("token %s differs (%v)", want, err)
		}
	}
}

func wideKey(t *testing.T, secret string) *Key {
	t.Helper()
	order, _ := new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)
	sum := sha512.Sum512([]byte(secret))
	for i := range len(sum) / 2 {
		sum[i], sum[len(sum)-1-i] = sum[len(sum)-1-i], sum[i]
	}
	return keyOf(t, new(big.Int).Mod(new(big.Int).SetBytes(sum[:]), order))
}

func TestProtocolVectors(t *testing.T) {
	var v map[string]string
	load(t, "VECTORS.json", &v)
	get := func(name string) []byte {
		if v[name] == "" {
			t.Fatalf("no vector %q", name)
		}
		return unhex(t, v[name])
	}
	key := func(name string) *Key {
		k, err := NewKeyFrom([Size]byte(get(name)))
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	sid := [32]byte(get("sid"))
	id := get("id_message")
	one, a, b := keyOf(t, big.NewInt(1)), key("scalar_a"), key("scalar_b")
	for want, k := range map[string]*Key{"H": one, "H^a": a} {
		got := make([]byte, Size)
		if err := k.HashMul(got, DSTIdentifier, id, len(id)); err != nil || !bytes.Equal(got, get(want)) {
			t.Errorf("%s: %x, %v", want, got, err)
		}
	}
	ab := get("H^a")
	if err := b.Mul(ab, ab); err != nil || !bytes.Equal(ab, get("H^ab")) {
		t.Errorf("H^ab: %x, %v", ab, err)
	}
	tag := make([]byte, TagSize)
	if Tags(tag, ab, sid, 0); !bytes.Equal(tag, get("tag16_level0")) {
		t.Errorf("tag: %x", tag)
	}
	pool := PoolMessage(nil, sid, 'B', 0, 2, 3, 7)
	got := make([]byte, Size)
	if err := one.HashMul(got, DSTPool, pool, len(pool)); err != nil || !bytes.Equal(got, get("pool_B_l0_p2_q3_k7")) {
		t.Errorf("pool point: %x, %v", got, err)
	}
}

// TestExpandMessage ties our expand_message_xmd, which is of one length, to
// circl's, and circl's to RFC 9380's vectors, which have no output of 64 bytes.
func TestExpandMessage(t *testing.T) {
	var v struct {
		DST   string
		Tests []struct {
			Msg     string
			Length  string `json:"len_in_bytes"`
			Uniform string `json:"uniform_bytes"`
		}
	}
	load(t, "data/crypto/rfc9380/expand_message_xmd_SHA512_38.json", &v)
	circl := expander.NewExpanderMD(crypto.SHA512, []byte(v.DST))
	if len(v.Tests) != 10 {
		t.Fatalf("%d vectors", len(v.Tests))
	}
	for _, c := range v.Tests {
		n, err := strconv.ParseUint(strings.TrimPrefix(c.Length, "0x"), 16, 16)
		if err != nil {
			t.Fatal(err)
		}
		if got := circl.Expand([]byte(c.Msg), uint(n)); hex.EncodeToString(got) != c.Uniform {
			t.Errorf("circl, %q: %x", c.Msg, got)
		}
		got := newXMD(DST(v.DST), len(c.Msg)).expand([]byte(c.Msg))
		if want := circl.Expand([]byte(c.Msg), 64); !bytes.Equal(got[:], want) {
			t.Errorf("ours, %q: %x", c.Msg, got)
		}
	}
}

func TestTagsBindRunAndLevel(t *testing.T) {
	points := randomPoints(700)
	tags := func(sid [32]byte, level uint8) []byte {
		out := make([]byte, len(points)/Size*TagSize)
		Tags(out, points, sid, level)
		return out
	}
	base := tags([32]byte{1}, 0)
	if bytes.Equal(base, tags([32]byte{2}, 0)) || bytes.Equal(base, tags([32]byte{1}, 1)) {
		t.Error("a tag does not depend on all it should")
	}
	for i := range len(points) / Size {
		msg := append([]byte("CLEANROOM-V01-CS01-TAG\x01"+strings.Repeat("\x00", 31)+"\x00"), points[i*Size:(i+1)*Size]...)
		if want := sha512.Sum512(msg); !bytes.Equal(base[i*TagSize:(i+1)*TagSize], want[:TagSize]) {
			t.Fatalf("tag %d differs from its definition", i)
		}
	}
}
