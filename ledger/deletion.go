package ledger

import (
	"errors"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/note"
)

// ErrDeletion is a deletion receipt that cannot be trusted.
var ErrDeletion = errors.New("ledger: not a deletion receipt, or not signed by its member")

// A Deletion is a member's word that it has deleted what it held under an
// agreement: at its end, or when it was asked to.
type Deletion struct {
	Message   string    `json:"message"`   // DELETION
	Agreement string    `json:"agreement"` // sha256:…
	Name      string    `json:"name"`      // the agreement's own
	Member    string    `json:"member"`    // who deleted
	Why       string    `json:"why"`
	At        string    `json:"at"` // RFC 3339, UTC
	Build     string    `json:"build"`
	Deleted   []Deleted `json:"deleted"`
}

// Deleted is what one run, or the agreement itself, had left behind.
type Deleted struct {
	Run   string `json:"run"`  // empty: what belonged to no single run
	What  string `json:"what"` // keys, blinded sets, results, …
	Files uint64 `json:"files"`
	Bytes uint64 `json:"bytes"`
}

// deletionMessage tells a deletion receipt from every other text that a key signs.
const deletionMessage = "DELETION"

// Sign makes a signed note of the deletion receipt.
func (d *Deletion) Sign(signer note.Signer) ([]byte, error) {
	text, err := Canonical(d)
	if err != nil {
		return nil, err
	}
	if d.Message != deletionMessage || d.Member != signer.Name() {
		return nil, fmt.Errorf("%w: message has to be %s, and member the one who signs", ErrDeletion, deletionMessage)
	}
	return note.Sign(&note.Note{Text: string(text) + "\n"}, signer)
}

// ReadDeletion reads a deletion receipt and says which of the verifiers signed
// it; the member that deleted has to be among them.
func ReadDeletion(data []byte, verifiers ...note.Verifier) (*Deletion, []string, error) {
	n, err := openNote(data, verifiers...)
	if err != nil {
		return nil, nil, ErrDeletion
	}
	d := new(Deletion)
	if err := Decode([]byte(n.Text[:len(n.Text)-1]), d); err != nil {
		return nil, nil, errors.Join(ErrDeletion, err)
	}
	var signed []string
	for _, s := range n.Sigs {
		signed = append(signed, s.Name)
	}
	slices.Sort(signed)
	if d.Message != deletionMessage || !slices.Contains(signed, d.Member) {
		return nil, nil, ErrDeletion
	}
	return d, signed, nil
}
