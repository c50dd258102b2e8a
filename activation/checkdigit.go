package activation

import (
	"math"
	"strings"
	"unicode"
)

// A checked forge sees that what it makes has the check digits that every cell of
// its column has.
type checked struct {
	forged *code
	mend   func(made, like string) string
	bits   float64 // that are not free
}

// proven is how many cells have to pass a check before it is none by chance.
const proven = 16

// newChecked is a forge of ids that keeps the column's check digits; nil if it has
// none.
func newChecked(cells []string) *checked {
	switch {
	case len(cells) < proven:
	case count(cells, isIBAN) == len(cells):
		return &checked{newCode(cells), mendIBAN, math.Log2(97)}
	case count(cells, isLuhn) == len(cells):
		return &checked{newCode(cells), mendLuhn, math.Log2(10)}
	}
	return nil
}

// forge implements [forge].
func (c *checked) forge(d *draws, like string, attempt int) string {
	made := c.mend(c.forged.forge(d, like, attempt), like)
	d.bits = max(0, d.bits-c.bits)
	return made
}

// isLuhn: the digits, letters and marks aside, pass the check of ISO/IEC 7812-1.
func isLuhn(s string) bool {
	digits := keep(s, isDigit)
	return len(digits) > 4 && luhn(digits) == 0
}

// luhn is the check's sum by ten: 0 if the digits pass.
func luhn(digits string) (sum int) {
	for i := range len(digits) {
		v := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			v = 2*v/10 + (2*v)%10
		}
		sum += v
	}
	return sum % 10
}

// mendLuhn puts the right digit at the end.
func mendLuhn(made, _ string) string {
	at := strings.LastIndexFunc(made, isDigit)
	if at < 0 {
		return made
	}
	last := int(made[at]-'0') - luhn(keep(made, isDigit))
	return made[:at] + string(rune('0'+(last+10)%10)) + made[at+1:]
}

func isDigit(r rune) bool { return class(r) == '0' }

// isIBAN: country, check digits and account pass ISO 7064 mod 97-10.
func isIBAN(s string) bool {
	return len(s) > 14 && len(keep(s, unicode.IsSpace)) < len(s)/4 && form(s[:4]) == "AA00" && mod97(s) == 1
}

// mod97 is the rest of the number that an IBAN stands for; -1 if it is none.
func mod97(iban string) (rest int) {
	for _, r := range iban[4:] + iban[:4] {
		switch {
		case r == ' ':
		case isDigit(r):
			rest = (10*rest + int(r-'0')) % 97
		case class(r) == 'A':
			rest = (100*rest + int(r-'A') + 10) % 97
		default:
			return -1
		}
	}
	return rest
}

// mendIBAN takes the country of the real one, and puts the right check digits
// behind it.
func mendIBAN(made, like string) string {
	made = like[:2] + "00" + made[4:]
	check := 98 - mod97(made)
	return made[:2] + string(rune('0'+check/10)) + string(rune('0'+check%10)) + made[4:]
}

// form is the class of every character.
func form(s string) string { return strings.Map(class, s) }
