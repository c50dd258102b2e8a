package activation

import (
	"math"
	"strings"
)

// A name is one of a person's names as it stands in an address, and how hard it is
// to guess for one of the list's, in bits.
type name struct {
	text string
	bits float64
}

// letters are how names with others than a to z stand in addresses.
var letters = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss", "é", "e", "è", "e", "ê", "e", "á", "a", "à", "a", "ó", "o", "í", "i", "ñ", "n", "ç", "c")

// spelled is a name as addresses spell it.
func spelled(s string) string { return fold(letters.Replace(strings.ToLower(s))) }

// spoken counts in how many cells of a column of names each word stands.
func spoken(cells []string) map[string]int {
	times := map[string]int{}
	for _, cell := range cells {
		for _, word := range strings.Fields(cell) {
			times[spelled(word)]++
		}
	}
	return times
}

// namesIn are the names in a cell of a column of people's names.
func (s shape) namesIn(cell string) (names []name) {
	for _, word := range strings.Fields(cell) {
		text := spelled(word)
		rare := math.Log2(float64(len(s.cells)) / float64(max(1, s.spoken[text])))
		names = append(names, name{text, max(0, rare)})
	}
	return names
}

// A renaming reads an address after a real person's names, and writes it of
// another's at the same places.
type renaming struct {
	real, own []name // in pairs
	digits    *tally
	named     bool
}

// pair notes the names of a column, if both rows have as many.
func (r *renaming) pair(real, own []name) {
	for i := range real {
		if len(real) == len(own) && plain(real[i].text) && plain(own[i].text) {
			r.real, r.own = append(r.real, real[i]), append(r.own, own[i])
		}
	}
}

// write gives the part before the @: names and initials are the other's, digits
// drawn, the rest as it is.
func (r *renaming) write(d *draws, local string) string {
	lower, out := strings.ToLower(local), strings.Builder{}
	if len(lower) != len(local) {
		return local
	}
	before := true // a place where an initial may stand
	for i := 0; i < len(lower); {
		next, size, after := lower[i:i+1], 1, !isLetter(lower[i])
		if k := r.at(lower[i:], before); k >= 0 {
			next, size, after = r.own[k].text, len(r.real[k].text), true
			r.named = true
			d.bits += r.own[k].bits
		}
		if k := r.initial(lower[i:]); size == 1 && before && k >= 0 {
			next, after = r.own[k].text[:1], true
		}
		if isDigit(rune(lower[i])) {
			next = string(r.digits.draw(d))
		}
		out.WriteString(styled(next, local[i]))
		before, i = after, i+size
	}
	return out.String()
}

// at is the longest name that an address goes on with; -1 if none does. Names of
// two letters count where a word may begin.
func (r *renaming) at(rest string, begins bool) int {
	best := -1
	for k, name := range r.real {
		if (len(name.text) > 2 || begins && len(name.text) == 2) && strings.HasPrefix(rest, name.text) && (best < 0 || len(name.text) > len(r.real[best].text)) {
			best = k
		}
	}
	return best
}

// initial is the name whose first letter an address goes on with, before another
// name, a mark or its end; -1 if none is.
func (r *renaming) initial(rest string) int {
	if len(rest) > 1 && isLetter(rest[1]) && r.at(rest[1:], false) < 0 {
		return -1
	}
	for k, name := range r.real {
		if rest[0] == name.text[0] && isLetter(rest[0]) && r.at(rest[1:], false) != k {
			return k
		}
	}
	return -1
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' }

// styled writes a capital where one stood.
func styled(s string, like byte) string {
	if 'A' <= like && like <= 'Z' {
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return s
}
