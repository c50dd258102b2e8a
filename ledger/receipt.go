package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// ErrReceipt is a receipt that cannot be trusted.
var ErrReceipt = errors.New("ledger: not a receipt, or not signed by its members")

// The states of a receipt.
const (
	Completed = "completed"
	Failed    = "failed"
)

// A Receipt says what a run did (PROTOCOLS.md §10), also where it failed. It
// names no counts but rounded ones: what a member learnt is bound by a salted
// hash that only this member can open.
type Receipt struct {
	Run        string            `json:"run"` // the session id, or the proposal's hash where there was none; hexadecimal
	Suite      string            `json:"suite"`
	Version    int               `json:"version"`
	Analysis   string            `json:"analysis"`
	Topology   string            `json:"topology"`
	Engine     string            `json:"engine,omitempty"` // "vole"; empty: dh
	Agreement  string            `json:"agreement"`        // sha256:…
	Name       string            `json:"name"`             // the agreement's own
	Purpose    string            `json:"purpose"`
	Initiator  string            `json:"initiator"` // a member
	Levels     []string          `json:"levels"`
	Epoch      *Epoch            `json:"epoch,omitempty"`  // of a run whose vendor keeps its key; absent from any other
	Sample     bool              `json:"sample,omitempty"` // a sample of the rows took part alone
	Vectors    string            `json:"vectors"`          // the normaliser's answers to the public vectors; hexadecimal
	Noise      string            `json:"noise"`            // "none", or "epsilon" and what the run spent
	MinGroup   uint64            `json:"min_group"`        // k: the least count released
	MinList    uint64            `json:"min_list"`         // the least rows released
	State      string            `json:"state"`            // completed | failed
	Code       string            `json:"code"`             // why it failed; empty otherwise
	Transcript string            `json:"transcript"`       // τ_final, hexadecimal; empty where no frame crossed
	Members    map[string]Member `json:"members"`
	Account    *Account          `json:"account,omitempty"` // absent from receipts of before there was one
}

// An Epoch says where a run stands among those that have the vendor's key in common.
type Epoch struct {
	ID   string `json:"id"`   // of its first run, as folders name it: 16 hexadecimal digits
	Run  uint64 `json:"run"`  // the run's number in it, from 1
	Full bool   `json:"full"` // whether the run was over all rows, as the first is
	Ends string `json:"ends"` // when the epoch is over; RFC 3339, UTC

	// Of a run over what has changed, as it was padded: identifiers of each level that
	// were asked about, tags that were added to each, and tags of each that were removed.
	Asked   uint64   `json:"asked,omitempty"`
	Added   uint64   `json:"added,omitempty"`
	Removed []uint64 `json:"removed,omitempty"`
}

// check sees that it can be one.
func (e *Epoch) check() error {
	if e == nil {
		return nil
	}
	id, err := hex.DecodeString(e.ID)
	_, timeErr := time.Parse(time.RFC3339, e.Ends)
	full := e.Asked == 0 && e.Added == 0 && e.Removed == nil
	if err != nil || timeErr != nil || len(id) != 8 || e.Run < 1 || e.Full != (e.Run == 1) || e.Full != full {
		return fmt.Errorf("%w: epoch: not one that a run can have", ErrReceipt)
	}
	return nil
}

// A Member is one member's part of a receipt.
type Member struct {
	Dataset string `json:"dataset"`
	Cap     uint64 `json:"cap"`    // rows announced: padded
	Root    string `json:"root"`   // Merkle root of the input; hexadecimal
	Result  string `json:"result"` // salted hash of what it learnt, hexadecimal; empty where it learnt nothing
	Build   string `json:"build"`
	Started string `json:"started"` // RFC 3339, UTC
	Ended   string `json:"ended"`
}

// Text is what the members sign: canonical JSON and a line's end.
func (r *Receipt) Text() (string, error) {
	if err := r.check(); err != nil {
		return "", err
	}
	b, err := Canonical(r)
	return string(b) + "\n", err
}

// Hash names the receipt: sha256: and 64 hexadecimal digits over its text.
func (r *Receipt) Hash() (string, error) {
	text, err := r.Text()
	h := sha256.Sum256([]byte(text))
	return "sha256:" + hex.EncodeToString(h[:]), err
}

// Sign makes a signed note of the receipt, with one signature.
func (r *Receipt) Sign(signer note.Signer) ([]byte, error) {
	text, err := r.Text()
	if err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: text}, signer)
}

// Merge joins the signatures of two notes of the same receipt, which have to
// be those of the two verifiers.
func Merge(own, peer []byte, ownKey, peerKey note.Verifier) ([]byte, error) {
	a, err := note.Open(own, note.VerifierList(ownKey))
	if err != nil {
		return nil, fmt.Errorf("%w: own signature", ErrReceipt)
	}
	b, err := note.Open(peer, note.VerifierList(peerKey))
	if err != nil || b.Text != a.Text || len(b.Sigs) != 1 || len(b.UnverifiedSigs) != 0 {
		return nil, fmt.Errorf("%w: the partner signed another receipt, or none", ErrReceipt)
	}
	merged, err := note.Sign(&note.Note{Text: a.Text, Sigs: append(a.Sigs, b.Sigs...)})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	return merged, nil
}

// MergeAll joins the signatures of notes of the same receipt, each signed with
// the key in its place.
func MergeAll(notes [][]byte, keys []note.Verifier) ([]byte, error) {
	var all note.Note
	for i, data := range notes {
		n, err := note.Open(data, note.VerifierList(keys[i]))
		if err != nil || len(n.Sigs) != 1 || len(n.UnverifiedSigs) != 0 || i > 0 && n.Text != all.Text {
			return nil, fmt.Errorf("%w: a party signed another receipt, or none", ErrReceipt)
		}
		all.Text, all.Sigs = n.Text, append(all.Sigs, n.Sigs...)
	}
	merged, err := note.Sign(&all)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrReceipt, err)
	}
	return merged, nil
}

// Read reads a receipt and says which of the verifiers signed it. A byte that
// is not as it was written, or a signature of anybody else, is an error.
func Read(data []byte, verifiers ...note.Verifier) (*Receipt, []string, error) {
	n, err := openNote(data, verifiers...)
	if err != nil {
		return nil, nil, ErrReceipt
	}
	r, err := decodeReceipt(n.Text)
	if err != nil {
		return nil, nil, err
	}
	var signed []string
	for _, s := range n.Sigs {
		signed = append(signed, s.Name)
	}
	slices.Sort(signed)
	return r, signed, nil
}

// decodeReceipt reads what the members signed.
func decodeReceipt(text string) (*Receipt, error) {
	r := new(Receipt)
	if err := Decode(bytes.TrimSuffix([]byte(text), []byte("\n")), r); err != nil {
		return nil, errors.Join(ErrReceipt, err)
	}
	return r, r.check()
}
