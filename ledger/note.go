package ledger

import (
	"bytes"
	"encoding/base64"
	"errors"

	"golang.org/x/mod/sumdb/note"
)

// maxNote bounds a signed note, in bytes.
const maxNote = 1 << 20

// errNote is a note that is not as its signers made it.
var errNote = errors.New("not a note that the members signed, or changed since")

// openNote reads a note that some of the verifiers signed and nobody else. What
// it accepts, it would write again byte for byte.
func openNote(data []byte, verifiers ...note.Verifier) (*note.Note, error) {
	if len(data) > maxNote {
		return nil, errNote
	}
	n, err := note.Open(data, note.VerifierList(verifiers...))
	if err != nil || len(n.UnverifiedSigs) != 0 {
		return nil, errNote
	}
	if again, err := note.Sign(n); err != nil || !bytes.Equal(again, data) {
		return nil, errNote
	}
	for _, s := range n.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return nil, errNote // the unused last bits are not zero
		}
	}
	return n, nil
}

// signedBy says whether the note bears the verifier's signature.
func signedBy(n *note.Note, v note.Verifier) bool {
	for _, s := range n.Sigs {
		if s.Name == v.Name() && s.Hash == v.KeyHash() {
			return true
		}
	}
	return false
}
