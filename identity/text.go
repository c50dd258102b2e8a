package identity

import (
	"encoding/base64"
	"encoding/hex"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// A nameForm is how a profile writes names.
type nameForm uint8

const (
	spaced nameForm = iota // folded, punctuation gone, one blank between words
	joined                 // lower case, no blanks; the last name without punctuation
	ascii                  // as spaced, accents taken off
)

// folded is a value trimmed and case-folded in NFKC, nothing removed.
func folded(dst, cell []byte) ([]byte, Reason) {
	trimmed := trimASCII(cell)
	if out, plain := appendLower(dst, trimmed); plain {
		return out, control(out[len(dst):])
	}
	if !utf8.Valid(cell) {
		return dst, NotUTF8
	}
	// Folding and composing each undo a little of the other: twice settles it.
	text := trimmed
	for range 2 {
		text = cases.Fold().Bytes(norm.NFKC.Bytes(text))
	}
	text = trimSpace(norm.NFKC.Bytes(text))
	return append(dst, text...), control(text)
}

func trimSpace(b []byte) []byte {
	out := []rune(string(b))
	for len(out) > 0 && unicode.IsSpace(out[0]) {
		out = out[1:]
	}
	for len(out) > 0 && unicode.IsSpace(out[len(out)-1]) {
		out = out[:len(out)-1]
	}
	return []byte(string(out))
}

// control refuses text with control characters.
func control(b []byte) Reason {
	for _, c := range b {
		if c < ' ' || c == 0x7f {
			return NotUTF8
		}
	}
	return Usable
}

// words is folded text without punctuation; sep stands between its words.
func words(dst, cell []byte, sep string, keep func(rune) bool) ([]byte, Reason) {
	text, reason := folded(nil, spaces(cell))
	if reason != Usable {
		return dst, reason
	}
	start, gap := len(dst), false
	for _, r := range string(text) {
		switch {
		case unicode.IsSpace(r):
			gap = true
			continue
		case !keep(r):
			continue
		}
		if gap && len(dst) > start {
			dst = append(dst, sep...)
		}
		gap = false
		dst = utf8.AppendRune(dst, r)
	}
	return dst, Usable
}

// spaces turns the line breaks and tabs inside a cell into blanks.
func spaces(cell []byte) []byte {
	out := append([]byte(nil), cell...)
	for i, c := range out {
		if c == '\n' || c == '\r' || c == '\t' {
			out[i] = ' '
		}
	}
	return out
}

func lettersAndDigits(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
func anything(rune) bool { return true }

func (p *Profile) firstName(dst, cell []byte) ([]byte, Reason) {
	switch {
	case p.verbatim:
		return folded(dst, cell)
	case p.names == joined:
		return words(dst, cell, "", anything)
	case p.names == ascii:
		return words(dst, unaccented(cell), " ", lettersAndDigits)
	}
	return words(dst, cell, " ", lettersAndDigits)
}

func (p *Profile) lastName(dst, cell []byte) ([]byte, Reason) {
	if p.names == joined && !p.verbatim {
		return words(dst, cell, "", lettersAndDigits)
	}
	return p.firstName(dst, cell)
}

// postcode is letters and digits alone.
func (p *Profile) postcode(dst, cell []byte) ([]byte, Reason) {
	if p.verbatim {
		return folded(dst, cell)
	}
	return words(dst, cell, "", lettersAndDigits)
}

// line is a line of an address.
func (p *Profile) line(dst, cell []byte) ([]byte, Reason) {
	switch {
	case p.verbatim:
		return folded(dst, cell)
	case p.names == ascii:
		return words(dst, unaccented(cell), " ", lettersAndDigits)
	}
	return words(dst, cell, " ", lettersAndDigits)
}

// unaccented takes the accents off letters.
func unaccented(cell []byte) []byte {
	if !utf8.Valid(cell) {
		return cell
	}
	var out []byte
	for _, r := range string(norm.NFKD.Bytes(cell)) {
		if !unicode.IsMark(r) {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}

// The forms of a date that can be read in one way only.
var dates = []string{"2006-01-02", "20060102", "2006/01/02", "02.01.2006", "2.1.2006"}

// date appends a date as 2006-01-02. Day and month between slashes are told
// apart by the one that is above twelve; where none is, it is no date.
func date(dst, cell []byte) ([]byte, Reason) {
	text, reason := folded(nil, cell)
	if reason != Usable || len(text) == 0 {
		return dst, reason
	}
	for _, form := range dates {
		if t, err := time.Parse(form, string(text)); err == nil {
			return t.AppendFormat(dst, time.DateOnly), Usable
		}
	}
	dayFirst, err1 := time.Parse("2/1/2006", string(text))
	monthFirst, err2 := time.Parse("1/2/2006", string(text))
	switch {
	case err1 == nil && err2 == nil && !dayFirst.Equal(monthFirst), err1 != nil && err2 != nil:
		return dst, NotDate
	case err1 == nil:
		return dayFirst.AppendFormat(dst, time.DateOnly), Usable
	}
	return monthFirst.AppendFormat(dst, time.DateOnly), Usable
}

// hexHash reads the 32 bytes of a SHA-256 in hexadecimal.
func hexHash(dst, cell []byte) ([]byte, Reason) {
	cell = trimASCII(cell)
	if len(cell) == 0 {
		return dst, Absent
	}
	var sum [32]byte
	if n, err := hex.Decode(sum[:min(len(cell)/2, 32)], cell[:min(len(cell), 64)]); err != nil || n != 32 || len(cell) != 64 {
		return dst, NotHash
	}
	return append(dst, sum[:]...), Usable
}

// base64Hash reads the 32 bytes of a SHA-256 in base64.
func base64Hash(dst, cell []byte) ([]byte, Reason) {
	cell = trimASCII(cell)
	if len(cell) == 0 {
		return dst, Absent
	}
	var sum [33]byte
	if len(cell) != 44 {
		return dst, NotHash
	}
	if n, err := base64.StdEncoding.Strict().Decode(sum[:], cell); err != nil || n != 32 {
		return dst, NotHash
	}
	return append(dst, sum[:32]...), Usable
}
