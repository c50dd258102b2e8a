package elgamal

import (
	"bytes"
	"testing"

	"mandorla/crypto/ristretto"
)

// FuzzParsePublic: what is accepted is reproduced, and ristretto accepts it.
func FuzzParsePublic(f *testing.F) {
	keys := newKeys(f, 2)
	f.Add(keys.Public().Bytes())
	for _, bad := range badElements {
		f.Add(bad)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePublic(b)
		if err != nil {
			return
		}
		if !bytes.Equal(p.Bytes(), b) || ristretto.Check(b) != nil || p.Columns()*Size != len(b) {
			t.Errorf("accepted %d bytes of public keys wrongly", len(b))
		}
	})
}

// FuzzRows: Add and Open accept the same elements, which are those that
// ristretto accepts and the identity as an S; and rows that were added can be
// sealed.
func FuzzRows(f *testing.F) {
	keys := newKeys(f, 1)
	f.Add(encrypted(f, keys, []int64{4, -4}))
	for _, bad := range badElements {
		f.Add(append(bytes.Clone(bad), bad...))
		f.Add(append(encrypted(f, keys, []int64{4})[:Size], bad...))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		b = b[:min(len(b), 4*RowSize(1))/RowSize(1)*RowSize(1)]
		good := true
		for i := 0; i < len(b); i += Size {
			s := i/Size%2 == 1
			good = good && (ristretto.Check(b[i:i+Size]) == nil || s && isIdentity(b[i:i+Size]))
		}
		table := newTable(t, 1, 1)
		if err := table.Add(make([]int, len(b)/RowSize(1)), b); (err == nil) != good {
			t.Fatalf("added: %v, while ristretto says %v", err, good)
		}
		if _, err := table.Seal(keys.Public(), none, always); (err == nil) != good {
			t.Errorf("sealed: %v", err)
		}
	})
}
