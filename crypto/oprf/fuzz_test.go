package oprf

import (
	"bytes"
	"testing"
)

// FuzzElement wants every element that a suite accepts to be written as it was
// read, and never to be the identity.
func FuzzElement(f *testing.F) {
	for _, s := range suites {
		key, err := GenerateKey(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(key.Public())
		for _, bad := range badPoints(f, s) {
			f.Add(bad)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, s := range suites {
			suite, err := s.open()
			if err != nil {
				t.Fatal(err)
			}
			e, err := decode(suite.Group(), b)
			if err != nil {
				continue
			}
			again, err := encodeAll(append(elementsOf(t, suite.Group(), [][]byte{b}), e))
			if err != nil || !bytes.Equal(again[0], b) || !bytes.Equal(again[1], b) || e.IsIdentity() {
				t.Errorf("%s: accepted, and written otherwise (%v)", s, err)
			}
		}
	})
}

// FuzzProof wants every proof that a suite accepts to be written as it was read.
func FuzzProof(f *testing.F) {
	for _, s := range suites {
		_, e := newPair(f, s, Verifiable).ask(f)
		f.Add(e.Proof)
	}
	f.Add(bytes.Repeat([]byte{255}, 64))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, s := range suites {
			suite, err := s.open()
			if err != nil {
				t.Fatal(err)
			}
			p, err := decodeProof(suite.Group(), b)
			if err != nil {
				continue
			}
			if again, err := p.MarshalBinary(); err != nil || !bytes.Equal(again, b) {
				t.Errorf("%s: accepted, and written otherwise (%v)", s, err)
			}
		}
	})
}

// FuzzParseKey wants every key that a suite accepts to have a public key that a
// client accepts.
func FuzzParseKey(f *testing.F) {
	f.Add(append([]byte{1}, make([]byte, 31)...))
	f.Add(make([]byte, 32))
	f.Add(bytes.Repeat([]byte{255}, 32))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, s := range suites {
			key, err := ParseKey(s, b)
			if err != nil {
				continue
			}
			if _, err := NewClient(s, Verifiable, key.Public()); err != nil || len(b) != 32 {
				t.Errorf("%s: a key of %d bytes without a public key (%v)", s, len(b), err)
			}
		}
	})
}
