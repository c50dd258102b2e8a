package bulk

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"

	"mandorla/crypto/gf128"
	"mandorla/match"
)

// sealSize is what a seal adds to a label.
const sealSize = 16

// nonce is zero: every key seals one label, in one run.
var nonce [12]byte

// A sealer seals and opens the labels of a level, by AES-256-GCM under a key that
// the OPRF's value and the identifier make, as the tag is made of them by another
// hash. A seal is bound to the run, the schema and the tag (PROTOCOLS.md §6).
type sealer struct {
	match.Config
	level uint8
	tag   int // bytes of a tag
}

func (s sealer) aead(u, x gf128.Element) (cipher.AEAD, error) {
	key := derive("LABEL", s.SID, s.level, x.Append(u.Append(nil)))
	block, err := aes.NewCipher(key[:])
	clear(key[:])
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func (s sealer) bound(tag []byte) []byte {
	aad := append(make([]byte, 0, 32+32+16), s.SID[:]...)
	return append(append(aad, s.Labels.Schema[:]...), tag...)
}

// seal appends a row: the tag and the label under it.
func (s sealer) seal(dst, tag, label []byte, u, x gf128.Element) ([]byte, error) {
	a, err := s.aead(u, x)
	if err != nil {
		return nil, err
	}
	return a.Seal(append(dst, tag...), nonce[:], label, s.bound(tag)), nil
}

// open is the label in a row. One that does not open, or is none of the schema's, is
// an [match.ErrLabel]: a tag that is met and a seal that does not hold are no
// accident.
func (s sealer) open(row []byte, u, x gf128.Element) ([]byte, error) {
	a, err := s.aead(u, x)
	if err != nil {
		return nil, err
	}
	label, err := a.Open(nil, nonce[:], row[s.tag:], s.bound(row[:s.tag]))
	if err != nil || s.Labels.Check != nil && s.Labels.Check(label) != nil {
		return nil, match.ErrLabel
	}
	return label, nil
}

// sealed makes rows of the tags and the labels of all identifiers.
func (s sealer) sealed(tags, labels []byte, u, x []gf128.Element) (rows []byte, err error) {
	width := s.Labels.Width
	rows = make([]byte, 0, len(u)*(s.tag+width+sealSize))
	for i := range u {
		rows, err = s.seal(rows, tags[i*s.tag:(i+1)*s.tag], labels[i*width:(i+1)*width], u[i], x[i])
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// padded is rows topped up with random ones.
func padded(rows []byte, size int) []byte {
	out := make([]byte, size)
	rand.Read(out[copy(out, rows):])
	return out
}
