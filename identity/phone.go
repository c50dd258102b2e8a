package identity

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// A phoneForm is how a profile writes phone numbers, and what it demands.
type phoneForm uint8

const (
	plusE164      phoneForm = iota // + and E.164; valid by libphonenumber
	plusE164Loose                  // the same; a number written with its country code need only be possible, as UID2's own examples are
	digitsE164                     // E.164 without +, at most 15 digits; valid by libphonenumber
	lastTen                        // the last ten digits, whatever they are: California DROP's rule
	asWritten                      // NFKC, trimmed, folded; valid by libphonenumber
)

// isRegion reports whether phone numbers of the region are known.
func isRegion(region string) bool { return phonenumbers.GetCountryCodeForRegion(region) != 0 }

// number appends the canonical form of a phone number.
func (f phoneForm) number(dst, cell []byte, region string) ([]byte, Reason) {
	text, reason := folded(nil, cell)
	if reason != Usable || len(text) == 0 {
		return dst, reason
	}
	if f == lastTen {
		return appendLastTen(dst, text)
	}
	n, err := phonenumbers.Parse(string(text), region)
	if err != nil {
		return dst, NotNumber
	}
	if !phonenumbers.IsValidNumber(n) && !(f == plusE164Loose && withCountry(text, n)) {
		return dst, NotValid
	}
	switch f {
	case asWritten:
		return append(dst, text...), Usable
	case digitsE164:
		return append(dst, strings.TrimPrefix(phonenumbers.Format(n, phonenumbers.E164), "+")...), Usable
	}
	return append(dst, phonenumbers.Format(n, phonenumbers.E164)...), Usable
}

// withCountry reports whether a possible number was written with its country
// code, so that nothing about it was guessed.
func withCountry(text []byte, n *phonenumbers.PhoneNumber) bool {
	if !phonenumbers.IsPossibleNumber(n) {
		return false
	}
	e164 := strings.TrimPrefix(phonenumbers.Format(n, phonenumbers.E164), "+")
	return len(e164) <= 15 && strings.HasPrefix(e164, strconv.Itoa(int(n.GetCountryCode()))) && digits(text) == e164
}

func digits(text []byte) string {
	var b strings.Builder
	for _, c := range text {
		if c >= '0' && c <= '9' {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func appendLastTen(dst, text []byte) ([]byte, Reason) {
	all := digits(text)
	if len(all) == 0 {
		return dst, NotNumber
	}
	if len(all) < 10 || len(all) > 15 {
		return dst, NotValid
	}
	return append(dst, all[len(all)-10:]...), Usable
}
