package identity

import (
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"
)

// TestMark holds a mark against the last block of the library's CBC.
func TestMark(t *testing.T) {
	m := NewMarker()
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.SliceOfN(rapid.Byte(), 0, 100).Draw(t, "value")
		text := append(binary.BigEndian.AppendUint32(nil, uint32(len(value))), value...)
		text = append(text, make([]byte, -len(text)&15)...)
		cipher.NewCBCEncrypter(m.block, make([]byte, 16)).CryptBlocks(text, text)
		if got := m.Again().Mark(value); !bytes.Equal(got[:], text[len(text)-16:]) || got != m.Mark(value) {
			t.Fatalf("a mark of %d bytes is not the last block of CBC", len(value))
		}
	})
}

// TestMarksDiffer: of values that zeros at the end tell apart, and under another
// key.
func TestMarksDiffer(t *testing.T) {
	m := NewMarker()
	seen := map[[MarkSize]byte]bool{}
	for n := range 70 {
		seen[m.Mark(make([]byte, n))] = true
	}
	if len(seen) != 70 {
		t.Errorf("%d marks of 70 values", len(seen))
	}
	if m.Mark(nil) == NewMarker().Mark(nil) {
		t.Error("two readings mark alike")
	}
}

func BenchmarkMark(b *testing.B) {
	m, value := NewMarker(), []byte("jane.saoirse@example.com")
	for b.Loop() {
		m.Mark(value)
	}
}
