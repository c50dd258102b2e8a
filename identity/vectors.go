package identity

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync"
)

// A vector is a public question to a normaliser.
type vector struct {
	spec  Spec
	cells []string
}

// vectors are what [VectorsHash] asks every profile. A change to them, or to
// any answer, makes two builds refuse each other: that is what they are for.
var vectors = slices.Concat(
	ask(Spec{Type: Email, Columns: []string{"a"}},
		" Jane.Saoirse+Work@GMAIL.com ", "jane.saoirse@googlemail.com", "J\u00dcRGEN@M\u00dcNCHEN.example.com",
		"ju\u0308rgen@stra\u00dfe.example.com", "STRA\u00dfE@example.com", "\ufeffnobody@example.com\u00a0", "no\u200bbody@example.com",
		"nobody@nowhere", "nobody@nowhere.com.", "a..b@example.com", "\"a b\"@example.com", "A <a@example.com>", "a_b@c_d.example.com"),
	ask(Spec{Type: Phone, Region: "US", Columns: []string{"a"}},
		"1 (234) 567-8901", "+1(415)555-9317", "415-555-9317", "+44 20 7946 0958", "1-800-FLOWERS", "2015550123 ext. 7"),
	ask(Spec{Type: Phone, Region: "DE", Columns: []string{"a"}},
		"0171 3920000", "12345", "+49 (0)171/3920000", "0049 171 3920000", "49 171 3920000", "+65 1243 5678", "\uff10171 3920000"),
	ask(Spec{Type: NamePostcode, Columns: []string{"a", "b", "c"}},
		"Ren\u00e9e-Anne", "O'Brien  Smith", " sw1a 1aa",
		"Rene\u0301e", "", "80331",
		"Stra\u00dfe", "\u0130pek \u0141\u00f8v", "D-80331"),
	ask(Spec{Type: NameDOB, Columns: []string{"a", "b", "c"}},
		"A", "B", "31/12/1999",
		"A", "B", "01/02/1999",
		"A", "B", "19990230",
		"\u9648", "\u091c\u093f", "2.1.1999"),
	ask(Spec{Type: Address, Columns: []string{"a", "b"}}, "12, Main-Street", "  New   York "),
	ask(Spec{Type: Household, Columns: []string{"a", "b", "c"}}, "O'Brien", "12 Main St.\n", "New York"),
	ask(Spec{Type: Household, By: ByAddress, Columns: []string{"a", "b"}}, "12 Main St.\n", "New York"),
	ask(Spec{Type: Address, Country: "US", Columns: []string{"a"}},
		"12 N. Main St. Apt 4B, Springfield, IL 62701-1234", "PO Box #55, X, TX 75001", "120 East Ninety-Sixth Street, X", "5 US Hwy 61 2nd Floor, X",
		"1 S St NW, X", "3 St Louis Ave Bldg 2 Ste 9, X", "7 Nthwest Elm Ct Lower Level, X", "12 Main St"),
	ask(Spec{Type: Address, Country: "GB", Columns: []string{"a"}}, "Rose Cottage, Flat 2, 12 High St, London, sw1a1aa"),
	ask(Spec{Type: Address, Country: "DE", Columns: []string{"a", "b"}},
		"Hauptstr. 12 a, 3. OG links", "D-80331 M\u00fcnchen", "Postf. 12 34", "01067 Dresden", "Stra\u00dfe des 17. Juni 135 Whg. 5", "10623 Berlin"),
	ask(Spec{Type: Address, Country: "AT", Columns: []string{"a"}}, "Mariahilfer Str. 5/2/12, A-1060 Wien"),
	ask(Spec{Type: Address, Country: "CH", Columns: []string{"a"}}, "Bahnhofpl. 3 - 5, CH-8001 Z\u00fcrich"),
	ask(Spec{Type: Household, By: ByAddress, Country: "US", Columns: []string{"a", "b", "c", "d"}, Parts: []string{"number", "street", "unit", "postcode"}},
		"12", "Main Str", "#4", "1234", "", "", "", "1234"),
	ask(Spec{Type: Household, Country: "US", Columns: []string{"a", "b", "c"}, Parts: []string{"last_name", "line", "city"}},
		"O'Brien", "12 Main St.", "New York", "", "12 Main St.", "New York"),
	ask(Spec{Type: Exact, Label: "x", Columns: []string{"a"}}, " \uff21bc \u00c5 ", "a\x00b", "a\xffb"),
	ask(Spec{Type: Exact, Label: "x", Columns: []string{"a", "b"}}, "ab", "c"),
	ask(Spec{Type: SHA256Hex, Label: "email", Columns: []string{"a"}},
		"B4C9A289323B21A01C3E940F150EB9B8C542587F1ABFD8F0E1CC1FFC5E475514"),
	ask(Spec{Type: SHA256Base64, Label: "email", Columns: []string{"a"}},
		"tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=", "tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf_F5HVRQ="),
)

// ask puts questions, of as many cells as the type has columns.
func ask(s Spec, cells ...string) (all []vector) {
	for row := range slices.Chunk(cells, len(s.Columns)) {
		all = append(all, vector{s, row})
	}
	return all
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
