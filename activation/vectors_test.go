package activation

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"

	"github.com/cloudflare/circl/hpke"
)

// A vector is one of RFC 9180, Appendix A.
type vector struct {
	Mode                         int
	KEM                          hpke.KEM  `json:"kem_id"`
	KDF                          hpke.KDF  `json:"kdf_id"`
	AEAD                         hpke.AEAD `json:"aead_id"`
	Info, SkRm, PkRm, IkmE, IkmR text
	Enc                          text
	Encryptions                  []struct{ AAD, CT, PT text }
}

type text []byte

func (h *text) UnmarshalJSON(b []byte) (err error) {
	*h, err = hex.DecodeString(string(bytes.Trim(b, `"`)))
	return err
}

// TestVectors guards the library: the suite used does what RFC 9180 says, sealing
// from the vector's own randomness, and opening.
func TestVectors(t *testing.T) {
	f, err := os.Open("../../shared/data/crypto/hpke_rfc9180.json.gz")
	if err != nil {
		t.Skip("the vectors of RFC 9180 are not here:", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.NewDecoder(z).Decode(&all); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, v := range all {
		if v.Mode == 0 && v.KEM == hpkeKEM && v.KDF == hpkeKDF && v.AEAD == hpkeAEAD {
			v.check(t)
			checked++
		}
	}
	if checked != 1 {
		t.Errorf("%d vectors of the suite, not 1", checked)
	}
}

func (v vector) check(t *testing.T) {
	t.Helper()
	pk, sk := hpkeKEM.Scheme().DeriveKeyPair(v.IkmR)
	rawPublic, _ := pk.MarshalBinary()
	rawSecret, _ := sk.MarshalBinary()
	if !bytes.Equal(rawPublic, v.PkRm) || !bytes.Equal(rawSecret, v.SkRm) {
		t.Fatal("another key pair")
	}
	sender, err := suite.NewSender(pk, v.Info)
	if err != nil {
		t.Fatal(err)
	}
	enc, seal, err := sender.Setup(bytes.NewReader(v.IkmE))
	if err != nil || !bytes.Equal(enc, v.Enc) {
		t.Fatalf("another encapsulation: %v", err)
	}
	receiver, err := suite.NewReceiver(sk, v.Info)
	if err != nil {
		t.Fatal(err)
	}
	open, err := receiver.Setup(v.Enc)
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range v.Encryptions {
		ct, err := seal.Seal(e.PT, e.AAD)
		if err != nil || !bytes.Equal(ct, e.CT) {
			t.Fatalf("message %d is sealed otherwise: %v", i, err)
		}
		pt, err := open.Open(ct, e.AAD)
		if err != nil || !bytes.Equal(pt, e.PT) {
			t.Fatalf("message %d does not open: %v", i, err)
		}
	}
}
