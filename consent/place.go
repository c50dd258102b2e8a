package consent

import (
	"fmt"
	"slices"
	"strings"
)

// A place is a country, or a state or province in one, by its code in ISO 3166:
// DE, US-CA. Its letters stand in a number, the country's above the rest.
type place uint64

// nowhere is the place of a row of which nobody said one.
const nowhere place = 0

// countryBits is where the country starts; three letters may follow it.
const countryBits = 24

// placeOf reads a code, in letters of either case; inside says which country
// codes without one are in.
func placeOf(code []byte, inside place) (place, bool) {
	if inside != nowhere {
		if len(code) > 3 && code[2] == '-' {
			p, ok := placeOf(code, nowhere)
			return p, ok && p.country() == inside
		}
		if p, ok := placeOf(code, nowhere); ok && p == inside {
			return inside, true
		}
		sub, ok := letters(code, 3)
		return inside | sub, ok
	}
	if len(code) < 2 || len(code) == 3 || len(code) > 2 && code[2] != '-' {
		return nowhere, false
	}
	country, ok := letters(code[:2], 2)
	if p := country << countryBits; len(code) == 2 {
		return p, ok && alphabetic(code)
	}
	sub, fine := letters(code[3:], 3)
	return country<<countryBits | sub, ok && fine && alphabetic(code[:2])
}

// letters packs letters and digits, in upper case.
func letters(text []byte, atMost int) (p place, ok bool) {
	if len(text) == 0 || len(text) > atMost {
		return nowhere, false
	}
	for _, c := range text {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return nowhere, false
		}
		p = p<<8 | place(c)
	}
	return p, true
}

func alphabetic(text []byte) bool {
	return !slices.ContainsFunc(text, func(c byte) bool { return c|0x20 < 'a' || c|0x20 > 'z' })
}

// country is the place without its state.
func (p place) country() place { return p &^ (1<<countryBits - 1) }

// groups are the names for several countries: the Union, and with Iceland,
// Liechtenstein and Norway the Economic Area.
var groups = map[string]string{
	"EU":  union,
	"EEA": union + " IS LI NO",
}

const union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

// A set of places; nil is everywhere.
type places map[place]bool

// has reports whether a place, or the country that it is in, is in the set.
func (s places) has(p place) bool {
	return s == nil || s[p] || s[p.country()]
}

// within makes the set of some codes; no codes are everywhere.
func within(codes []string) (places, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	set := places{}
	for _, code := range codes {
		for _, c := range strings.Split(members(code), " ") {
			p, ok := placeOf([]byte(c), nowhere)
			if !ok {
				return nil, fmt.Errorf("%.20q is no country, state or group; write DE, US-CA, EU or EEA", code)
			}
			set[p] = true
		}
	}
	return set, nil
}

// members is the members of a group, or the code itself.
func members(code string) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	if all, ok := groups[code]; ok {
		return all
	}
	return code
}

// judgePlace wants a row to be where the agreement reaches.
func judgePlace(reach places) judge {
	return func(r *row) Reason {
		if !reach.has(r.place) {
			return Jurisdiction
		}
		return Eligible
	}
}
