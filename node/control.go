package node

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"mandorla/ledger"
)

// The control messages of PROTOCOLS.md §12.1: canonical JSON (RFC 8785) in a
// note signed by its sender.
const (
	kindPropose byte = 1
	kindAccept  byte = 2
	kindGather  byte = 4 // of a group, what PROPOSE is of two
	kindSeat    byte = 5 // and ACCEPT
	kindRoster  byte = 6 // all seats of a group
	kindReady   byte = 7
	kindGo      byte = 8
	kindJoin    byte = 9  // opens a connection between two parties of a group
	kindPair    byte = 10 // asks a member for what it shares with a third, and opens a connection
	kindFigure  byte = 11 // the answer, which ends it
	kindReceipt byte = 40
	kindAbort   byte = 41
	kindLedger  byte = 42 // a message of the two ledgers' meeting; ledger.Book.Meet
)

// errControl is a control message that is not what it has to be.
var errControl = errors.New("the peer's message is malformed or not signed by it")

// A message is a control message: its body, and the hash that names it.
type message struct {
	body []byte // canonical JSON
	note []byte // as it travels
}

// hash names the message in what follows from it.
func (m message) hash() [32]byte { return sha256.Sum256(m.body) }

// seal encodes and signs a control message.
func (id *Identity) seal(body any) (message, error) {
	b, err := ledger.Canonical(body)
	if err != nil {
		return message{}, err
	}
	signed, err := note.Sign(&note.Note{Text: string(b) + "\n"}, id.signer)
	return message{b, signed}, err
}

// unseal reads into body a control message that verifier has signed, and
// nobody else.
func unseal(signed []byte, verifier note.Verifier, body any) (message, error) {
	n, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 {
		return message{}, errControl
	}
	text := bytes.TrimSuffix([]byte(n.Text), []byte("\n"))
	if err := ledger.Decode(text, body); err != nil {
		return message{}, fmt.Errorf("%w: %w", errControl, err)
	}
	return message{text, signed}, nil
}

// A hash32 is 32 bytes that read as hexadecimal in a control message.
type hash32 [32]byte

// MarshalText implements [encoding.TextMarshaler].
func (h hash32) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(h[:])), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (h *hash32) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return errors.New("a hash has 64 hexadecimal digits")
	}
	_, err := hex.Decode(h[:], text)
	return err
}
