package identity

import (
	"encoding/hex"
	"testing"
)

// Nodes whose builds differ here refuse each other. Whoever changes what a
// normaliser answers changes this line, and knows it; a release does so under
// new profile names.
const pinned = "97a99fe40656f4cc4cec1766b0447865e7228dc9e176746d767f56ac3ee5ea21"

func TestVectorsHash(t *testing.T) {
	h := VectorsHash()
	if got := hex.EncodeToString(h[:]); got != pinned || vectorsHash() != h {
		t.Errorf("the public vectors' answers hash to %s, want %s", got, pinned)
	}
}

// Every type is asked about, every profile can answer, and both good and bad
// values are among the questions.
func TestVectorsCoverTypes(t *testing.T) {
	for typ := range builders {
		good, bad := 0, 0
		for _, v := range vectors {
			if v.spec.Type != typ {
				continue
			}
			for _, profile := range Profiles() {
				if _, reason := normaliser(t, profile, v.spec).Append(nil, row(v.cells)...); reason == Usable {
					good++
				} else {
					bad++
				}
			}
		}
		lines := typ == Address || typ == Household
		if good == 0 || bad == 0 && !lines && typ != SHA256Hex {
			t.Errorf("%s: %d good answers, %d bad ones", typ, good, bad)
		}
	}
}
