package sums

import (
	"crypto/hmac"
	"crypto/sha256"
	"math/rand/v2"
	"testing"
)

// TestMAC compares with crypto/hmac: beginnings and messages of many lengths.
func TestMAC(t *testing.T) {
	each(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		for begin := range 80 {
			key, beginning := [32]byte(random(r, 32)), random(r, begin)
			messages := make([][]byte, 7)
			for i := range messages {
				messages[i] = random(r, r.IntN(150))
			}
			m, dst := NewMAC(key, beginning), make([]byte, Size*len(messages))
			m.Sums(dst, func(i int) []byte { return messages[i] })
			for i, message := range messages {
				plain := hmac.New(sha256.New, key[:])
				plain.Write(beginning)
				plain.Write(message)
				if !hmac.Equal(plain.Sum(nil), dst[Size*i:][:Size]) {
					t.Fatalf("message %d of %d bytes behind %d: another code", i, len(message), begin)
				}
			}
		}
	})
}

// TestMACWiped: what comes after the key is gone has nothing to do with it, nor
// with the beginning.
func TestMACWiped(t *testing.T) {
	each(t, func(t *testing.T) {
		m, other := NewMAC([32]byte{1}, nil), NewMAC([32]byte{2}, make([]byte, blockSize+1))
		before := codeOfA(m)
		m.Wipe()
		other.Wipe()
		if after := codeOfA(m); after == before || after != codeOfA(other) {
			t.Error("a code after Wipe depends on the key")
		}
	})
}

func codeOfA(m *MAC) (code [Size]byte) {
	m.Sums(code[:], func(int) []byte { return []byte("a") })
	return code
}
