package floor

import (
	"crypto/rand"

	"github.com/cloudflare/circl/group"

	"mandorla/crypto/elgamal"
	"mandorla/crypto/ristretto"
)

const (
	engineRows = 4096
	cipherRows = 256 // which are of several elements
	circlRows  = 64
	message    = 45 // the bytes of an e-mail address's message (PROTOCOLS.md §1.3)
)

// steps are the operators, of the engine in use and of circl.
func steps() ([]step, error) {
	engine, err := engineSteps()
	return append(engine, circlSteps()...), err
}

func engineSteps() ([]step, error) {
	key := ristretto.NewKey()
	keys, err := elgamal.NewKeys(Columns)
	if err != nil {
		return nil, err
	}
	messages, points := make([]byte, engineRows*message), make([]byte, engineRows*ristretto.Size)
	rand.Read(messages)
	ristretto.Random(points)
	out, ciphertexts := make([]byte, len(points)), make([]byte, cipherRows*elgamal.RowSize(Columns))
	return []step{
		{Blind, ristretto.Engine(), engineRows, func() error {
			return key.HashMul(out, ristretto.DSTIdentifier, messages, message)
		}},
		{Reblind, ristretto.Engine(), engineRows, func() error { return key.Mul(out, points) }},
		{Encrypt, ristretto.Engine(), cipherRows, func() error {
			return keys.Encrypt(ciphertexts, make([]int64, cipherRows*Columns))
		}},
	}, nil
}

// circlSteps are the same steps as circl's group does them, point by point.
func circlSteps() []step {
	g := group.Ristretto255
	k := g.RandomScalar(rand.Reader)
	messages := make([][]byte, circlRows)
	points := make([][]byte, circlRows)
	for i := range circlRows {
		messages[i] = make([]byte, message)
		rand.Read(messages[i])
		points[i] = make([]byte, ristretto.Size)
		ristretto.Random(points[i])
	}
	dst := []byte(ristretto.DSTIdentifier)
	return []step{
		{Blind, Circl, circlRows, func() error {
			return eachRow(circlRows, func(i int) error {
				e := g.HashToElement(messages[i], dst)
				_, err := e.Mul(e, k).MarshalBinaryCompress()
				return err
			})
		}},
		{Reblind, Circl, circlRows, func() error {
			return eachRow(circlRows, func(i int) error {
				e := g.NewElement()
				if err := e.UnmarshalBinary(points[i]); err != nil {
					return err
				}
				_, err := e.Mul(e, k).MarshalBinaryCompress()
				return err
			})
		}},
		// A row of numbers takes a multiple of a fixed point for its randomness
		// and one more for each number; what the numbers themselves add is left out.
		{Encrypt, Circl, circlRows, func() error {
			return eachRow(circlRows*(1+Columns), func(int) error {
				_, err := g.NewElement().MulGen(k).MarshalBinaryCompress()
				return err
			})
		}},
	}
}

func eachRow(rows int, do func(i int) error) error {
	for i := range rows {
		if err := do(i); err != nil {
			return err
		}
	}
	return nil
}
