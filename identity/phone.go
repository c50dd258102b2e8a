package identity

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// A phoneForm is how a profile writes phone numbers, and what it demands.
type phoneForm uint8

const (
	plusE164      phoneForm = iota // + and E.164; valid by libphonenumber
	plusE164Loose                  // the same; a number written with its country code need only be possible: UID2's examples are no more
	digitsE164                     // E.164 without +; valid by libphonenumber
	lastTen                        // the last ten digits, whatever they are: California DROP's rule
	asWritten                      // NFKC, trimmed, folded; valid by libphonenumber
)

// maxE164 is the digits of the longest number (ITU-T E.164 §6.2.1). There are
// plans in libphonenumber's data with longer ones, which no E.164 form has.
const maxE164 = 15

// isRegion reports whether phone numbers of the region are known.
func isRegion(region string) bool { return phonenumbers.GetCountryCodeForRegion(region) != 0 }

// A phone normalises the phone numbers of one column. It is not safe for
// concurrent use.
type phone struct {
	form   phoneForm
	region string // whose numbers have no country code
	dial   *dial
}

func newPhone(form phoneForm, region string) *phone {
	return &phone{form, region, newDial(region)}
}

// append appends the canonical form of a phone number.
//
// Digits alone, as pair-1 writes them, are a number of the region and not one
// with a country code, unless libphonenumber finds that only this makes sense.
func (p *phone) append(dst, cell []byte) ([]byte, Reason) {
	start := len(dst)
	dst, reason := folded(dst, cell)
	text := dst[start:]
	if reason != Usable || len(text) == 0 {
		return dst, reason
	}
	if p.form == lastTen {
		return appendLastTen(dst[:start], text)
	}
	number, reason := p.number(text)
	if reason != Usable || p.form == asWritten {
		return dst, reason
	}
	if len(number) > maxE164 {
		return dst, NotValid
	}
	dst = dst[:start]
	if p.form != digitsE164 {
		dst = append(dst, '+')
	}
	return append(dst, number...), Usable
}

// number is the number that a text means, with its country code and without +.
// It is lent until the next call.
func (p *phone) number(text []byte) ([]byte, Reason) {
	if number, ok := p.dial.number(text); ok {
		return number, Usable
	}
	n, err := phonenumbers.Parse(string(text), p.region)
	if err != nil {
		return nil, NotNumber
	}
	if phonenumbers.IsValidNumber(n) {
		return []byte(e164(n)), Usable
	}
	if p.form == plusE164Loose && p.possible(text) {
		return p.dial.digits, Usable
	}
	return nil, NotValid
}

// possible reports whether the digits of a text, country code and all, are as
// many as a number has: nothing is guessed then. The country code shows by a +
// or is the region's.
func (p *phone) possible(text []byte) bool {
	plus, ok := p.dial.scan(text)
	if !ok {
		return false
	}
	written := "+" + string(p.dial.digits)
	n, err := phonenumbers.Parse(written, p.region)
	return err == nil && phonenumbers.IsPossibleNumberWithReason(n) == phonenumbers.IS_POSSIBLE &&
		"+"+e164(n) == written && (plus || int(n.GetCountryCode()) == phonenumbers.GetCountryCodeForRegion(p.region))
}

func e164(n *phonenumbers.PhoneNumber) string {
	return strings.TrimPrefix(phonenumbers.Format(n, phonenumbers.E164), "+")
}

func digits(text []byte) []byte {
	var all []byte
	for _, c := range text {
		if c >= '0' && c <= '9' {
			all = append(all, c)
		}
	}
	return all
}

// appendLastTen appends the last ten of at most fifteen digits.
func appendLastTen(dst, text []byte) ([]byte, Reason) {
	all := digits(text)
	if len(all) == 0 {
		return dst, NotNumber
	}
	if len(all) < 10 || len(all) > maxE164 {
		return dst, NotValid
	}
	return append(dst, all[len(all)-10:]...), Usable
}
