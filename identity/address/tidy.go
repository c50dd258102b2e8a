package address

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Tidy writes a cell as people would: words written out, capitals at their
// beginnings, one blank between them. What it cannot read without loss, such as
// whom a letter is care of, keeps its words.
func (r *Rules) Tidy(part, cell string) string {
	cell = norm.NFC.String(strings.Join(strings.Fields(cell), " "))
	switch part {
	case Postcode:
		return strings.ToUpper(r.Postcode(cell))
	case Number:
		return r.number(cell)
	case Street, Line:
		return r.tidyLine(cell)
	}
	return capitals(cell)
}

func (r *Rules) tidyLine(cell string) string {
	if r.umlauts {
		return r.tidyCompounds(cell)
	}
	for _, s := range r.segments([]string{cell}) {
		if _, _, n := r.words().phrase(s, care); n > 0 || r.words().is(s, country) {
			return cell
		}
	}
	a, as := r.Parse(cell), r.spellings(cell)
	unit := as.write(a.Unit)
	if isID(a.Unit) && !strings.Contains(a.Unit, " ") {
		unit = "Unit " + strings.ToUpper(a.Unit)
	}
	parts := []string{strings.TrimSpace(a.Number + " " + as.write(r.ordinalNames(a.Street))), unit, as.write(a.Level),
		boxName(a.Box), as.write(a.City), strings.TrimSpace(strings.ToUpper(a.Region + " " + a.Postcode))}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), ", ")
}

// spellings are how the words of a cell are spelled in it, by their folded form:
// with their accents, and where the cell has capitals and small letters, with its
// own.
type spellings map[string]string

func (r *Rules) spellings(cell string) spellings {
	all := spellings{}
	mixed := cell != strings.ToLower(cell) && cell != strings.ToUpper(cell)
	for _, token := range strings.FieldsFunc(cell, func(c rune) bool { return strings.ContainsRune(" ,;", c) }) {
		folded := words(r.fold(token))
		if len(folded) != 1 {
			continue
		}
		all[folded[0]] = strings.Trim(token, ".#-")
		if !mixed {
			all[folded[0]] = capitals(all[folded[0]])
		}
	}
	return all
}

// write writes folded words as they are spelled, and others with a capital.
func (s spellings) write(text string) string {
	out := strings.Fields(text)
	for i, w := range out {
		if spelling, ok := s[w]; ok {
			out[i] = spelling
			continue
		}
		out[i] = capitals(w)
	}
	return strings.Join(out, " ")
}

func boxName(box string) string {
	if box == "" || !isID(box) || strings.Contains(box, " ") {
		return capitals(box)
	}
	return "PO Box " + strings.ToUpper(box)
}

// ordinalNames gives streets that are named by a number its ending: 96th Street.
func (r *Rules) ordinalNames(street string) string {
	s := strings.Fields(street)
	for i := 0; i+1 < len(s); i++ {
		if isPlain(s[i]) && len(s[i]) < 4 && (i == 0 || r.typeOf(s[i-1:i]) == "") && r.typeOf(s[i+1:i+2]) != "" {
			s[i] += ending(s[i])
		}
	}
	return strings.Join(s, " ")
}

// ending is the ending of an English ordinal number.
func ending(digits string) string {
	teen := len(digits) > 1 && digits[len(digits)-2] == '1'
	switch last := digits[len(digits)-1]; {
	case teen:
		return "th"
	case last >= '1' && last <= '3':
		return ordinals[last-'1']
	}
	return "th"
}

// tidyCompounds writes out what German streets end in, and leaves all else.
func (r *Rules) tidyCompounds(cell string) string {
	out := strings.Fields(cell)
	for i, w := range out {
		bare := strings.TrimRight(w, ".")
		long, ok := map[string]string{"str": "straße", "pl": "platz"}[lastLetters(bare)]
		if !ok || bare == w && len(bare) < 4 {
			continue
		}
		if r.name == "CH" && long == "straße" {
			long = "strasse"
		}
		stem := bare[:len(bare)-len(lastLetters(bare))]
		if stem == "" || strings.HasSuffix(stem, "-") {
			long = capitals(long)
		}
		out[i] = stem + long
	}
	return strings.Join(out, " ")
}

// lastLetters is str or pl where a word ends so.
func lastLetters(w string) string {
	for _, short := range []string{"str", "pl"} {
		if len(w) >= len(short) && strings.EqualFold(w[len(w)-len(short):], short) {
			return short
		}
	}
	return ""
}

// capitals puts capitals at the beginnings of words that have no case of their
// own: all small, or all capital.
func capitals(text string) string {
	if text != strings.ToLower(text) && text != strings.ToUpper(text) {
		return text
	}
	var out strings.Builder
	begins := true
	for _, c := range strings.ToLower(text) {
		if begins {
			c = unicode.ToTitle(c)
		}
		begins = !unicode.IsLetter(c) && !unicode.IsMark(c) && !unicode.IsDigit(c)
		out.WriteRune(c)
	}
	if !utf8.ValidString(out.String()) {
		return text
	}
	return out.String()
}

// Name writes a person's name as people would.
func Name(cell string) string {
	return capitals(norm.NFC.String(strings.Join(strings.Fields(cell), " ")))
}

// Blanks writes a text with one blank between its words.
func Blanks(cell string) string {
	return norm.NFC.String(strings.Join(strings.Fields(cell), " "))
}
