package agreement

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Sign adds the signer's line to a file and keeps the others. A file that already
// carries it comes back unchanged, and so does one that every member signed as
// often as agreed; a sale alone still takes the line of a further person, for a
// privacy officer may come last. It fails with ErrNotMember where the signer's
// key is no member's, and with ErrSignature where a line already there is broken:
// nobody signs under a text that was altered after another signed it.
func Sign(file []byte, signer note.Signer) ([]byte, error) {
	a, err := Parse(file)
	if err != nil {
		return nil, err
	}
	who, ok := a.signers.byKey[signer.Name()]
	if !ok || who.verifier.KeyHash() != signer.KeyHash() {
		return nil, fmt.Errorf("sign: %w: the agreement does not hold this signer's key", ErrNotMember)
	}
	if err := a.checkLines(); err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	if a.signed(signer.Name()) || a.Verify() == nil && a.Terms.Kind != Sale {
		return a.Bytes(), nil
	}
	raw, err := signer.Sign(a.text)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	s := newSignature(signer.Name(), signer.KeyHash(), raw)
	// A signer whose private half does not fit its key hash must not get its line in.
	if !who.verifier.Verify(a.text, raw) {
		return nil, fmt.Errorf("sign: %w: the signer's key is not the one in the agreement", ErrNotMember)
	}
	a.lines = append(a.lines, s)
	return a.Bytes(), nil
}

// signed reports whether the key's line is there; Sign has checked all of them.
func (a *Agreement) signed(key string) bool {
	return slices.ContainsFunc(a.lines, func(s signature) bool { return s.name == key })
}

// Verify fails with ErrSignature where a signature is broken or no member's, and
// with ErrNotSigned, naming who is missing, until every member has signed as
// often as agreed.
func (a *Agreement) Verify() error {
	if err := a.checkLines(); err != nil {
		return err
	}
	signed := a.SignedBy()
	missing := slices.DeleteFunc(a.Terms.Signatories(), func(n string) bool { return slices.Contains(signed, n) })
	switch {
	case len(missing) == 0:
		return nil
	case a.Terms.Signatures > 1:
		return fmt.Errorf("%w: %s has yet to sign, by %d different people", ErrNotSigned, strings.Join(missing, " and "), a.Terms.Signatures)
	}
	return fmt.Errorf("%w: %s has yet to sign", ErrNotSigned, strings.Join(missing, " and "))
}

// SignedBy lists, sorted, the members whose signatures are all there and hold,
// and the combiner if its one is.
func (a *Agreement) SignedBy() []string {
	return slices.DeleteFunc(a.Terms.Signatories(), func(n string) bool { return len(a.Signers(n)) < a.needs(n) })
}

// needs is how many signatures are asked of a member, or of the combiner.
func (a *Agreement) needs(name string) int {
	if name == a.Terms.Combiner.Name {
		return 1
	}
	return a.Terms.Signatures
}

// Signers lists, sorted, the names of the keys whose signatures for a member, or
// for the combiner, are there and hold.
func (a *Agreement) Signers(member string) []string {
	var names []string
	for _, s := range a.lines {
		if a.holds(s) && a.signers.byKey[s.name].member == member {
			names = append(names, s.name)
		}
	}
	slices.Sort(names)
	return names
}

// Verifier gives the verifier of a member's or the combiner's node, for receipts
// and for the peer's link.
func (a *Agreement) Verifier(member string) (note.Verifier, error) {
	who, ok := a.signers.byKey[member] // a node's key has its member's name
	if !ok || who.member != member {
		return nil, notMember(member)
	}
	return who.verifier, nil
}

// verifiers are those of all keys that may sign for the member.
func (a *Agreement) verifiers(member string) []note.Verifier {
	var all []note.Verifier
	for _, who := range a.signers.byKey {
		if who.member == member {
			all = append(all, who.verifier)
		}
	}
	return all
}

func (a *Agreement) holds(s signature) bool {
	who, ok := a.signers.byKey[s.name]
	return ok && who.verifier.KeyHash() == s.hash && who.verifier.Verify(a.text, s.raw)
}

// checkLines accepts the lines that are there, all of them or none.
func (a *Agreement) checkLines() error {
	for _, s := range a.lines {
		if _, ok := a.signers.byKey[s.name]; !ok {
			return fmt.Errorf("%w: line %d is signed by %.64q, who is no member", ErrSignature, s.at, s.name)
		}
		if !a.holds(s) {
			return fmt.Errorf("%w: line %d, by %s, does not fit this text; take the line out and have the text signed again", ErrSignature, s.at, s.name)
		}
	}
	return nil
}

// A signature is one line of a signed note: — name base64(hash ‖ raw).
type signature struct {
	name string
	hash uint32 // of the key
	raw  []byte
	line string // as it stands in the file, without its newline
	at   int    // line number in the file
}

func newSignature(name string, hash uint32, raw []byte) signature {
	body := binary.BigEndian.AppendUint32(nil, hash)
	body = append(body, raw...)
	return signature{name: name, hash: hash, raw: raw, line: sigMark + name + " " + base64.StdEncoding.EncodeToString(body)}
}
