package node

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"mandorla/agreement"
	"mandorla/ledger"
)

// statementSuffix is the ending of a member's statement among the agreements.
const statementSuffix = ".statement"

// statements are those about an agreement that this node holds: its own, and
// those that partners handed over and `agreement accept` took in.
func (n *Node) statements(a *agreement.Agreement) (out []*agreement.Statement, err error) {
	return statementsIn(n.dir, a)
}

func statementsIn(dir string, a *agreement.Agreement) (out []*agreement.Statement, err error) {
	files, err := filepath.Glob(filepath.Join(dir, agreements, "*"+statementSuffix))
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if id, err := agreement.About(b); err != nil || id != a.ID() {
			continue
		}
		s, err := agreement.ReadStatement(a, b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		out = append(out, s)
	}
	return out, nil
}

// openFor refuses an agreement that no run may start under, now. One that waits
// too long for a recipient's receipt is suspended first.
func (n *Node) openFor(a *agreement.Agreement) error {
	if err := n.suspendLate(context.Background(), a); err != nil {
		return err
	}
	held, err := n.statements(a)
	if err != nil {
		return err
	}
	known, err := n.agreements()
	if err != nil {
		return err
	}
	err = a.Open(n.now(), held...)
	if err == nil {
		err = a.Replaced(n.now(), known...)
	}
	if err != nil {
		return refuse("%w", err)
	}
	return nil
}

// Standing says where an agreement stands in its life, as far as a node knows.
func Standing(dir string, a *agreement.Agreement) (string, error) {
	held, err := statementsIn(dir, a)
	if err != nil {
		return "", err
	}
	s, err := a.Standing(time.Now(), held...)
	return s.Words(), err
}

// State makes this node's statement about an agreement: that it suspends,
// resumes or ends it, and why. It holds at this node at once; the answer is the
// file to hand to the partner, whose node takes it in with `agreement accept`.
func State(dir, file, what, why string, passphrase func() (string, error)) (path string, err error) {
	id, err := readIdentity(dir, passphrase)
	if err != nil {
		return "", err
	}
	a, err := ReadAgreement(file)
	if err != nil {
		return "", err
	}
	at := time.Now()
	signed, err := agreement.NewStatement(a, what, why, at, id.signer)
	if err != nil {
		return "", refuse("%w", err)
	}
	if _, err := agreement.ReadStatement(a, signed); err != nil { // a second person of this member has yet to sign
		path = filepath.Join(dir, what+"-"+a.Terms.Agreement+statementSuffix)
		return path, writeWhole(path, signed)
	}
	return keepStatement(dir, a, what, id.Name, at, signed)
}

// signStatement adds the line of this node's key to a statement that needs
// two people of a member.
func signStatement(dir string, id *Identity, file string, b []byte) (*agreement.Agreement, error) {
	a, err := acceptedAbout(dir, b)
	if err != nil {
		return nil, err
	}
	signed, err := agreement.SignStatement(a, b, id.signer)
	if err != nil {
		return nil, refuse("%s: %w", file, err)
	}
	return a, writeWhole(file, signed)
}

// acceptedAbout is the accepted agreement that a statement is about.
func acceptedAbout(dir string, statement []byte) (*agreement.Agreement, error) {
	about, err := agreement.About(statement)
	if err != nil {
		return nil, err
	}
	accepted, err := filepath.Glob(filepath.Join(dir, agreements, "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, name := range accepted {
		if a, err := ReadAgreement(name); err == nil && a.ID() == about {
			return a, nil
		}
	}
	return nil, refuse("the statement is about an agreement that this node has not accepted")
}

// acceptStatement takes in a partner's statement about an accepted agreement.
func acceptStatement(dir, file string) (path string, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	a, err := acceptedAbout(dir, b)
	if err != nil {
		return "", err
	}
	s, err := agreement.ReadStatement(a, b)
	if err != nil {
		return "", refuse("%s: %w", file, err)
	}
	return keepStatement(dir, a, s.What, s.By, s.At, b)
}

func keepStatement(dir string, a *agreement.Agreement, what, by string, at time.Time, signed []byte) (string, error) {
	e := ledger.Event{Agreement: a.ID(), Name: a.Terms.Agreement, Step: what, By: []string{by}}
	hash := a.Hash()
	name := fmt.Sprintf("%s-%x-%s-%s-%s%s", a.Terms.Agreement, hash[:4], at.UTC().Format("20060102T150405Z"), by, what, statementSuffix)
	return keepSigned(dir, name, e, signed, at)
}

// isStatement reports whether a file begins like a statement.
func isStatement(b []byte) bool { return bytes.HasPrefix(b, []byte("mandorla statement ")) }
