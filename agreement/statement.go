package agreement

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/mod/sumdb/note"
)

// ErrStatement: a note that is no statement on the agreement, or not signed as
// such a statement has to be.
var ErrStatement = errors.New("bad statement on an agreement")

// What a statement does to an accepted agreement.
const (
	Suspend = "suspend" // no run starts until its member resumes
	Resume  = "resume"  // takes back the same member's suspension
	End     = "end"     // for good
)

// A Statement is one member's word on an accepted agreement, in a note that it
// signs:
//
//	mandorla statement 1
//	suspend
//	agreement: sha256:…
//	by: airline
//	at: 2026-05-01T10:00:00Z
//	why: the new notice is not out yet
//
// The first line keeps its text apart from every other that an identity key
// signs.
type Statement struct {
	What      string    // Suspend, Resume or End
	Agreement string    // sha256:…
	By        string    // the member
	At        time.Time // in UTC, to the second
	Why       string    // in words, on one line
}

const (
	statementHead    = "mandorla statement 1"
	maxStatementSize = 4096 // of the note, in bytes
	maxWhy           = 500  // bytes
)

// Text is what the member signs.
func (s *Statement) Text() string {
	return fmt.Sprintf("%s\n%s\nagreement: %s\nby: %s\nat: %s\nwhy: %s\n",
		statementHead, s.What, s.Agreement, s.By, s.At.Format(time.RFC3339), s.Why)
}

// NewStatement makes a signed note by a member on an agreement that every member
// has signed. Where the terms ask for two signatures per member, a note that
// resumes needs both: [SignStatement] adds the second. To stop, one is enough.
func NewStatement(a *Agreement, what, why string, at time.Time, signer note.Signer) ([]byte, error) {
	if err := a.Verify(); err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	who, ok := a.signers.byKey[signer.Name()]
	if !ok {
		return nil, fmt.Errorf("%s: %w: the agreement does not hold this signer's key", what, ErrNotMember)
	}
	s := &Statement{What: what, Agreement: a.ID(), By: who.member, At: at.UTC().Truncate(time.Second), Why: why}
	if err := s.check(a); err != nil {
		return nil, err
	}
	return s.sign(a, &note.Note{Text: s.Text()}, signer)
}

// SignStatement adds the line of another of the member's keys to a note of
// [NewStatement]. A note that already carries it comes back unchanged.
func SignStatement(a *Agreement, data []byte, signer note.Signer) ([]byte, error) {
	s, n, err := openStatement(a, data)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(n.Sigs, func(g note.Signature) bool { return g.Hash == signer.KeyHash() }) {
		return slices.Clone(data), nil
	}
	return s.sign(a, n, signer)
}

// sign adds a line and sees that it is one of the member's.
func (s *Statement) sign(a *Agreement, n *note.Note, signer note.Signer) ([]byte, error) {
	signed, err := note.Sign(n, signer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.What, err)
	}
	if _, _, err := openStatement(a, signed); err != nil {
		return nil, fmt.Errorf("%s: %w: the agreement does not hold this signer's key for %.64q", s.What, ErrNotMember, s.By)
	}
	return signed, nil
}

// ReadStatement reads a note on the agreement and checks all of it: that it is in
// the one form that signing gives it, that it is about this agreement, and that
// its member signed it, as many people of it as the statement needs.
func ReadStatement(a *Agreement, data []byte) (*Statement, error) {
	s, n, err := openStatement(a, data)
	if err != nil {
		return nil, err
	}
	if need := s.needs(a); len(n.Sigs) < need {
		return nil, fmt.Errorf("%w: to %s, %d people of %s sign; %d did", ErrStatement, s.What, need, s.By, len(n.Sigs))
	}
	return s, nil
}

// needs is how many people of the member sign: one to stop, and to go on as many
// as agreed in the first place.
func (s *Statement) needs(a *Agreement) int {
	if s.What == Resume {
		return a.Terms.Signatures
	}
	return 1
}

// About gives the agreement's hash that a note claims to be about, so that its
// reader can find the agreement. It checks nothing else.
func About(data []byte) (string, error) {
	if len(data) > maxStatementSize {
		return "", errTooLong
	}
	s, err := parseStatement(string(data[:max(0, bytes.Index(data, []byte("\n\n"))+1)]))
	if err != nil {
		return "", err
	}
	return s.Agreement, nil
}

var (
	errTooLong = fmt.Errorf("%w: larger than %d bytes", ErrStatement, maxStatementSize)
	errSigners = fmt.Errorf("%w: it is not signed by its member alone, or was changed since", ErrStatement)
)

// openStatement reads a note that one or more keys of its member signed, and
// nobody else. What it accepts, it would write again byte for byte.
func openStatement(a *Agreement, data []byte) (*Statement, *note.Note, error) {
	if len(data) > maxStatementSize {
		return nil, nil, errTooLong
	}
	text, _, _ := bytes.Cut(data, []byte("\n\n"))
	s, err := parseStatement(string(text) + "\n")
	if err != nil {
		return nil, nil, err
	}
	if err := s.check(a); err != nil {
		return nil, nil, err
	}
	n, err := note.Open(data, note.VerifierList(a.verifiers(s.By)...))
	if err != nil || len(n.UnverifiedSigs) != 0 || n.Text != s.Text() {
		return nil, nil, errSigners
	}
	for _, g := range n.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(g.Base64); err != nil {
			return nil, nil, errSigners // the unused last bits are not zero
		}
	}
	if again, err := note.Sign(n); err != nil || !bytes.Equal(again, data) {
		return nil, nil, errSigners
	}
	return s, n, nil
}

// parseStatement reads a text that [Statement.Text] could have written.
func parseStatement(text string) (*Statement, error) {
	malformed := fmt.Errorf("%w: it is not of the form that `agreement suspend`, `resume` and `end` write", ErrStatement)
	lines := strings.Split(text, "\n")
	if len(lines) != 7 || lines[0] != statementHead {
		return nil, malformed
	}
	s := &Statement{What: lines[1]}
	values := []*string{&s.Agreement, &s.By, new(string), &s.Why}
	for i, key := range []string{"agreement: ", "by: ", "at: ", "why: "} {
		*values[i] = strings.TrimPrefix(lines[2+i], key)
	}
	at, err := time.Parse(time.RFC3339, *values[2])
	if err != nil {
		return nil, malformed
	}
	s.At = at.UTC()
	if s.Text() != text {
		return nil, malformed
	}
	return s, nil
}

// check fails unless the statement can be made on this agreement.
func (s *Statement) check(a *Agreement) error {
	why := strings.TrimSpace(s.Why)
	switch {
	case !slices.Contains([]string{Suspend, Resume, End}, s.What):
		return fmt.Errorf("%w: %.20q is not suspend, resume or end", ErrStatement, s.What)
	case s.Agreement != a.ID():
		return fmt.Errorf("%w: it is about another agreement", ErrStatement)
	case a.Terms.Members[s.By] == "":
		return notMember(s.By)
	case why == "" || why != s.Why || len(why) > maxWhy:
		return fmt.Errorf("%w: why: say it in 1 to %d bytes of text", ErrStatement, maxWhy)
	case strings.ContainsFunc(why, func(c rune) bool { return !unicode.IsPrint(c) }):
		return fmt.Errorf("%w: why: holds a character that does not show; take it out", ErrStatement)
	}
	return nil
}
