package vole

import (
	"crypto/sha256"
	"encoding/binary"

	"mandorla/crypto/gf128"
	"mandorla/crypto/mmo"
)

// A transcript is a hash of everything that both sides said so far: each
// message with what it is and who said it. Keys and challenges come from it, so
// that nobody can prepare for them.
type transcript [sha256.Size]byte

func newTranscript(sid [32]byte) transcript {
	var t transcript
	t.absorb("mandorla/vole/1", sid[:])
	return t
}

// absorb adds a message.
func (t *transcript) absorb(label string, message []byte) {
	*t = t.hash('a', label, message)
}

// draw is a value that depends on all messages so far, one a label.
func (t *transcript) draw(label string) [sha256.Size]byte {
	return t.hash('d', label, nil)
}

// hash is injective in its arguments but for SHA-256.
func (t *transcript) hash(use byte, label string, message []byte) (out [sha256.Size]byte) {
	h := sha256.New()
	h.Write(t[:])
	h.Write([]byte{use, byte(len(label))})
	h.Write([]byte(label))
	h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(message))))
	h.Write(message)
	h.Sum(out[:0])
	return out
}

// cipher is a key for one purpose.
func (t *transcript) cipher(label string) *mmo.Hash {
	key := t.draw(label)
	return mmo.New([16]byte(key[:16]))
}

// challenge is a random field element.
func (t *transcript) challenge() gf128.Element {
	x := t.draw("challenge")
	return gf128.FromBytes(x[:])
}
