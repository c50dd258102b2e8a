package agreement

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	sigMark    = "— "
	sigDashes  = "‒–—―⸺⸻" // the mark and what a reader takes for it
	privateKey = "PRIVATE+KEY+"
)

// split parts a file into text and signature lines. A file without lines is all
// text and gets the newline that signing would give it. Text and signatures must
// look to a person as they do to a machine, so a character that does not show, or
// a line of text that could pass for a signature, is refused.
func split(data []byte) (text []byte, lines []signature, err error) {
	if len(data) > MaxSize {
		return nil, nil, malformed(0, "", "larger than %d bytes; leave out what is not a term", MaxSize)
	}
	data = bytes.Clone(data)
	start, err := scan(data)
	if err != nil {
		return nil, nil, err
	}
	if start < 0 {
		if !bytes.HasSuffix(data, []byte("\n")) {
			data = append(data, '\n')
		}
		return data, nil, nil
	}
	if !bytes.HasSuffix(data[:start], []byte("\n\n")) {
		return nil, nil, malformed(lineAt(data, start), "", "a signature needs a blank line above the first; a line of text may not begin with a dash like it")
	}
	text = data[:start-1]
	lines, err = readSignatures(data[start:], lineAt(data, start))
	return text, lines, err
}

// scan checks every line for characters that may not be there, and gives the
// offset of the first signature line, -1 if there is none.
func scan(data []byte) (start int, err error) {
	start = -1
	for at, line := 0, 1; at < len(data); line++ {
		end := len(data)
		if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
			end = at + i
		}
		if err := scanLine(string(data[at:end]), line); err != nil {
			return -1, err
		}
		if start < 0 && bytes.HasPrefix(data[at:end], []byte(sigMark)) {
			start = at
		}
		at = end + 1
	}
	return start, nil
}

func scanLine(s string, line int) error {
	if !utf8.ValidString(s) {
		return malformed(line, "", "not UTF-8; save the file as UTF-8")
	}
	if i := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		return malformed(line, "", "character %U, which does not show; use plain spaces and Unix line ends", r)
	}
	if strings.Contains(s, privateKey) {
		return malformed(line, "", "a private key; take it out, make a new one, and write the line of identity.pub")
	}
	if r, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " ")); strings.ContainsRune(sigDashes, r) && !strings.HasPrefix(s, sigMark) {
		return malformed(line, "", "begins with a dash, as a signature does; begin the line with something else")
	}
	return nil
}

func lineAt(data []byte, offset int) int { return 1 + bytes.Count(data[:offset], []byte("\n")) }

func readSignatures(block []byte, first int) ([]signature, error) {
	body, ok := strings.CutSuffix(string(block), "\n")
	if !ok {
		return nil, malformed(first, "", "the last signature line lacks its newline; the file was cut short")
	}
	var all []signature
	seen := map[string]bool{}
	for i, line := range strings.Split(body, "\n") {
		s, err := readSignature(line, first+i)
		if err != nil {
			return nil, err
		}
		if seen[s.name] {
			return nil, malformed(s.at, "", "%.64q signs twice; leave one line each", s.name)
		}
		seen[s.name] = true
		all = append(all, s)
	}
	return all, nil
}

// readSignature takes the one spelling that signing produces, so that no byte of
// a signed file can change unnoticed.
func readSignature(line string, at int) (signature, error) {
	rest, ok := strings.CutPrefix(line, sigMark)
	name, b64, ok2 := strings.Cut(rest, " ")
	body, err := base64.StdEncoding.Strict().DecodeString(b64)
	if !ok || !ok2 || name == "" || err != nil || len(body) != 4+ed25519.SignatureSize {
		return signature{}, malformed(at, "", "not a signature line; under the blank line only signatures may stand")
	}
	s := newSignature(name, binary.BigEndian.Uint32(body), body[4:])
	s.at = at
	return s, nil
}
