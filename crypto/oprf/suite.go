package oprf

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/cloudflare/circl/group"
	circl "github.com/cloudflare/circl/oprf"
)

// What a caller acts on.
var (
	ErrInput   = errors.New("oprf: the inputs or the info are too long, too many, or have no place in this mode")
	ErrElement = errors.New("oprf: not a canonical encoding of an element other than the identity")
	ErrKey     = errors.New("oprf: not a key of this suite")
	ErrProof   = errors.New("oprf: the evaluation does not answer the request, or its proof does not hold")
)

// A Suite is a ciphersuite of RFC 9497 §4, named as there.
type Suite string

// The suites at hand.
const (
	Ristretto255 Suite = "ristretto255-SHA512"
	P256         Suite = "P256-SHA256"
)

// A Mode is a protocol variant of RFC 9497 §3.
type Mode uint8

// The modes: plain, with a proof of the key, and that with public info besides.
const (
	Oblivious Mode = iota
	Verifiable
	PartiallyOblivious
)

const (
	maxInput = 1<<16 - 1 // lengths are sent as two bytes
	maxItems = 1<<16 - 1 // a proof counts its items in two bytes
)

func (s Suite) open() (circl.Suite, error) {
	if s != Ristretto255 && s != P256 {
		return nil, fmt.Errorf("oprf: no such suite: %q", string(s))
	}
	return circl.GetSuite(string(s))
}

func (m Mode) check() error {
	if m > PartiallyOblivious {
		return fmt.Errorf("oprf: no such mode: %d", m)
	}
	return nil
}

// checkInfo refuses info where the mode has none.
func (m Mode) checkInfo(info []byte) error {
	if len(info) > maxInput || (m != PartiallyOblivious && len(info) > 0) {
		return ErrInput
	}
	return nil
}

// checkInputs refuses what RFC 9497 leaves undefined.
func checkInputs(inputs [][]byte) error {
	if len(inputs) == 0 || len(inputs) > maxItems {
		return ErrInput
	}
	for _, in := range inputs {
		if len(in) > maxInput {
			return ErrInput
		}
	}
	return nil
}

// decodeAll reads canonical encodings, one an element.
func decodeAll(g group.Group, encodings [][]byte) ([]group.Element, error) {
	if len(encodings) == 0 || len(encodings) > maxItems {
		return nil, ErrInput
	}
	out := make([]group.Element, len(encodings))
	for i, b := range encodings {
		e, err := decode(g, b)
		if err != nil {
			return nil, fmt.Errorf("item %d: %w", i, err)
		}
		out[i] = e
	}
	return out, nil
}

// decode is stricter than the library, which takes the identity and, on P-256,
// uncompressed points.
func decode(g group.Group, b []byte) (group.Element, error) {
	e := g.NewElement()
	if len(b) != int(g.Params().CompressedElementLength) || e.UnmarshalBinary(b) != nil || e.IsIdentity() {
		return nil, ErrElement
	}
	again, err := e.MarshalBinaryCompress()
	if err != nil || !bytes.Equal(again, b) {
		return nil, ErrElement
	}
	return e, nil
}

func encodeAll(elements []group.Element) ([][]byte, error) {
	out := make([][]byte, len(elements))
	for i, e := range elements {
		b, err := e.MarshalBinaryCompress()
		if err != nil {
			return nil, fmt.Errorf("oprf: encoding item %d: %w", i, err)
		}
		out[i] = b
	}
	return out, nil
}
