package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
)

func hexOf(parts [][]byte) string { return fmt.Sprintf("%x", bytes.Join(parts, nil)) }

// FuzzDecodeManifest wants what is accepted to be reproduced byte for byte.
func FuzzDecodeManifest(f *testing.F) {
	s, _ := ends(schemas)
	for _, frame := range said() {
		f.Add(seal(f, s, frame))
	}
	f.Add([]byte{})
	f.Add(make([]byte, ManifestSize))
	f.Add(bytes.Repeat([]byte{1}, ManifestSize))
	f.Add(bytes.Repeat([]byte{1}, ManifestSize+1))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := DecodeManifest(b)
		if err != nil {
			if m != nil || !errors.Is(err, ErrFrame) {
				t.Errorf("refused with %v and %v", m, err)
			}
			return
		}
		if !bytes.Equal(m.Encode(), b) {
			t.Errorf("%x is written as %x", b, m.Encode())
		}
	})
}

// FuzzOpen wants nothing but the next frame of the peer to be opened, whatever
// manifest and column a carrier brings, and Dump to survive the same.
func FuzzOpen(f *testing.F) {
	s, _ := ends(schemas)
	first := said()[0]
	good := seal(f, s, first)
	f.Add(good, first.Columns[0], first.Columns[1])
	f.Add(good, []byte{}, []byte{})
	f.Add(make([]byte, ManifestSize), make([]byte, 32), make([]byte, 64))
	f.Fuzz(func(t *testing.T, manifest, a, b []byte) {
		_, o := ends(schemas)
		before := o.Tau()
		columns := [][]byte{a, b}
		_, err := o.Open(manifest, lend(columns))
		honest := bytes.Equal(manifest, good) && bytes.Equal(a, first.Columns[0]) && bytes.Equal(b, first.Columns[1])
		if honest != (err == nil) || (err != nil && (!errors.Is(err, ErrFrame) || o.Tau() != before)) {
			t.Errorf("honest: %v; verdict: %v", honest, err)
		}
		if err := Dump(io.Discard, schemas, manifest, columns); err != nil && !errors.Is(err, ErrFrame) {
			t.Error(err)
		}
	})
}

// BenchmarkSealOpen is a full frame of elements, there and back, without a
// signature: what the digests cost.
func BenchmarkSealOpen(b *testing.B) {
	rows := RowsPerFrame(schemas[KindEvalReq])
	f := Frame{Kind: KindEvalReq, Rows: rows, Columns: [][]byte{make([]byte, 32*rows)}}
	none := func([]byte) (sig [64]byte) { return sig }
	s := NewSealer(session, FromInitiator, schemas, none)
	o := NewOpener(session, FromInitiator, schemas, func([]byte, [64]byte) bool { return true })
	b.SetBytes(int64(32 * rows))
	for b.Loop() {
		if _, err := o.Open(seal(b, s, f), lend(f.Columns)); err != nil {
			b.Fatal(err)
		}
	}
}
