package address

import (
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
	a := r.Parse(cell)
	var parts []string
	add := func(before, text string) {
		if text != "" {
			parts = append(parts, before+text)
		}
	}
	add("", strings.TrimSpace(a.Number+" "+capitals(r.ordinalNames(a.Street))))
	unit := strings.ToUpper(a.Unit)
	if strings.ContainsAny(a.Unit, " ") || !isID(a.Unit) {
		unit = capitals(a.Unit)
	} else {
		unit = "Unit " + unit
	}
	add("", unit)
	add("", capitals(a.Level))
	add("", boxName(a.Box))
	add("", capitals(a.City))
	add("", strings.TrimSpace(strings.ToUpper(a.Region+" "+a.Postcode)))
	return strings.Join(parts, ", ")
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
