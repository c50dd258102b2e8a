package address

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// umlauts are how Germans write where there is only ASCII.
var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")

// dashes are those of ranges, with blanks around.
var dashes = regexp.MustCompile(`([0-9]) *[-–] *([0-9])`)

// fold is a text without the differences of case and accents. Taking marks off
// can make a letter that folds once more: twice settles it.
func (r *Rules) fold(text string) string {
	if strings.ContainsAny(text, "-–") {
		text = dashes.ReplaceAllString(text, "$1-$2")
	}
	if strings.IndexFunc(text, func(c rune) bool { return c >= utf8.RuneSelf }) < 0 {
		return strings.ToLower(text)
	}
	for range 2 {
		text = cases.Fold().String(norm.NFKC.String(text))
		if r.umlauts {
			text = umlauts.Replace(text)
		}
		text = strings.Map(func(c rune) rune {
			if unicode.Is(unicode.Mn, c) {
				return -1
			}
			return c
		}, norm.NFKD.String(text))
	}
	return text
}

// segments are the parts of some lines between commas and line breaks, each as
// its words.
func (r *Rules) segments(lines []string) (all [][]string) {
	for _, line := range lines {
		for _, s := range strings.FieldsFunc(r.fold(line), func(c rune) bool { return strings.ContainsRune(",;\n\r", c) }) {
			if w := words(s); len(w) > 0 {
				all = append(all, w)
			}
		}
	}
	return all
}

// A cutter cuts a folded text into words.
type cutter struct {
	words  []string
	word   []byte // the present one
	single bool   // it is letters that stood singly: P.O.
}

// words cuts a folded text into words. Letters with points between them are one
// word (P.O., c/o), as are the numbers of a range (12-14) and a fraction (1/2).
func words(text string) []string {
	var c cutter
	for i, r := range text {
		rest := text[i+utf8.RuneLen(r):]
		switch {
		case r == utf8.RuneError:
			c.end()
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			c.single = c.single || len(c.word) == 0 && unicode.IsLetter(r) && singly(rest)
			c.word = utf8.AppendRune(c.word, r)
		case r == '\'' || r == '’':
		case r == '.' && c.joins(rest), r == '/' && c.joins(rest):
		case (r == '-' || r == '–' || r == '/') && c.ranges(rest):
			c.word = append(c.word, rangeSign(r))
		case r == '#' || r == '&':
			c.end()
			c.words = append(c.words, map[rune]string{'#': "#", '&': "and"}[r])
		default:
			c.end()
		}
	}
	c.end()
	return c.words
}

func rangeSign(r rune) byte {
	if r == '/' {
		return '/'
	}
	return '-'
}

func (c *cutter) end() {
	if len(c.word) > 0 {
		c.words = append(c.words, string(c.word))
	}
	c.word, c.single = c.word[:0], false
}

// joins reports whether the next letter belongs to the word, as in P.O.
func (c *cutter) joins(rest string) bool {
	r, n := utf8.DecodeRuneInString(rest)
	return c.single && unicode.IsLetter(r) && singly(rest[n:])
}

// singly reports whether what follows a letter is not more of a word.
func singly(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return rest == "" || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
}

// ranges reports whether a number goes on behind a dash.
func (c *cutter) ranges(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return len(c.word) > 0 && isNumber(string(c.word)) && unicode.IsDigit(r)
}

// isNumber reports whether a word begins with a digit.
func isNumber(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsDigit(r)
}

// isPlain reports whether a word is digits alone.
func isPlain(word string) bool {
	return word != "" && strings.Trim(word, "0123456789") == ""
}

// isLetter reports whether a word is a single letter.
func isLetter(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	return n == len(word) && unicode.IsLetter(r)
}

// isID reports whether a word can be the number of a unit.
func isID(word string) bool { return isLetter(word) || strings.ContainsAny(word, "0123456789") }
