// Package place knows the names of jurisdictions: countries and states by their
// codes in ISO 3166 (DE, US-CA), the Union (EU) and the Economic Area (EEA). It
// says which lie in which, and nothing about what their law is.
package place

import (
	"errors"
	"regexp"
	"slices"
	"strings"
)

// The groups of countries.
const (
	Union = "EU"
	Area  = "EEA"
)

// members are the countries of the groups.
var members = map[string][]string{
	Union: strings.Fields(union),
	Area:  strings.Fields(union + " IS LI NO"),
}

const union = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"

var form = regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,3})?$`)

// Errors of [Check].
var (
	errForm    = errors.New("must be a country, a state or a group, such as DE, US-CA, EU or EEA")
	errKingdom = errors.New("is GB in ISO 3166; write GB")
	errGreece  = errors.New("is GR in ISO 3166; write GR")
)

// Check reports whether a code can name a jurisdiction.
func Check(code string) error {
	switch {
	case code == Union || code == Area:
		return nil
	case code == "UK" || strings.HasPrefix(code, "UK-"):
		return errKingdom
	case code == "EL":
		return errGreece
	case !form.MatchString(code):
		return errForm
	}
	return nil
}

// Country is the country of a state, and any other code itself.
func Country(code string) string {
	country, _, _ := strings.Cut(code, "-")
	return country
}

// Within reports whether all of one jurisdiction lies in another.
func Within(inner, outer string) bool {
	switch {
	case inner == outer, Country(inner) == outer:
		return true
	case inner == Union:
		return outer == Area
	}
	return slices.Contains(members[outer], Country(inner))
}

// WithinAny reports whether all of a jurisdiction lies in one of several.
func WithinAny(inner string, outer []string) bool {
	return slices.ContainsFunc(outer, func(o string) bool { return Within(inner, o) })
}
