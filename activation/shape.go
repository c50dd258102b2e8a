package activation

import (
	"slices"
	"strings"
	"unicode"
)

// A shape is how the cells of a column are made.
type shape struct {
	kind  kind
	cells []string // the real ones in the sample
	times map[string]int
	// spoken is how many cells a word is in, of columns of people's names; else nil.
	spoken map[string]int
	forge  forge // of the kinds that are made, not copied; of cells apart that nobody else has, else nil
}

// apart draws a cell that stands for itself: one that several rows have, or one
// that is made as those are that a single row has.
func (s shape) apart(d *draws, attempt int) string {
	cell := d.pick(s.cells)
	if s.forge == nil || s.times[cell] > 1 {
		return cell
	}
	return s.forge.forge(d, cell, attempt)
}

// varied makes cells apart as those are that a single row has.
func (s shape) varied() forge {
	once := slices.DeleteFunc(slices.Clone(s.cells), func(c string) bool { return s.times[c] > 1 })
	switch {
	case len(once) == 0:
		return nil
	case most(once, isDate) || most(once, isAmount):
		return newFigures(once)
	case half(once, isPhrase):
		return newPhrase(s.cells)
	}
	return nil
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
	together kind = iota // few values: copied, from one row what goes together, so that place and postcode fit
	apart                // names, dates, amounts: each from another row, copied if several rows have it
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
		s.forge, s.spoken = s.varied(), spoken(cells)
	case 2*len(s.times) <= len(cells):
		s.kind = together
	case most(cells, isDate) || most(cells, isAmount) || most(cells, isWord):
		s.forge = s.varied()
	default:
		s.kind, s.forge = made, inForm(cells)
	}
	return s
}

// inForm is a forge of cells that are no two rows', by their form alone.
func inForm(cells []string) forge {
	if c := newChecked(cells); c != nil {
		return c
	}
	if most(cells, isPhrase) {
		return newPhrase(cells)
	}
	return newCode(cells)
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
	return slices.ContainsFunc(layouts, func(layout string) bool {
		_, _, ok := readTime(s, layout)
		return ok
	})
}

// isAmount: a number with a fraction or a sign, so that it is no id.
func isAmount(s string) bool {
	_, _, ok := readAmount(s)
	return ok && strings.ContainsAny(s, ".,-")
}

// isWord: letters alone, not all capitals, as names are.
func isWord(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune(" '-.", r) }) &&
		strings.ContainsFunc(s, unicode.IsLower)
}

func isPhrase(s string) bool {
	return strings.Contains(s, " ") && strings.ContainsFunc(s, unicode.IsLetter)
}
