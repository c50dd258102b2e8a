package identity

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
)

// hexHash reads the 32 bytes of a SHA-256 in hexadecimal.
func hexHash(dst, cell []byte) ([]byte, Reason) {
	return hashBytes(dst, cell, hex.EncodedLen(32), hex.Decode)
}

// base64Hash reads the 32 bytes of a SHA-256 in standard base64.
func base64Hash(dst, cell []byte) ([]byte, Reason) {
	return hashBytes(dst, cell, base64.StdEncoding.EncodedLen(32), base64.StdEncoding.Strict().Decode)
}

func hashBytes(dst, cell []byte, width int, decode func(dst, src []byte) (int, error)) ([]byte, Reason) {
	cell = trim(cell)
	if len(cell) == 0 {
		return dst, Absent
	}
	if len(cell) != width {
		return dst, NotHash
	}
	var sum [33]byte // three bytes for every four digits of base64
	if n, err := decode(sum[:], cell); n != 32 || err != nil {
		return dst, NotHash
	}
	return append(dst, sum[:32]...), Usable
}

// writtenHex reports whether a cell is the hexadecimal of value, as it stands.
func writtenHex(value, cell []byte) bool {
	var text [64]byte
	hex.Encode(text[:], value)
	return bytes.Equal(text[:], cell)
}

// writtenBase64 reports whether a cell is the base64 of value, as it stands.
func writtenBase64(value, cell []byte) bool {
	var text [44]byte
	base64.StdEncoding.Encode(text[:], value)
	return bytes.Equal(text[:], cell)
}
