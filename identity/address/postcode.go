package address

import (
	"regexp"
	"strings"
)

var (
	usForm = regexp.MustCompile(`^([0-9]{5})(?:[- ]?[0-9]{4})?$`)
	gbForm = regexp.MustCompile(`^([a-z][a-z]?[0-9][0-9a-z]?) ?([0-9][a-z]{2})$`)
	deForm = regexp.MustCompile(`^(?:de? ?)?([0-9]{5})$`)
)

// usPostcode is a ZIP code without its last four digits. Spreadsheets lose the
// zeros that it may begin with.
func usPostcode(text string) (string, bool) {
	if n := len(text); isPlain(text) && (n == 3 || n == 4) {
		text = strings.Repeat("0", 5-n) + text
	}
	return captured(usForm, text, "")
}

func gbPostcode(text string) (string, bool) { return captured(gbForm, text, " ") }

func dePostcode(text string) (string, bool) {
	if isPlain(text) && len(text) == 4 {
		text = "0" + text
	}
	return captured(deForm, text, "")
}

// fourDigits are the postcodes of Austria and Switzerland.
func fourDigits(prefixes ...string) func(string) (string, bool) {
	form := regexp.MustCompile(`^(?:(?:` + strings.Join(prefixes, "|") + `) ?)?([1-9][0-9]{3})$`)
	return func(text string) (string, bool) { return captured(form, text, "") }
}

func captured(form *regexp.Regexp, text, gap string) (string, bool) {
	m := form.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	return strings.Join(m[1:], gap), true
}

// trailingPostcode finds one at the end: London SW1A 1AA.
func trailingPostcode(r *Rules, s []string) (code string, rest []string) {
	for n := min(2, len(s)); n > 0; n-- {
		text := strings.Join(s[len(s)-n:], " ")
		if code, ok := r.postcode(text); ok && (n == 2 || len(text) > 4) && !r.boxed(s, n) {
			return code, s[:len(s)-n]
		}
	}
	return "", s
}

// leadingPostcode finds one at the beginning: D-80331 München.
func leadingPostcode(r *Rules, s []string) (code string, rest []string) {
	for n := min(2, len(s)); n > 0; n-- {
		text := strings.Join(s[:n], " ")
		if code, ok := r.postcode(text); ok && strings.Contains(text, code) { // no zero was put in front
			return code, s[n:]
		}
	}
	return "", s
}

// boxed reports whether the last n words are the number of a PO box.
func (r *Rules) boxed(s []string, n int) bool {
	return r.words().is(s[:len(s)-n], box)
}
