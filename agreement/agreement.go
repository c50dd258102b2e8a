package agreement

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// MaxSize is the largest file that [Parse] reads, in bytes.
const MaxSize = 1 << 20

// An Agreement is a parsed file: terms, the text they were read from, and the
// signature lines under it.
type Agreement struct {
	Terms   Terms
	text    []byte // ends in a newline
	lines   []signature
	signers signers
}

// Parse reads an agreement, unsigned, partly or fully signed. It checks the form
// of signature lines but not what they attest: call [Agreement.Verify]. Errors
// are a [*FieldError]. The slice is not kept.
func Parse(data []byte) (*Agreement, error) {
	text, lines, err := split(data)
	if err != nil {
		return nil, err
	}
	a := &Agreement{text: text, lines: lines}
	if a.Terms, a.signers, err = readTerms(text); err != nil {
		return nil, err
	}
	return a, nil
}

// Hash is the SHA-256 of the text without signatures. A text whose last line
// lacks its newline is given one, as signing it does; nothing else is altered.
func (a *Agreement) Hash() [32]byte { return sha256.Sum256(a.text) }

// ID is the hash as people and receipts write it: sha256: and 64 hex digits.
func (a *Agreement) ID() string {
	h := a.Hash()
	return "sha256:" + hex.EncodeToString(h[:])
}

// Text is the YAML that is signed, its last newline included.
func (a *Agreement) Text() string { return string(a.text) }

// Bytes is the file: the text, and under it the signature lines, if any.
func (a *Agreement) Bytes() []byte {
	var b bytes.Buffer
	b.Write(a.text)
	if len(a.lines) > 0 {
		b.WriteByte('\n')
	}
	for _, s := range a.lines {
		b.WriteString(s.line)
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// Topology is [Terms.Topology].
func (a *Agreement) Topology(analysis string) (Topology, error) { return a.Terms.Topology(analysis) }

// Permits is [Terms.Permits].
func (a *Agreement) Permits(analysis, member string) error { return a.Terms.Permits(analysis, member) }

// PermitsBy is [Terms.PermitsBy].
func (a *Agreement) PermitsBy(analysis, what, member string) error {
	return a.Terms.PermitsBy(analysis, what, member)
}

// InForce fails with ErrNotInForce unless now, in UTC, falls on one of the
// agreed days; the first and the last are included whole.
func (a *Agreement) InForce(now time.Time) error {
	v := a.Terms.Valid
	if now.Before(v.From) {
		return fmt.Errorf("%w: begins on %s (valid.from)", ErrNotInForce, v.From.Format(time.DateOnly))
	}
	if !now.Before(v.Until.AddDate(0, 0, 1)) {
		return fmt.Errorf("%w: ended with %s (valid.until); agree on a new one", ErrNotInForce, v.Until.Format(time.DateOnly))
	}
	return nil
}
