package identity

import (
	"crypto/sha256"
	"encoding/binary"
	"sync"
)

// A vector is a public question to a normaliser.
type vector struct {
	spec  Spec
	cells []string
}

// vectors are what [VectorsHash] asks every profile. A change to them, or to
// any answer, makes two builds refuse each other: that is what they are for.
var vectors = []vector{
	{Spec{Type: Email, Columns: []string{"a"}}, []string{" Jane.Saoirse+Work@GMAIL.com "}},
	{Spec{Type: Email, Columns: []string{"a"}}, []string{"jane.saoirse@googlemail.com"}},
	{Spec{Type: Email, Columns: []string{"a"}}, []string{"J\u00dcRGEN@M\u00dcNCHEN.example.com"}},
	{Spec{Type: Email, Columns: []string{"a"}}, []string{"nobody@nowhere"}},
	{Spec{Type: Email, Columns: []string{"a"}}, []string{"a..b@example.com"}},
	{Spec{Type: Phone, Region: "US", Columns: []string{"a"}}, []string{"1 (234) 567-8901"}},
	{Spec{Type: Phone, Region: "DE", Columns: []string{"a"}}, []string{"0171 3920000"}},
	{Spec{Type: Phone, Region: "DE", Columns: []string{"a"}}, []string{"12345"}},
	{Spec{Type: NamePostcode, Columns: []string{"a", "b", "c"}}, []string{"Ren\u00e9e-Anne", "O'Brien  Smith", " sw1a 1aa"}},
	{Spec{Type: NamePostcode, Columns: []string{"a", "b", "c"}}, []string{"Rene\u0301e", "", "80331"}},
	{Spec{Type: NameDOB, Columns: []string{"a", "b", "c"}}, []string{"Stra\u00dfe", "\u0130pek", "31/12/1999"}},
	{Spec{Type: NameDOB, Columns: []string{"a", "b", "c"}}, []string{"A", "B", "01/02/1999"}},
	{Spec{Type: Address, Columns: []string{"a", "b"}}, []string{"12, Main-Street", "  New   York "}},
	{Spec{Type: Exact, Label: "x", Columns: []string{"a"}}, []string{" \uff21bc \u00c5 "}},
	{Spec{Type: Exact, Label: "x", Columns: []string{"a", "b"}}, []string{"ab", "c"}},
	{Spec{Type: SHA256Hex, Label: "email", Columns: []string{"a"}}, []string{"B4C9A289323B21A01C3E940F150EB9B8C542587F1ABFD8F0E1CC1FFC5E475514"}},
	{Spec{Type: SHA256Base64, Label: "email", Columns: []string{"a"}}, []string{"tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ="}},
}

// VectorsHash is the SHA-256 of this build's answers to the public vectors
// under every profile (PROTOCOLS.md §1.4). Both nodes of a run have to have
// the same.
func VectorsHash() [32]byte { return vectorsHash() }

var vectorsHash = sync.OnceValue(func() [32]byte {
	h := sha256.New()
	for _, p := range profiles {
		for _, v := range vectors {
			n, err := p.Normaliser(v.spec)
			if err != nil {
				h.Write([]byte(err.Error()))
				continue
			}
			cells := make([][]byte, len(v.cells))
			for i, c := range v.cells {
				cells[i] = []byte(c)
			}
			value, reason := n.Append(nil, cells...)
			h.Write([]byte(n.Name()))
			h.Write([]byte{0, byte(reason)})
			h.Write(binary.BigEndian.AppendUint32(nil, uint32(len(value))))
			h.Write(value)
		}
	}
	return [32]byte(h.Sum(nil))
})
