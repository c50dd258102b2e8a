package ledger

import (
	"golang.org/x/mod/sumdb/tlog"
)

// The messages of a meeting: canonical JSON, each of one form. A message that
// is not exactly as this program would write it is refused.

// maxMessage bounds them, in bytes. The longest holds a checkpoint with two
// signatures and the proof of a tree of 2^40 records.
const maxMessage = 64 << 10

// maxProof bounds the hashes of a proof: two for each level of the largest tree.
const maxProof = 2 * 41

// A question asks for what has happened since a checkpoint.
type question struct {
	Seen string `json:"seen"` // the partner's last checkpoint, signed by both; empty where none was seen
}

// An answer is a checkpoint that follows the one asked about.
type answer struct {
	Checkpoint string         `json:"checkpoint"` // signed by its node
	Proof      tlog.TreeProof `json:"proof"`      // null where there is nothing to prove, or no proof
}

// A cosignature is the partner's signature on an answer's checkpoint.
type cosignature struct {
	Cosigned string `json:"cosigned"` // the checkpoint, signed by both; empty where two runs met at once
}

// A seen is a partner's checkpoint as the log keeps it, with the proof that it
// follows the one before.
type seen struct {
	Checkpoint string         `json:"checkpoint"`
	Proof      tlog.TreeProof `json:"proof"`
}

// decodeMessage reads a partner's message into v.
func decodeMessage(message []byte, v any) error {
	if len(message) > maxMessage || Decode(message, v) != nil {
		return ErrMeeting
	}
	return nil
}

// readQuestion answers with the checkpoint of this node that the partner asks
// about. This node's own signature on it shows that it was once true.
func (m *meeting) readQuestion(message []byte) (Checkpoint, error) {
	var q question
	if err := decodeMessage(message, &q); err != nil {
		return Checkpoint{}, err
	}
	if q.Seen == "" {
		return Checkpoint{Origin: originOf(m.Own), Root: emptyRoot}, nil
	}
	c, err := OpenCheckpoint([]byte(q.Seen), m.Own, m.Peer)
	if err != nil {
		return c, ErrMeeting
	}
	return c, nil
}

func (m *meeting) readAnswer(message []byte) (a answer, c Checkpoint, err error) {
	if err := decodeMessage(message, &a); err != nil {
		return a, c, err
	}
	c, err = OpenCheckpoint([]byte(a.Checkpoint), m.Peer)
	if err != nil || len(a.Proof) > maxProof {
		return a, c, ErrMeeting
	}
	return a, c, nil
}

func (m *meeting) readCosignature(message []byte) (c cosignature, err error) {
	if err := decodeMessage(message, &c); err != nil || c.Cosigned == "" {
		return c, err
	}
	n, err := openNote([]byte(c.Cosigned), m.Own, m.Peer)
	if err != nil || n.Text != m.present.text() || !signedBy(n, m.Own) || !signedBy(n, m.Peer) {
		return c, ErrMeeting
	}
	return c, nil
}
