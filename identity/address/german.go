package address

import (
	"slices"
	"strings"
)

// germanStreet takes apart: street, number, unit.
func germanStreet(r *Rules, a *Address, s []string) {
	for i := 1; i < len(s); i++ {
		if n := r.within(s[i:]); n > 0 && n == len(s)-i && (isNumber(s[i-1]) || isLetter(s[i-1]) || r.words().is(s[i:i+1], unit) || n > 1) {
			a.inside(r.units(s[i:]))
			s = s[:i]
			break
		}
	}
	var number string
	s, number = trailingNumber(s)
	if number != "" {
		a.Number = number
		if house, door, ok := strings.Cut(number, "/"); ok && isNumber(door) { // 5/2/12: house, stair, door
			a.Number = house
			a.inside(strings.ReplaceAll(door, "/", " "), "")
		}
	}
	a.Street = r.germanName(s)
}

// trailingNumber takes the house number off the end: 12, 12a, 12 a, 12 - 14.
func trailingNumber(s []string) (rest []string, number string) {
	at := len(s)
	for at > 1 && (isNumber(s[at-1]) || isLetter(s[at-1])) {
		at--
	}
	for at < len(s) && !isNumber(s[at]) {
		at++
	}
	if at == len(s) {
		return s, ""
	}
	tail := s[at:]
	if len(tail) > 1 && isPlain(tail[0]) && isNumber(tail[1]) { // the number is the last: Straße des 17. Juni 135
		return s[:len(s)-1], tail[len(tail)-1]
	}
	return s[:at], joined(tail)
}

// germanName writes a street out.
func (r *Rules) germanName(s []string) string {
	l := r.words()
	out := slices.Clone(s)
	for i, w := range out {
		if of, ok := l.kinds[kind][w]; ok && i > 0 {
			out[i] = of
			continue
		}
		if of, ok := l.kinds[kind][w]; ok && len(w) > 2 { // Str. des 17. Juni
			out[i] = of
			continue
		}
		if of, ok := l.kinds[name][w]; ok && (i+1 < len(out)) {
			out[i] = of
			continue
		}
		out[i] = r.compound(w)
	}
	return strings.Join(out, " ")
}

// compound writes out the end of a word: Hauptstr. is Hauptstraße.
func (r *Rules) compound(w string) string {
	for short, long := range r.words().kinds[suffix] {
		if stem, ok := strings.CutSuffix(w, short); ok && short != long && len(stem) > 2 {
			return stem + long
		}
	}
	return w
}
