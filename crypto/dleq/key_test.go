package dleq

import (
	"bytes"
	"errors"
	"testing"

	"mandorla/crypto/ristretto"
)

func TestKeyProof(t *testing.T) {
	k := ristretto.NewKey()
	sid := [32]byte{1}
	for _, role := range []string{"A", "B", "", "a longer role"} {
		proof, err := ProveKey(k, sid, role)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyKey(k.Public(), sid, role, proof); err != nil {
			t.Errorf("role %q: %v", role, err)
		}
		if err := VerifyKey(k.Public(), sid, role+"x", proof); !errors.Is(err, ErrProof) {
			t.Errorf("role %q taken for another: %v", role, err)
		}
		if err := VerifyKey(ristretto.NewKey().Public(), sid, role, proof); !errors.Is(err, ErrProof) {
			t.Errorf("role %q: another's key: %v", role, err)
		}
	}
}

func TestEveryByteOfAKeyProofCounts(t *testing.T) {
	k := ristretto.NewKey()
	sid, public := [32]byte{1}, k.Public()
	proof, err := ProveKey(k, sid, "A")
	if err != nil {
		t.Fatal(err)
	}
	for name, field := range map[string][]byte{"proof": proof[:], "public": public[:], "sid": sid[:]} {
		for bit := 0; bit < 8*len(field); bit += 3 {
			flip(field, bit)
			if err := VerifyKey(public, sid, "A", proof); !errors.Is(err, ErrProof) {
				t.Errorf("%s, bit %d: %v", name, bit, err)
			}
			flip(field, bit)
		}
	}
	if err := VerifyKey(public, sid, "A", proof); err != nil {
		t.Errorf("unchanged again: %v", err)
	}
}

func TestKeyProofRefusesBadPoints(t *testing.T) {
	k := ristretto.NewKey()
	proof, err := ProveKey(k, [32]byte{}, "A")
	if err != nil {
		t.Fatal(err)
	}
	for name, bad := range badPoint {
		if err := VerifyKey(bad, [32]byte{}, "A", proof); !errors.Is(err, ErrProof) {
			t.Errorf("%s as a key: %v", name, err)
		}
		spoilt := proof
		copy(spoilt[:32], bad[:])
		if err := VerifyKey(k.Public(), [32]byte{}, "A", spoilt); !errors.Is(err, ErrProof) {
			t.Errorf("%s as a commitment: %v", name, err)
		}
	}
	if err := VerifyKey(k.Public(), [32]byte{}, "A", [ProofSize]byte{}); !errors.Is(err, ErrProof) {
		t.Errorf("zero: %v", err)
	}
}

// FuzzVerify wants no proof but the one that was made to hold.
func FuzzVerify(f *testing.F) {
	s := knownStatement(f) // the same in every process
	f.Add(s.proof[:], s.c, s.d)
	f.Add(bytes.Repeat([]byte{255}, ProofSize), s.c, s.d)
	f.Add(make([]byte, ProofSize), s.d, s.c)
	f.Fuzz(func(t *testing.T, proof, c, d []byte) {
		if len(proof) != ProofSize {
			return
		}
		err := Verify(s.public, s.sid, s.dir, s.batch, c, d, [ProofSize]byte(proof))
		same := bytes.Equal(proof, s.proof[:]) && bytes.Equal(c, s.c) && bytes.Equal(d, s.d)
		if same != (err == nil) {
			t.Errorf("the proof itself: %v; verdict: %v", same, err)
		}
	})
}

// FuzzVerifyKey is the same for proofs of knowledge.
func FuzzVerifyKey(f *testing.F) {
	public, sid, made := known(f).Public(), [32]byte{9}, unhex(f, knownKeyProof)
	f.Add(made[:], public[:], "A")
	f.Add(made[:], public[:], "B")
	f.Add(make([]byte, ProofSize), make([]byte, 32), "")
	f.Fuzz(func(t *testing.T, proof, key []byte, role string) {
		if len(proof) != ProofSize || len(key) != 32 {
			return
		}
		err := VerifyKey([32]byte(key), sid, role, [ProofSize]byte(proof))
		same := bytes.Equal(proof, made[:]) && bytes.Equal(key, public[:]) && role == "A"
		if same != (err == nil) {
			t.Errorf("the proof itself: %v; verdict: %v", same, err)
		}
	})
}
