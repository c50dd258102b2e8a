package append

import (
	"crypto/aes"
	"crypto/cipher"
	"fmt"

	"mandorla/crypto/oprf"
	"mandorla/match"
)

// sealSize is what a seal adds to a label.
const sealSize = 16

// nonce is zero: every key seals one label, in one run (PROTOCOLS.md §6).
var nonce [12]byte

// bound is what a label's seal is bound to beside its key: the session, the
// schema and the tag.
func bound(c match.Config, tag []byte) []byte {
	aad := append(make([]byte, 0, 32+32+oprf.TagSize), c.SID[:]...)
	aad = append(aad, c.Labels.Schema[:]...)
	return append(aad, tag...)
}

func aead(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// A sealer is the vendor's way with labels.
type sealer struct{ match.Config }

// seal fills rows of tag ‖ sealed label: the tags are there, each label is sealed
// under the key of its OPRF output.
func (s sealer) seal(rows, outputs, labels []byte, level int) error {
	n, width := len(outputs)/oprf.OutputSize, s.Labels.Width
	if len(labels) != n*width {
		return fmt.Errorf("labels of %d bytes for %d rows of %d", len(labels), n, width)
	}
	keys := make([]byte, n*oprf.LabelKeySize)
	defer clear(keys)
	oprf.LabelKeys(keys, outputs, s.SID, s.Levels[level])
	for i := range n {
		row := rows[i*(oprf.TagSize+width+sealSize):]
		a, err := aead(keys[i*oprf.LabelKeySize : (i+1)*oprf.LabelKeySize])
		if err != nil {
			return err
		}
		tag := row[:oprf.TagSize]
		a.Seal(row[oprf.TagSize:oprf.TagSize], nonce[:], labels[i*width:(i+1)*width], bound(s.Config, tag))
	}
	return nil
}

// open is the label in a row of the directory, under its key; ok is false where
// it does not open, or is none of the schema's.
func open(c match.Config, entry, key []byte) (label []byte, ok bool) {
	a, err := aead(key)
	if err != nil {
		return nil, false
	}
	tag := entry[:oprf.TagSize]
	label, err = a.Open(nil, nonce[:], entry[oprf.TagSize:], bound(c, tag))
	return label, err == nil && (c.Labels.Check == nil || c.Labels.Check(label) == nil)
}
