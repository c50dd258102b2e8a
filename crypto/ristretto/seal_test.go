package ristretto

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"testing"
)

// TestSeal opens a key as it was sealed, and no other way.
func TestSeal(t *testing.T) {
	block, err := aes.NewCipher(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	a, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	k, nonce := NewKey(), make([]byte, 12)
	sealed, err := k.Seal(a, nonce, []byte("what for"))
	if err != nil {
		t.Fatal(err)
	}
	if b := k.bytes(); bytes.Contains(sealed, b[:]) {
		t.Error("the scalar is there for all to read")
	}
	again, err := OpenKey(a, nonce, sealed, []byte("what for"))
	if err != nil || again.Public() != k.Public() {
		t.Errorf("another key: %v", err)
	}
	if _, err := OpenKey(a, nonce, sealed, []byte("what else")); err == nil {
		t.Error("it opens for something else")
	}
	if _, err := OpenKey(a, nonce, a.Seal(nil, nonce, make([]byte, 32), nil), nil); err == nil {
		t.Error("zero is a key")
	}
	if _, err := OpenKey(a, nonce, a.Seal(nil, nonce, make([]byte, 31), nil), nil); err == nil {
		t.Error("31 bytes are a key")
	}
	k.Wipe()
	if _, err := k.Seal(a, nonce, nil); !errors.Is(err, ErrWiped) {
		t.Errorf("a wiped key is sealed: %v", err)
	}
}
