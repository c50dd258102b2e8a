package address

import (
	"slices"
	"strings"
)

// within is how many words at the beginning of a segment are about what is
// within a house; 0 if it does not begin with that.
func (r *Rules) within(s []string) int {
	l := r.words()
	_, of, n := l.phrase(s, unit, place, level, story)
	switch {
	case n == 0 && len(s) > 1 && isNumber(s[0]) && l.is(s[1:2], level): // 2nd floor
		return r.more(s, 2)
	case n == 0:
		return 0
	case of == story && n == len(s):
		return n
	case of == place && n == len(s):
		return n
	case n < len(s) && isID(s[n]):
		return r.more(s, n+1)
	}
	return 0
}

// more goes on after n words that are about a unit.
func (r *Rules) more(s []string, n int) int {
	if n < len(s) && isLetter(s[n]) && !isLetter(s[n-1]) && (n+1 == len(s) || !isNumber(s[n+1])) {
		n++ // apartment 4 b
	}
	if n == len(s) {
		return n
	}
	if next := r.within(s[n:]); next > 0 {
		return n + next
	}
	return n
}

// units brings what is within a house into one form.
func (r *Rules) units(s []string) (unitIs, levelIs string) {
	l := r.words()
	var ids []string
	for i := 0; i < len(s); i++ {
		out, of, n := l.phrase(s[i:], story, level, place, unit)
		switch {
		case n == 0 || of == unit && i+n == len(s) && len(ids) == 0 && isLetter(s[i]): // a unit named U
			ids = append(ids, ordinal(s[i]))
			continue
		case of == story:
			levelIs = strings.TrimSpace(levelIs + " " + out)
		case of == place:
			ids = append(ids, out)
		case of == level && len(ids) > 0 && isPlain(ids[len(ids)-1]): // 2nd floor
			levelIs = strings.TrimSpace(levelIs + " " + out + " " + ids[len(ids)-1])
			ids = ids[:len(ids)-1]
		case of == level && i+n < len(s):
			for i+n+1 < len(s) && l.is(s[i+n:i+n+1], unit) { // floor no 1
				i++
			}
			levelIs = strings.TrimSpace(levelIs + " " + out + " " + ordinal(s[i+n]))
			n++
		}
		i += n - 1
	}
	return joined(ids), levelIs
}

// joined puts the parts of a number together: 4 b is 4b, building 2 stays.
func joined(ids []string) string {
	var out strings.Builder
	for i, id := range ids {
		if i > 0 && !(isID(id) && isID(ids[i-1]) && (isLetter(id) || isLetter(ids[i-1]))) {
			out.WriteByte(' ')
		}
		out.WriteString(id)
	}
	return out.String()
}

// ordinals are the endings of English ordinal numbers.
var ordinals = []string{"st", "nd", "rd", "th"}

// ordinal is a number without the ending that makes it an ordinal.
func ordinal(word string) string {
	for _, ending := range ordinals {
		if n, ok := strings.CutSuffix(word, ending); ok && isPlain(n) {
			return n
		}
	}
	if n, ok := spelled[word]; ok {
		return n
	}
	return word
}

// spelled are the ordinals that are written in words.
var spelled = spell()

func spell() map[string]string {
	all := map[string]string{}
	for i, w := range strings.Fields("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth " +
		"thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth") {
		all[w] = decimal(i + 1)
	}
	for i, w := range strings.Fields("twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth") {
		all[w] = decimal(10 * (i + 2))
	}
	return all
}

// tens are the words that stand before the ordinals of units.
var tens = strings.Fields("twenty thirty forty fifty sixty seventy eighty ninety")

// counted writes the ordinals of a name as numbers: 96th, ninety sixth.
func counted(s []string) (out []string) {
	for i := 0; i < len(s); i++ {
		if t := slices.Index(tens, s[i]); t >= 0 && i+1 < len(s) {
			if n := spelled[s[i+1]]; len(n) == 1 {
				out = append(out, decimal(t+2)+n)
				i++
				continue
			}
		}
		out = append(out, ordinal(s[i]))
	}
	return out
}

// decimal is a number below a hundred.
func decimal(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return decimal(n/10) + decimal(n%10)
}
