package identity

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// appendLower appends ASCII text in lower case; it is false on anything else.
func appendLower(dst, text []byte) ([]byte, bool) {
	start := len(dst)
	dst = append(dst, text...)
	out := dst[start:]
	for i, c := range out {
		if c >= utf8.RuneSelf {
			return dst[:start], false
		}
		if c-'A' < 26 {
			out[i] = c + 'a' - 'A'
		}
	}
	return dst, true
}

// trim cuts what does not show off both ends: blanks, control characters and
// marks of zero width, which spreadsheets and web pages leave behind.
func trim(b []byte) []byte {
	for len(b) > 0 {
		r, n := rune(b[0]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(b)
		}
		if !blank(r) {
			break
		}
		b = b[n:]
	}
	for len(b) > 0 {
		r, n := rune(b[len(b)-1]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeLastRune(b)
		}
		if !blank(r) {
			break
		}
		b = b[:len(b)-n]
	}
	return b
}

// blank reports whether a character does not show.
func blank(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// readable refuses bytes that are not UTF-8 and text that was damaged before
// it came here: control characters, or U+FFFD where a letter was lost.
func readable(b []byte) Reason {
	for len(b) > 0 {
		r, n := rune(b[0]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRune(b)
		}
		if unicode.IsControl(r) || r == utf8.RuneError {
			return NotUTF8
		}
		b = b[n:]
	}
	return Usable
}

// folded appends a value trimmed and case-folded in NFKC, nothing removed.
func folded(dst, cell []byte) ([]byte, Reason) {
	cell = trim(cell)
	if reason := readable(cell); reason != Usable {
		return dst, reason
	}
	if out, ascii := appendLower(dst, cell); ascii {
		return out, Usable
	}
	return append(dst, trim(foldCase(cell))...), Usable
}

// foldCase is text in NFKC without the difference of case. Folding and
// composing each undo a little of the other: twice settles it.
func foldCase(text []byte) []byte {
	for range 2 {
		text = cases.Fold().Bytes(norm.NFKC.Bytes(text))
	}
	return norm.NFKC.Bytes(text)
}

// lowerCase is text in NFC and lower case.
func lowerCase(text []byte) []byte {
	return norm.NFC.Bytes(bytes.ToLower(norm.NFC.Bytes(text)))
}

// foldASCII is foldCase with Latin letters as ASCII; other scripts keep their
// marks, which are vowels there.
func foldASCII(text []byte) []byte {
	var out []byte
	latin := false // what comes before is an ASCII letter, and marks on it go
	for _, r := range string(norm.NFKD.Bytes(foldCase(text))) {
		if unicode.IsMark(r) && latin {
			continue
		}
		if plain, ok := undecomposed[r]; ok {
			out, latin = append(out, plain...), true
			continue
		}
		out, latin = utf8.AppendRune(out, r), 'a' <= r && r <= 'z'
	}
	return foldCase(out)
}

// undecomposed is the Latin letters of names in Europe's languages that
// Unicode does not take apart, as they are written where there is only ASCII.
var undecomposed = map[rune]string{
	'æ': "ae", 'œ': "oe", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'ħ': "h", 'ı': "i", 'ŋ': "n", 'ŧ': "t", 'ĸ': "k",
}
