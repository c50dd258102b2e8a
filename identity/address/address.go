package address

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// ErrCountry is a country without a table.
var ErrCountry = errors.New("address: no table of this country")

// An Address is a postal address in one form: lower case, written out. Fields
// that it does not have are empty.
type Address struct {
	Street   string // with its type and directions
	Number   string // of the house: 12a, 12-14
	Unit     string // within the house
	Level    string
	Box      string // the number of a PO box
	Postcode string
	City     string
	Region   string // of the United States: two letters
}

// The parts that a column of a table may hold.
const (
	Line     = "line" // whatever stands on a line of an address
	Street   = "street"
	Number   = "number"
	Unit     = "unit"
	Postcode = "postcode"
	City     = "city"
)

// Parts names them all.
func Parts() []string { return []string{Line, Street, Number, Unit, Postcode, City} }

// Rules are how addresses are written in a country.
type Rules struct {
	name     string
	words    func() *language
	umlauts  bool // ä is ae
	street   func(*Rules, *Address, []string)
	postcode func(text string) (string, bool) // brings one into its form
	locate   func(*Rules, []string) (code string, rest []string)
}

var countries = map[string]*Rules{
	"US": {name: "US", words: english, street: englishStreet, postcode: usPostcode, locate: trailingPostcode},
	"GB": {name: "GB", words: english, street: englishStreet, postcode: gbPostcode, locate: trailingPostcode},
	"DE": {name: "DE", words: german, umlauts: true, street: germanStreet, postcode: dePostcode, locate: leadingPostcode},
	"AT": {name: "AT", words: german, umlauts: true, street: germanStreet, postcode: fourDigits("at", "a"), locate: leadingPostcode},
	"CH": {name: "CH", words: german, umlauts: true, street: germanStreet, postcode: fourDigits("ch"), locate: leadingPostcode},
}

// Countries names those with a table, by ISO 3166.
func Countries() []string { return slices.Sorted(maps.Keys(countries)) }

// For is the rules of a country. It fails with [ErrCountry].
func For(country string) (*Rules, error) {
	r, ok := countries[country]
	if !ok {
		return nil, fmt.Errorf("%w: %.10q; there are %s", ErrCountry, country, strings.Join(Countries(), ", "))
	}
	return r, nil
}

// Parse takes an address apart that stands on some lines, the street before the
// town.
func (r *Rules) Parse(lines ...string) Address {
	var a Address
	segments := r.locality(&a, r.segments(lines))
	r.rest(&a, segments)
	return a
}

// Assemble makes an address of cells, of which parts says what they hold. A part
// of its own outweighs what stands on a line.
func (r *Rules) Assemble(parts, cells []string) Address {
	var lines []string
	for i, p := range parts {
		if p == Line {
			lines = append(lines, cells[i])
		}
	}
	a := r.Parse(lines...)
	for i, p := range parts {
		if strings.TrimSpace(cells[i]) != "" {
			r.set(&a, p, cells[i])
		}
	}
	return a
}

func (r *Rules) set(a *Address, part, cell string) {
	switch part {
	case Street:
		var s Address
		r.rest(&s, r.segments([]string{cell}))
		a.Street, a.Box = s.Street, s.Box
		a.Number, a.Unit, a.Level = first(s.Number, a.Number), first(s.Unit, a.Unit), first(s.Level, a.Level)
	case Number:
		a.Number = r.number(cell)
	case Unit:
		a.Unit, a.Level = r.units(slices.Concat(r.segments([]string{cell})...))
	case Postcode:
		a.Postcode = r.Postcode(cell)
	case City:
		a.City = strings.Join(words(r.fold(cell)), " ")
	}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Postcode brings a postcode into its country's form; what is none stays as it
// is, without blanks around and in lower case.
func (r *Rules) Postcode(text string) string {
	folded := strings.Join(words(r.fold(text)), " ")
	if code, ok := r.postcode(folded); ok {
		return code
	}
	return folded
}

// Valid reports whether a text is a postcode of the country.
func (r *Rules) Valid(postcode string) bool {
	_, ok := r.postcode(strings.Join(words(r.fold(postcode)), " "))
	return ok
}

// number is a house number that stands in a cell of its own.
func (r *Rules) number(cell string) string {
	return joined(words(r.fold(cell)))
}

// Key is the address as fields to compare, or false where it has too little to
// be one: a street or a box, and a postcode or a town, are the least.
func (a Address) Key() (fields [5]string, ok bool) {
	where := first(a.Postcode, a.City)
	// Compounds are written in one word and in several: Markt Strasse.
	street := strings.ReplaceAll(a.Street, " ", "")
	within := strings.TrimSpace(a.Unit + " " + a.Level)
	return [5]string{street, a.Number, within, a.Box, where}, (street != "" || a.Box != "") && where != ""
}

// rest takes in the segments that are not the town.
func (r *Rules) rest(a *Address, segments [][]string) {
	l := r.words()
	var others [][]string
	for _, s := range segments {
		if l.is(s, country) {
			continue
		}
		if _, _, n := l.phrase(s, care); n > 0 {
			continue
		}
		if number, ok := r.box(s); ok {
			a.Box = number
			continue
		}
		if n := r.within(s); n > 0 && n == len(s) {
			a.inside(r.units(s))
			continue
		}
		others = append(others, s)
	}
	at := r.streetAmong(others)
	for i, s := range others {
		if i == at {
			r.street(r, a, s)
			continue
		}
		a.inside(strings.Join(s, " "), "") // a house that has a name
	}
}

// inside adds a unit and a level to those that there are.
func (a *Address) inside(unit, level string) {
	a.Unit = strings.TrimSpace(a.Unit + " " + unit)
	a.Level = strings.TrimSpace(a.Level + " " + level)
}

// streetAmong is the segment that is the street: one with a number, or with the
// type of a street, or the first.
func (r *Rules) streetAmong(segments [][]string) int {
	l := r.words()
	if i := slices.IndexFunc(segments, func(s []string) bool {
		return len(s) > 1 && slices.ContainsFunc(s, isNumber)
	}); i >= 0 {
		return i
	}
	return max(0, slices.IndexFunc(segments, func(s []string) bool {
		return len(s) > 1 && l.is(s[len(s)-1:], kind)
	}))
}

// box is the number of a PO box that the words are.
func (r *Rules) box(s []string) (string, bool) {
	l := r.words()
	of, _, n := l.phrase(s, box)
	if n == 0 || n == len(s) {
		return "", false
	}
	rest := s[n:]
	if l.is(rest[:1], unit) && len(rest) > 1 { // PO Box #12
		rest = rest[1:]
	}
	if !slices.ContainsFunc(rest, isID) {
		return "", false
	}
	number := strings.Join(rest, "")
	if of != "po box" && of != "postfach" {
		number = of + " " + number
	}
	return number, true
}

// locality takes the town and the postcode off the end of an address.
func (r *Rules) locality(a *Address, segments [][]string) [][]string {
	for len(segments) > 1 && r.words().is(segments[len(segments)-1], country) {
		segments = segments[:len(segments)-1]
	}
	for i := len(segments) - 1; i >= 0; i-- {
		code, rest := r.locate(r, segments[i])
		if code == "" {
			continue
		}
		a.Postcode = code
		if len(rest) > 0 {
			return r.town(a, append(segments[:i:i], rest))
		}
		return r.town(a, segments[:i])
	}
	return r.town(a, segments)
}

// town takes the town off the end of what stands before the postcode. A lone
// segment is a street.
func (r *Rules) town(a *Address, segments [][]string) [][]string {
	last := len(segments) - 1
	if last < 0 {
		return nil
	}
	if r.name == "US" && last > 0 && r.within(segments[last]) == 0 { // the Ct of a lone segment is a court
		a.Region, segments[last] = state(segments[last])
		if len(segments[last]) == 0 {
			segments = segments[:last]
			last--
		}
	}
	if last < 1 || isNumber(segments[last][0]) || r.within(segments[last]) > 0 {
		return segments
	}
	if _, ok := r.box(segments[last]); ok {
		return segments
	}
	a.City = strings.Join(segments[last], " ")
	return segments[:last]
}

// state takes the state off the end of a town.
func state(s []string) (letters string, rest []string) {
	for n := min(len(s), 3); n > 0; n-- {
		if letters, ok := states()[strings.Join(s[len(s)-n:], " ")]; ok && (n < len(s) || n == 1) {
			return letters, s[:len(s)-n]
		}
	}
	return "", s
}
