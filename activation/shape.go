package activation

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// A shape is how the cells of a column are made.
type shape struct {
	kind  kind
	cells []string // the real ones in the sample
	times map[string]int
	forge forge // of the kinds that are made, not copied
}

// makes reports whether a decoy's cell in the place of this one is made up.
func (s shape) makes(cell Cell) bool {
	return s.kind == made && cell.Text != "" && !s.placeholder(cell.Text)
}

// placeholder: what stands there for "not known", and is no value of anybody's.
func (s shape) placeholder(cell string) bool {
	return s.times[cell] > 2 && !strings.Contains(cell, "@") && len(keep(cell, unicode.IsDigit)) < 4
}

// A kind is what a column holds, as far as decoys go.
type kind int

// The kinds.
const (
	together kind = iota // few values: copied from one row, so that place and postcode fit
	apart                // names, dates, amounts: each copied from another row
	made                 // addresses, numbers and ids: made up, and known again
)

// What headings are called by people.
var (
	nameWords    = []string{"name", "first", "last", "surname", "vorname", "title", "salutation", "anrede"}
	phoneWords   = []string{"phone", "mobile", "telefon", "handy", "tel", "fax"}
	addressWords = []string{"address", "street", "strasse", "straße", "anschrift", "adresse"}
)

// shapeOf looks at a column.
func shapeOf(name string, cells []string, owned Inventory) shape {
	s := shape{kind: apart, cells: cells, times: map[string]int{}}
	for _, c := range cells {
		s.times[c]++
	}
	switch {
	case len(cells) == 0:
		s.kind = together
	case half(cells, isEmail):
		s.kind, s.forge = made, newEmail(cells, owned.Domains)
	case heading(name, phoneWords) && half(cells, isPhone):
		s.kind, s.forge = made, newLent(owned.Phones, newCode(cells))
	case heading(name, addressWords):
		s.kind, s.forge = made, newLent(owned.Addresses, newPhrase(cells))
	case heading(name, nameWords):
	case 2*len(s.times) <= len(cells):
		s.kind = together
	case most(cells, isDate) || most(cells, isAmount) || most(cells, isWord):
	case most(cells, isPhrase):
		s.kind, s.forge = made, newPhrase(cells)
	default:
		s.kind, s.forge = made, newCode(cells)
	}
	return s
}

// heading reports whether a column's name has one of the words in it.
func heading(name string, words []string) bool {
	lower := strings.ToLower(name)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(lower, w) })
}

// most reports whether nearly all cells are of a kind; tables have slips.
func most(cells []string, is func(string) bool) bool { return 20*count(cells, is) >= 19*len(cells) }

// half is for columns that people fill in by hand.
func half(cells []string, is func(string) bool) bool { return 2*count(cells, is) >= len(cells) }

func count(cells []string, is func(string) bool) (n int) {
	for _, c := range cells {
		if is(c) {
			n++
		}
	}
	return n
}

func isEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && !strings.ContainsAny(domain, "@ ") && !strings.Contains(local, " ")
}

func isPhone(s string) bool {
	return strings.Trim(s, "+0123456789 ()/-.") == "" && strings.ContainsFunc(s, unicode.IsDigit)
}

func isDate(s string) bool {
	return slices.ContainsFunc([]string{time.DateOnly, "02.01.2006", "01/02/2006", "02/01/2006", time.RFC3339, time.DateTime}, func(form string) bool {
		_, err := time.Parse(form, s)
		return err == nil
	})
}

// isAmount: a number with a fraction or a sign, so that it is no id.
func isAmount(s string) bool {
	return strings.ContainsAny(s, ".,-") && strings.Trim(s, "+-0123456789.,eE") == "" && strings.ContainsFunc(s, unicode.IsDigit)
}

// isWord: letters alone, not all capitals, as names are.
func isWord(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(" '-.", r) }) &&
		strings.ContainsFunc(s, unicode.IsLower)
}

func isPhrase(s string) bool {
	return strings.Contains(s, " ") && strings.ContainsFunc(s, unicode.IsLetter)
}
