package identity

import (
	"testing"

	"pgregory.net/rapid"
)

// TestOrdinary: whatever is ordinary is what the careful reading makes of it, under
// every profile; and what is written plainly is ordinary.
func TestOrdinary(t *testing.T) {
	pieces := rapid.SampledFrom([]string{"a", "Z", "9", ".", "..", "-", ".-", "-.", "--", "_", "+", "+tag", "!", "@", "@@", " ", "\x00", "\x7f", "ü", "\xff", "\"",
		"jane.doe", "@Gmail.com", "@googlemail.com", "@example.com", "@x.", "com", "1and1", "@a-b.c_d.DE", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
	same := func(t rapid.TB, cell string) {
		for _, p := range profiles {
			want, reason := p.careful([]byte("x"), trim([]byte(cell)))
			if got, is := p.email([]byte("x"), []byte(cell)); is != reason || reason == Usable && string(got) != string(want) {
				t.Fatalf("%s, %q: %q (%v), read with care %q (%v)", p.name, cell, got, is, want, reason)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		cell := ""
		for _, piece := range rapid.SliceOfN(pieces, 0, 7).Draw(t, "cell") {
			cell += piece
		}
		same(t, cell)
	})
	for _, cell := range []string{"Jane.Doe+x@GMail.com", "o'neil_9@a-b.example.org", "x@1and1.com"} {
		if _, at, ok := ordinary([]byte("yy"), []byte(cell)); !ok || cell[at] != '@' {
			t.Errorf("%s is not ordinary", cell)
		}
		same(t, cell)
	}
}
