package identity

import (
	"bytes"
	"strconv"

	"github.com/nyaruka/phonenumbers"
)

// A dial reads the common ways of writing a valid phone number faster than
// libphonenumber, and as it does: digits with blanks, hyphens, dots, slashes
// and brackets between them and at most one + in front. It knows the
// library's data and repeats its steps; whatever it is not certain of, it
// leaves to the library. It is not safe for concurrent use.
type dial struct {
	home      *plan
	digits    []byte
	out       []byte
	countries map[string][]*plan // by country code; nil: left to the library
}

func newDial(region string) *dial {
	return &dial{home: planOf(region), countries: map[string][]*plan{}}
}

// The texts that are looked at.
const (
	longestText  = 64 // bytes
	fewestDigits = 4
	mostDigits   = 20
)

// number is the number that a text means, with its country code; false where
// the library has to say. It is lent until the next call.
func (d *dial) number(text []byte) ([]byte, bool) {
	plus, ok := d.scan(text)
	if !ok || d.home == nil {
		return nil, false
	}
	if plus {
		return d.international(d.digits)
	}
	if rest, abroad := d.home.abroad(d.digits); abroad {
		return d.international(rest)
	}
	return d.national()
}

// scan collects the digits of a text; it is false on any other kind of text.
func (d *dial) scan(text []byte) (plus, ok bool) {
	d.digits = d.digits[:0]
	if len(text) > longestText {
		return false, false
	}
	for _, c := range text {
		switch c {
		case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
			d.digits = append(d.digits, c)
		case '+':
			if plus || len(d.digits) > 0 {
				return false, false
			}
			plus = true
		case ' ', '-', '.', '/', '(', ')':
		default:
			return false, false
		}
	}
	return plus, len(d.digits) >= fewestDigits && len(d.digits) <= mostDigits
}

// international reads digits that begin with a country code.
func (d *dial) international(digits []byte) ([]byte, bool) {
	if len(digits) > 0 && digits[0] == '0' {
		return nil, false
	}
	for i := 1; i <= 3 && i < len(digits); i++ {
		if plans := d.country(digits[:i]); plans != nil {
			return d.finish(plans, plans[0], digits[i:])
		}
	}
	return nil, false
}

// national reads digits dialled in the home region. They may begin with its
// country code all the same, where that makes more sense of them.
func (d *dial) national() ([]byte, bool) {
	plans := d.country([]byte(d.home.code))
	if plans == nil {
		return nil, false
	}
	if rest, ok := bytes.CutPrefix(d.digits, []byte(d.home.code)); ok {
		rest, sure := d.home.strip(rest)
		if !sure {
			return nil, false
		}
		general := d.home.general.pattern
		if !general.Match(d.digits) && general.Match(rest) || d.home.tooLong(len(d.digits)) {
			return d.finish(plans, plans[0], rest)
		}
	}
	return d.finish(plans, d.home, d.digits)
}

// finish takes what is dialled before the national number off, by the rules of
// one of the country's plans, and wants the number to be valid in any.
func (d *dial) finish(plans []*plan, rules *plan, digits []byte) ([]byte, bool) {
	number, sure := rules.strip(digits)
	if !sure || !rules.fits(len(number)) || !valid(plans, number) {
		return nil, false
	}
	d.out = append(append(d.out[:0], rules.code...), number...)
	return d.out, true
}

// valid reports whether a national number is in use in one of the plans that
// share a country code: the first that claims it decides.
func valid(plans []*plan, number []byte) bool {
	if len(plans) == 1 {
		return plans[0].knows(number)
	}
	for _, p := range plans {
		switch {
		case p.leading == nil && p.knows(number):
			return true
		case p.leading != nil && p.leading.Match(number):
			return p.knows(number)
		}
	}
	return false
}

// country is the plans that share a country code, the main one first; nil
// where there is no such code or it belongs to no region.
func (d *dial) country(code []byte) []*plan {
	if plans, ok := d.countries[string(code)]; ok {
		return plans
	}
	var plans []*plan
	number, _ := strconv.Atoi(string(code))
	for _, region := range phonenumbers.GetRegionCodesForCountryCode(number) {
		p := planOf(region)
		if p == nil {
			plans = nil
			break
		}
		plans = append(plans, p)
	}
	d.countries[string(code)] = plans
	return plans
}
