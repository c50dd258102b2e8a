package dleq

import (
	"bytes"
	"crypto"
	"crypto/sha512"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/cloudflare/circl/zk/dleq"

	"mandorla/crypto/ristretto"
)

// A statement is all that a proof is about.
type statement struct {
	public, sid [32]byte
	dir         byte
	batch       uint32
	c, d        []byte
	proof       [ProofSize]byte
}

// proven makes a true statement about n pairs, with its proof.
func proven(t testing.TB, n int) statement {
	t.Helper()
	s, k := stated(t, n)
	var err error
	if s.proof, err = Prove(k, s.sid, s.dir, s.batch, s.c, s.d); err != nil {
		t.Fatal(err)
	}
	return s
}

// stated makes a true statement without a proof.
func stated(t testing.TB, n int) (statement, *ristretto.Key) {
	t.Helper()
	k := ristretto.NewKey()
	s := statement{public: k.Public(), sid: [32]byte{1, 2, 3}, dir: 1, batch: 7, c: make([]byte, 32*n), d: make([]byte, 32*n)}
	ristretto.Random(s.c)
	if err := k.Mul(s.d, s.c); err != nil {
		t.Fatal(err)
	}
	return s, k
}

func (s statement) verify() error {
	return Verify(s.public, s.sid, s.dir, s.batch, s.c, s.d, s.proof)
}

// with is a copy of the statement with something changed.
func (s statement) with(change func(*statement)) statement {
	s.c, s.d = bytes.Clone(s.c), bytes.Clone(s.d)
	change(&s)
	return s
}

func TestProofsVerify(t *testing.T) {
	for _, n := range []int{1, 2, 3, 65} {
		if err := proven(t, n).verify(); err != nil {
			t.Errorf("%d pairs: %v", n, err)
		}
	}
}

func TestProofsAreFresh(t *testing.T) {
	s, k := stated(t, 1)
	one, err1 := Prove(k, s.sid, s.dir, s.batch, s.c, s.d)
	two, err2 := Prove(k, s.sid, s.dir, s.batch, s.c, s.d)
	if err := errors.Join(err1, err2); err != nil || one == two {
		t.Errorf("two proofs of one statement are the same (%v)", err)
	}
}

// TestEveryByteCounts changes one bit of the statement or of its proof at a
// time, two or three in every byte.
func TestEveryByteCounts(t *testing.T) {
	s := proven(t, 1)
	batch := binary.BigEndian.AppendUint32(nil, s.batch)
	for name, field := range map[string]struct {
		bits int
		flip func(*statement, int)
	}{
		"proof":  {8 * ProofSize, func(s *statement, bit int) { flip(s.proof[:], bit) }},
		"public": {8 * 32, func(s *statement, bit int) { flip(s.public[:], bit) }},
		"sid":    {8 * 32, func(s *statement, bit int) { flip(s.sid[:], bit) }},
		"c":      {8 * len(s.c), func(s *statement, bit int) { flip(s.c, bit) }},
		"d":      {8 * len(s.d), func(s *statement, bit int) { flip(s.d, bit) }},
		"dir":    {8, func(s *statement, bit int) { s.dir ^= 1 << bit }},
		"batch":  {8 * len(batch), func(s *statement, bit int) { s.batch ^= 1 << bit }},
	} {
		for bit := 0; bit < field.bits; bit += 3 {
			bad := s.with(func(s *statement) { field.flip(s, bit) })
			if err := bad.verify(); !errors.Is(err, ErrProof) && !errors.Is(err, ristretto.ErrPoint) {
				t.Errorf("%s, bit %d: %v", name, bit, err)
			}
		}
	}
}

func flip(b []byte, bit int) { b[bit/8] ^= 1 << (bit % 8) }

// TestBatchIsBound is PROTOCOLS.md D9: a proof is about these pairs, in this
// order, all of them and no more.
func TestBatchIsBound(t *testing.T) {
	s := proven(t, 5)
	more := proven(t, 1)
	for name, change := range map[string]func(*statement){
		"two pairs swapped":    func(s *statement) { swap(s.c, 1, 3); swap(s.d, 1, 3) },
		"two answers swapped":  func(s *statement) { swap(s.d, 1, 3) },
		"neighbours swapped":   func(s *statement) { swap(s.d, 0, 1) },
		"the first left out":   func(s *statement) { s.c, s.d = s.c[32:], s.d[32:] },
		"the last left out":    func(s *statement) { s.c, s.d = s.c[:32*4], s.d[:32*4] },
		"one twice":            func(s *statement) { s.c, s.d = append(s.c, s.c[:32]...), append(s.d, s.d[:32]...) },
		"one of another batch": func(s *statement) { copy(s.c, more.c); copy(s.d, more.d) },
		"both sides swapped":   func(s *statement) { s.c, s.d = s.d, s.c },
		"another's proof":      func(s *statement) { s.proof = more.proof },
		"another's key":        func(s *statement) { s.public = more.public },
	} {
		if err := s.with(change).verify(); !errors.Is(err, ErrProof) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func swap(b []byte, i, j int) {
	var x [32]byte
	copy(x[:], b[32*i:])
	copy(b[32*i:], b[32*j:32*j+32])
	copy(b[32*j:], x[:])
}

// TestOneWrongAnswer lets a prover prove honestly over a batch with one false
// answer, or with two that would cancel out if coefficients were all the same.
func TestOneWrongAnswer(t *testing.T) {
	const n = 60
	for name, spoil := range map[string]func(d []byte){
		"the first": func(d []byte) { ristretto.Random(d[:32]) },
		"the last":  func(d []byte) { ristretto.Random(d[32*(n-1):]) },
		"exchanged": func(d []byte) { swap(d, 17, 40) },
	} {
		s, k := stated(t, n)
		spoil(s.d)
		var err error
		if s.proof, err = Prove(k, s.sid, s.dir, s.batch, s.c, s.d); err != nil {
			t.Fatal(err)
		}
		if err := s.verify(); !errors.Is(err, ErrProof) {
			t.Errorf("%s answer is wrong: %v", name, err)
		}
	}
}

// TestDefinition checks a proof with the library alone, under the tag that
// PROTOCOLS.md §1.8 defines.
func TestDefinition(t *testing.T) {
	s := proven(t, 3)
	h := sha512.New()
	for i := range 3 {
		h.Write(s.c[32*i : 32*i+32])
		h.Write(s.d[32*i : 32*i+32])
	}
	dst := slices.Concat([]byte("CLEANROOM-V01-CS01-DLEQ|"), s.sid[:], []byte{1}, []byte{0, 0, 0, 7}, h.Sum(nil))
	cs, ds, err := pairs(s.c, s.d)
	if err != nil {
		t.Fatal(err)
	}
	y, err := element(s.public)
	if err != nil {
		t.Fatal(err)
	}
	p := new(dleq.Proof)
	if err := p.UnmarshalBinary(suite, s.proof[:]); err != nil {
		t.Fatal(err)
	}
	if !(dleq.Verifier{Params: dleq.Params{G: suite, H: crypto.SHA512, DST: dst}}).VerifyBatch(suite.Generator(), y, cs, ds, p) {
		t.Error("the proof is not the one that PROTOCOLS.md defines")
	}
}

// TestKnownProofs are proofs made once: those must hold for ever.
func TestKnownProofs(t *testing.T) {
	if err := knownStatement(t).verify(); err != nil {
		t.Error(err)
	}
	if err := VerifyKey(known(t).Public(), [32]byte{9}, "A", unhex(t, knownKeyProof)); err != nil {
		t.Error(err)
	}
}

// knownStatement is two pairs and their known proof.
func knownStatement(t testing.TB) statement {
	t.Helper()
	one, err := ristretto.NewKeyFrom([32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	k := known(t)
	s := statement{public: k.Public(), sid: [32]byte{9}, batch: 1, c: make([]byte, 64), d: make([]byte, 64), proof: unhex(t, knownProof)}
	msgs := []byte("first message second message")
	if err := errors.Join(one.HashMul(s.c, ristretto.DSTIdentifier, msgs, len(msgs)/2), k.Mul(s.d, s.c)); err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	knownProof    = "8005e9760ee7d76c817efb739bdb0f33fd860739a41d170b1b7f6f3534e482071457ba8ed76c4ff29b4a134bbf2861c078298322fe4dd89100e064a57256f20a"
	knownKeyProof = "eede42b197b7e3902a6c44405b1fc841d546f9ac8615df11ca0a4c1cd9114055a806fbc3408f1352c90c35853bbd8b2e0f1db4610f66e52502c3af984d79b809"
)

func known(t testing.TB) *ristretto.Key {
	t.Helper()
	k, err := ristretto.NewKeyFrom([32]byte{5, 4, 3, 2, 1})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func unhex(t testing.TB, s string) (b [ProofSize]byte) {
	t.Helper()
	if n, err := hex.Decode(b[:], []byte(s)); err != nil || n != ProofSize {
		t.Fatalf("%d bytes (%v)", n, err)
	}
	return b
}

func TestBatchSizes(t *testing.T) {
	s, k := stated(t, 1)
	one := bytes.Repeat(s.c, MaxBatch+1)
	var p *ristretto.PointError // the size is fine, and the first point, looked at next, is not
	if _, _, err := pairs(make([]byte, 32*MaxBatch), one[:32*MaxBatch]); !errors.As(err, &p) {
		t.Errorf("%d pairs: %v", MaxBatch, err)
	}
	if _, _, err := pairs(make([]byte, 32*(MaxBatch+1)), one); err == nil || errors.As(err, &p) {
		t.Errorf("%d pairs: %v", MaxBatch+1, err)
	}
	for name, c := range map[string]struct{ c, d []byte }{
		"none":            {nil, nil},
		"too many":        {one, one},
		"half a point":    {one[:40], one[:40]},
		"fewer answers":   {one[:64], one[:32]},
		"more answers":    {one[:32], one[:64]},
		"less than one":   {one[:31], one[:31]},
		"answers missing": {one[:32], nil},
	} {
		if _, err := Prove(k, s.sid, 0, 0, c.c, c.d); err == nil {
			t.Errorf("%s: proved", name)
		}
		if err := Verify(s.public, s.sid, 0, 0, c.c, c.d, s.proof); err == nil {
			t.Errorf("%s: verified", name)
		}
	}
}

// badPoint is what no side of a pair and no key may be.
var badPoint = map[string][32]byte{
	"identity":      {},
	"not canonical": [32]byte(bytes.Repeat([]byte{255}, 32)),
	"negative":      {1},
}

func TestBadPoints(t *testing.T) {
	s := proven(t, 3)
	k := known(t)
	for name, bad := range badPoint {
		if err := s.with(func(s *statement) { s.public = bad }).verify(); !errors.Is(err, ErrProof) {
			t.Errorf("%s as a key: %v", name, err)
		}
		for side, change := range map[string]func(*statement){
			"c": func(s *statement) { copy(s.c[32:], bad[:]) },
			"d": func(s *statement) { copy(s.d[32:], bad[:]) },
		} {
			x := s.with(change)
			var p *ristretto.PointError
			if err := x.verify(); !errors.As(err, &p) || p.Index != 1 {
				t.Errorf("%s as %s: %v", name, side, err)
			}
			if _, err := Prove(k, x.sid, 0, 0, x.c, x.d); !errors.As(err, &p) {
				t.Errorf("%s as %s was proved: %v", name, side, err)
			}
		}
	}
}

// order is that of the group, little-endian.
func order(t testing.TB) *big.Int {
	t.Helper()
	n, ok := new(big.Int).SetString("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", 16)
	if !ok {
		t.Fatal("no number")
	}
	return n
}

// raised is a scalar's other encoding: the order added to it.
func raised(t testing.TB, scalar []byte) []byte {
	t.Helper()
	b := bytes.Clone(scalar)
	slices.Reverse(b)
	n := new(big.Int).Add(new(big.Int).SetBytes(b), order(t))
	out := n.FillBytes(make([]byte, 32))
	slices.Reverse(out)
	return out
}

func TestScalarsAreCanonical(t *testing.T) {
	s := proven(t, 1)
	for at := 0; at < ProofSize; at += 32 {
		bad := s.with(func(s *statement) { copy(s.proof[at:], raised(t, s.proof[at:at+32])) })
		if err := bad.verify(); !errors.Is(err, ErrProof) {
			t.Errorf("scalar at %d: %v", at, err)
		}
	}
	k := known(t)
	proof, err := ProveKey(k, s.sid, "A")
	if err != nil {
		t.Fatal(err)
	}
	copy(proof[32:], raised(t, proof[32:]))
	if err := VerifyKey(k.Public(), s.sid, "A", proof); !errors.Is(err, ErrProof) {
		t.Errorf("response: %v", err)
	}
}

func TestWipedKey(t *testing.T) {
	s, k := stated(t, 1)
	k.Wipe()
	if _, err := Prove(k, s.sid, 0, 0, s.c, s.d); !errors.Is(err, ristretto.ErrWiped) {
		t.Errorf("Prove: %v", err)
	}
	if _, err := ProveKey(k, s.sid, "A"); !errors.Is(err, ristretto.ErrWiped) {
		t.Errorf("ProveKey: %v", err)
	}
}
