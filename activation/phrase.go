package activation

import (
	"math"
	"strings"
	"unicode"
)

// A phrase makes text of several words, such as streets: each word is that of
// another cell at the same place, and numbers are drawn anew.
type phrase struct {
	words map[[2]int][]string // of cells with so many words, at a place
	times map[string]int
	code  *code
}

func newPhrase(cells []string) *phrase {
	p := &phrase{map[[2]int][]string{}, map[string]int{}, newCode(cells)}
	for _, cell := range cells {
		words := strings.Split(cell, " ")
		for i, w := range words {
			at := [2]int{len(words), i}
			p.words[at] = append(p.words[at], w)
			p.times[w]++
		}
	}
	return p
}

// forge implements [forge].
func (p *phrase) forge(d *draws, like string, attempt int) string {
	words := strings.Split(like, " ")
	for i, w := range words {
		from := p.words[[2]int{len(words), i}]
		switch {
		case strings.ContainsFunc(w, unicode.IsDigit):
			words[i] = p.code.forge(d, w, attempt)
		case len(from) > 0:
			words[i] = d.pick(from)
			d.bits += math.Log2(float64(len(from)) / float64(min(p.times[words[i]], len(from))))
		}
	}
	return strings.Join(words, " ")
}

// A lent cell is one of the node's inventory, in the list's own way of writing
// where it has as many digits; without an inventory, another forge makes it.
type lent struct {
	owned []string
	made  forge
}

func newLent(owned []string, made forge) forge {
	if len(owned) == 0 {
		return made
	}
	return &lent{owned, made}
}

// forge implements [forge].
func (l *lent) forge(d *draws, like string, attempt int) string {
	item := l.owned[d.below(len(l.owned))]
	d.bits = math.Inf(1)
	return pour(item, like)
}

// pour writes the digits of a number into the form of another, if they fit.
func pour(item, like string) string {
	digits := []rune(keep(item, unicode.IsDigit))
	if isPhone(item) && isPhone(like) && len(digits) == len(keep(like, unicode.IsDigit)) && strings.HasPrefix(item, "+") == strings.HasPrefix(like, "+") {
		return strings.Map(func(r rune) rune {
			if unicode.IsDigit(r) {
				r, digits = digits[0], digits[1:]
			}
			return r
		}, like)
	}
	return item
}

func keep(s string, is func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if is(r) {
			return r
		}
		return -1
	}, s)
}
