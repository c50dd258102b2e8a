package identity

import (
	"unicode"
	"unicode/utf8"
)

// A style is how a profile writes names, postcodes and lines of addresses.
type style struct {
	fold func([]byte) []byte // case and accents; of ASCII text, lower case
	keep func(rune) bool     // which characters stay, blanks aside
	gap  string              // what stands between words
}

var (
	wordsFolded  = style{foldCase, wordly, " "}
	wordsASCII   = style{foldASCII, wordly, " "}
	joinedFolded = style{foldCase, wordly, ""}
	joinedASCII  = style{foldASCII, wordly, ""}
	joinedLower  = style{lowerCase, wordly, ""}
	unspaced     = style{lowerCase, visible, ""}
	asItStands   = style{fold: foldCase} // nothing goes
)

// wordly keeps what words are made of; punctuation goes.
func wordly(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }

// visible keeps everything that shows.
func visible(r rune) bool { return !blank(r) }

// part is the style as a part of an identifier.
func (s style) part() part {
	if s.keep == nil {
		return folded
	}
	return s.append
}

// append appends a cell in the style.
func (s style) append(dst, cell []byte) ([]byte, Reason) {
	cell = trim(cell)
	if out, ascii := s.appendASCII(dst, cell); ascii {
		return out, Usable
	}
	text := unbroken(cell)
	if reason := readable(text); reason != Usable {
		return dst, reason
	}
	// What is taken out can bring a letter and a mark together: fold again.
	return append(dst, s.fold(s.words(nil, s.fold(text)))...), Usable
}

// appendASCII is append for cells of printable ASCII and breaks; it is false
// on anything else.
func (s style) appendASCII(dst, cell []byte) ([]byte, bool) {
	start, gap := len(dst), false
	for _, c := range cell {
		switch {
		case c >= utf8.RuneSelf, c < ' ' && !isBreak(c), c == 0x7f:
			return dst[:start], false
		case c <= ' ':
			gap = true
			continue
		case !s.keep(rune(c)):
			continue
		}
		if gap && len(dst) > start {
			dst = append(dst, s.gap...)
		}
		gap = false
		if c-'A' < 26 {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst, true
}

// words appends what is kept of a text, its words set apart by the gap.
func (s style) words(dst, text []byte) []byte {
	gap := false
	for _, r := range string(text) {
		if unicode.IsSpace(r) {
			gap = true
			continue
		}
		if !s.keep(r) {
			continue
		}
		if gap && len(dst) > 0 {
			dst = append(dst, s.gap...)
		}
		gap = false
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

func isBreak(c byte) bool { return c == '\n' || c == '\r' || c == '\t' }

// unbroken is a cell with blanks in place of line breaks and tabs.
func unbroken(cell []byte) []byte {
	out := append([]byte(nil), cell...)
	for i, c := range out {
		if isBreak(c) {
			out[i] = ' '
		}
	}
	return out
}
