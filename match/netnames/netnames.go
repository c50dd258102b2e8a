package netnames

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"

	"mandorla/crypto/dleq"
	"mandorla/crypto/oprf"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/dh"
	"mandorla/match/wire"
)

// Sale is `net_names`. The member that learns is the buyer.
var Sale = match.Protocol{Analysis: "net_names", Topology: "SALE",
	Schemas: schemas, RunSchemas: runSchemas, New: newSale}

var (
	tagsSchema  = wire.Schema{{Name: "t", Type: wire.FSB16}}
	reqSchema   = wire.Schema{{Name: "e", Type: wire.FSB32}}
	respSchema  = wire.Schema{{Name: "z", Type: wire.FSB32}}
	proofSchema = wire.Schema{{Name: "proof", Type: wire.FSB64}}
)

// schemas are those of a run in which nothing is sold of a row but its place.
func schemas(levels int) wire.Schemas { return schemasOf(levels, 0) }

func runSchemas(c match.Config) (own, peer wire.Schemas) {
	width := 0
	if c.Sale != nil {
		width = c.Sale.Width
	}
	return schemasOf(len(c.Levels), width), schemasOf(len(c.Levels), width)
}

func schemasOf(levels, width int) wire.Schemas {
	return wire.Schemas{
		wire.KindKeys:      dh.KeysSchema,
		wire.KindSet:       dh.ElementSchema(levels),
		wire.KindTags:      tagsSchema,
		wire.KindEvalReq:   reqSchema,
		wire.KindSealed:    sealedSchema(width),
		wire.KindEvalResp:  respSchema,
		wire.KindEvalProof: proofSchema,
	}
}

func sealedSchema(width int) wire.Schema {
	return wire.Schema{{Name: "ct", Type: wire.FSB(width + overhead)}}
}

// mostSold is the most bytes that can be sold of a row.
const mostSold = 2048

func newSale(c match.Config, learns bool) (match.Machine, error) {
	if c.Sale == nil || c.Sale.Width < 1 || c.Sale.Width > mostSold {
		return nil, fmt.Errorf("net names: what is sold of a row has 1 to %d bytes", mostSold)
	}
	if learns {
		return newBuyer(c)
	}
	return newSeller(c)
}

// The KEYS message of the OPRF key stands beside that of the blinding key: on a
// level of its own, and in a role of its own.
const offerLevel = 1

func offerRole(r match.Role) string { return r.String() + "/oprf" }

// offerFrame is the seller's OPRF key, and the proof that it holds it.
func offerFrame(k *ristretto.Key, c match.Config) (wire.Frame, error) {
	y := k.Public()
	proof, err := dleq.ProveKey(k, c.SID, offerRole(c.Role))
	if err != nil {
		return wire.Frame{}, err
	}
	return wire.Frame{Kind: wire.KindKeys, Level: offerLevel, Last: true, Rows: 1, Columns: [][]byte{y[:], proof[:]}}, nil
}

// checkOffer is the seller's OPRF key, once its proof holds (V18).
func checkOffer(f wire.Frame, c match.Config) (y [32]byte, err error) {
	if f.Rows != 1 || !f.Last {
		return y, match.ErrCount
	}
	copy(y[:], f.Columns[0])
	if err := dleq.VerifyKey(y, c.SID, offerRole(c.Role.Other()), [64]byte(f.Columns[1])); err != nil {
		return y, errors.Join(match.ErrProof, err)
	}
	return y, nil
}

// inputWidth is the bytes of the OPRF input of a row on sale: a word, the session
// and the row's place in the seller's set.
const inputWidth = len(inputWord) + 32 + 8

const inputWord = "net-names"

// inputs are the OPRF inputs of some places.
func inputs(sid [32]byte, places []uint64) []byte {
	out := make([]byte, 0, len(places)*inputWidth)
	for _, i := range places {
		out = append(out, inputWord...)
		out = append(out, sid[:]...)
		out = binary.BigEndian.AppendUint64(out, i)
	}
	return out
}

// overhead is the bytes that sealing adds: the tag of GCM.
const overhead = 16

// sealer is AES-256-GCM under the key that an OPRF output gives. Each key seals
// one row of one run, so that the nonce may be zero.
func sealer(output []byte, sid [32]byte) (cipher.AEAD, error) {
	key := oprf.LabelKey(output, sid, inputWord)
	defer clear(key[:])
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

var nonce [12]byte

// additional binds a sealed row to the session and its place.
func additional(sid [32]byte, place uint64) []byte {
	return binary.BigEndian.AppendUint64(sid[:], place)
}
