package address

import (
	"slices"
	"strings"
)

// numbered are the types of roads whose name is a number behind them.
var numbered = strings.Fields("avenue highway interstate route")

// numberedPhrases are those that are several words.
var numberedPhrases = []string{"county highway", "county road", "county route", "farm to market", "range road", "rural route", "state highway", "state road",
	"state route", "township highway", "township road", "township route", "us highway", "us route"}

// englishStreet takes apart: number, street, unit; or the unit first.
func englishStreet(r *Rules, a *Address, s []string) {
	if n := r.within(s); n > 0 && n < len(s) { // flat 2, 12 high street
		a.inside(r.units(s[:n]))
		s = s[n:]
	}
	a.Number, s = leadingNumber(a.Number, s)
	s = counted(s)
	if at := r.unitIn(s); at > 0 {
		a.inside(r.units(s[at:]))
		s = s[:at]
	}
	street, more := r.englishName(s)
	a.Street = street
	if more != "" {
		a.inside(more, "")
	}
}

// leadingNumber takes the house number off the front of a street.
func leadingNumber(number string, s []string) (string, []string) {
	if len(s) < 2 || !isNumber(s[0]) || ordinal(s[0]) != s[0] {
		return number, s
	}
	if len(s) > 2 && strings.Contains(s[1], "/") && isNumber(s[1]) { // 12 1/2
		return s[0] + " " + s[1], s[2:]
	}
	return s[0], s[1:]
}

// unitIn is where in a street what is within the house begins; 0 if nowhere.
func (r *Rules) unitIn(s []string) int {
	l := r.words()
	for i := 1; i < len(s); i++ {
		if n := r.within(s[i:]); n != len(s)-i {
			continue
		}
		_, of, n := l.phrase(s[i:], unit, place, level, story)
		if of != "" && n == len(s)-i && (i == 1 || !l.is(s[i-1:i], kind, direction)) {
			continue // the tower of "Park Tower" is its type
		}
		if of == unit && slices.Contains(numbered, r.typeOf(s[i-1:i])) { // highway no. 5
			continue
		}
		return i
	}
	return 0
}

// typeOf is the type of street that the words are, written out.
func (r *Rules) typeOf(s []string) string {
	if len(s) == 1 {
		return r.words().kinds[kind][s[0]]
	}
	out, _, n := r.words().phrase(s, kind)
	if n != len(s) {
		return ""
	}
	return out
}

// englishName writes a street out: direction, name, type, direction. A number
// behind the type is a unit.
func (r *Rules) englishName(s []string) (street, unitIs string) {
	l := r.words()
	after, s := r.directionBehind(s)
	before, s := r.directionAt(s)
	var of string
	s, of, unitIs = r.typeBehind(s)
	if of == "" && len(s) > 0 {
		s = r.typeBefore(s)
	}
	var out []string
	for i := 0; i < len(s); {
		word, _, n := l.phrase(s[i:], name, area)
		if n == 0 {
			word, n = s[i], 1
		}
		if i == 0 && s[0] == "st" && len(s) > 1 {
			word = "saint"
		}
		out = append(out, word)
		i += n
	}
	parts := slices.Concat([]string{before}, out, []string{of, after})
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " "), unitIs
}

// directionAt takes a direction off the front, if a name is left.
func (r *Rules) directionAt(s []string) (string, []string) {
	d, n := r.direction(s)
	_, _, areas := r.words().phrase(s, area) // north western is one word
	if n == 0 || n == len(s) || areas > n || r.typeOf(s[n:]) != "" {
		return "", s
	}
	return d, s[n:]
}

// directionBehind takes one off the end. The letter of "Avenue E" is a name.
func (r *Rules) directionBehind(s []string) (string, []string) {
	for n := 2; n > 0; n-- {
		at := len(s) - n
		if at < 1 {
			continue
		}
		d, is := r.direction(s[at:])
		if is != n || at == 1 && slices.Contains(numbered, r.typeOf(s[:1])) {
			continue
		}
		return d, s[:at]
	}
	return "", s
}

// direction is the direction at the beginning: one word or, as "north east", two.
func (r *Rules) direction(s []string) (string, int) {
	one := func(i int) string {
		if i >= len(s) {
			return ""
		}
		return r.words().kinds[direction][s[i]]
	}
	a, b := one(0), one(1)
	switch {
	case a == "":
		return "", 0
	case (a == "north" || a == "south") && (b == "east" || b == "west"):
		return a + b, 2
	}
	return a, 1
}

// typeBehind takes the type off the end, with a unit that has no word of its own.
func (r *Rules) typeBehind(s []string) (rest []string, of, unitIs string) {
	for n := min(3, len(s)-1); n > 0; n-- {
		if of := r.typeOf(s[len(s)-n:]); of != "" {
			return s[:len(s)-n], of, ""
		}
	}
	last := len(s) - 1
	if last < 2 || !isNumber(s[last]) || ordinal(s[last]) != s[last] {
		return s, "", ""
	}
	rest, of, _ = r.typeBehind(s[:last])
	if of == "" || slices.Contains(numbered, of) || slices.Contains(numberedPhrases, of) || of == "road" && isRoute(s[:last]) {
		return s, "", ""
	}
	return rest, of, s[last]
}

// isRoute reports whether the words are a road that has a number for a name.
func isRoute(s []string) bool {
	return len(s) > 1 && slices.Contains([]string{"county", "state", "township", "forest", "service"}, s[len(s)-2])
}

// typeBefore writes out a type that stands before its name: Ave B, US Hwy 61.
func (r *Rules) typeBefore(s []string) []string {
	for i := range s {
		for n := min(3, len(s)-i); n > 0; n-- {
			of := r.typeOf(s[i : i+n])
			_, isLeading := r.words().kinds[leading][of]
			behind := i+n < len(s) && isNumber(s[i+n])
			if of != "" && (isLeading && i == 0 || behind) && i+n < len(s) {
				return slices.Concat(s[:i], []string{of}, s[i+n:])
			}
		}
	}
	return s
}
