package identity

import (
	"bytes"
	"slices"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// The longest parts of an e-mail address (RFC 5321 §4.5.3.1).
const (
	maxLocal  = 64
	maxDomain = 253
	maxLabel  = 63
)

// email appends the canonical e-mail address of a cell: trimmed, lower-case,
// its domain in ASCII. It has to be a bare address of the dot-string form
// (RFC 5321): no display name, no quoted local part, and a domain of two
// labels or more.
func (p *Profile) email(dst, cell []byte) ([]byte, Reason) {
	start := len(dst)
	dst, ok := appendLower(dst, trimASCII(cell))
	if !ok {
		var reason Reason
		if dst, reason = p.foreign(dst[:start], cell); reason != Usable {
			return dst, reason
		}
	}
	address := dst[start:]
	if len(address) == 0 {
		return dst, Absent
	}
	at := bytes.LastIndexByte(address, '@')
	if at < 0 {
		return dst, NoAt
	}
	if at == len(address)-1 {
		return dst, NoDomain
	}
	local, domain := address[:at], address[at+1:]
	if reason := checkDomain(domain); reason != Usable {
		return dst, reason
	}
	if !goodLocal(local) {
		return dst, BadLocal
	}
	return p.gmail(dst[:start], local, domain)
}

// gmail drops what the profile's domains ignore in a local part. The result
// overwrites the address in place.
func (p *Profile) gmail(dst, local, domain []byte) ([]byte, Reason) {
	if slices.Contains(p.tags, string(domain)) {
		if plus := bytes.IndexByte(local, '+'); plus >= 0 {
			local = local[:plus]
		}
	}
	dots := slices.Contains(p.dots, string(domain))
	start := len(dst)
	for _, c := range local {
		if c != '.' || !dots {
			dst = append(dst, c)
		}
	}
	if len(dst) == start {
		return dst, BadLocal
	}
	dst = append(dst, '@')
	return append(dst, domain...), Usable
}

// appendLower appends ASCII text in lower case; it is false on anything else.
func appendLower(dst, text []byte) ([]byte, bool) {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return dst, false
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst, true
}

// foreign is an address with letters beyond ASCII: its local part in lower
// case and NFC (under plain-1: NFKC, case-folded), its domain by IDNA.
func (p *Profile) foreign(dst, cell []byte) ([]byte, Reason) {
	if !utf8.Valid(cell) {
		return dst, NotUTF8
	}
	text := bytes.TrimSpace(cell)
	if p.verbatim {
		text = cases.Fold().Bytes(norm.NFKC.Bytes(text))
	} else {
		text = norm.NFC.Bytes(bytes.ToLower(norm.NFC.Bytes(text)))
	}
	at := bytes.LastIndexByte(text, '@')
	if at < 0 {
		return dst, NoAt
	}
	domain, err := idna.Lookup.ToASCII(string(text[at+1:]))
	if err != nil {
		return dst, BadDomain
	}
	dst = append(dst, text[:at+1]...)
	return append(dst, domain...), Usable
}

// goodLocal reports whether a local part is a dot-string, in ASCII or beyond.
func goodLocal(local []byte) bool {
	if len(local) == 0 || len(local) > maxLocal {
		return false
	}
	dot := true // a dot may not come first, last or twice
	for _, c := range local {
		if c == '.' && dot {
			return false
		}
		dot = c == '.'
		if !dot && !atext[c] {
			return false
		}
	}
	return !dot
}

// atext is the bytes of an atom (RFC 5322 §3.2.3, RFC 6532 §3.2).
var atext = func() (t [256]bool) {
	for c := 'a'; c <= 'z'; c++ {
		t[c] = true
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = true
	}
	for _, c := range "!#$%&'*+-/=?^_`{|}~" {
		t[c] = true
	}
	for c := utf8.RuneSelf; c < len(t); c++ {
		t[c] = true
	}
	return t
}()

// checkDomain judges an ASCII domain name of at least two labels. Underscores
// are let pass, since such names exist and get mail.
func checkDomain(domain []byte) Reason {
	if len(domain) > maxDomain {
		return BadDomain
	}
	labels, size := 1, 0
	letters := false // in the present label
	for i, c := range domain {
		switch {
		case c == '.':
			if size == 0 || domain[i-1] == '-' {
				return BadDomain
			}
			labels, size, letters = labels+1, 0, false
			continue
		case c == '-' && size == 0:
			return BadDomain
		case c >= 'a' && c <= 'z':
			letters = true
		case c >= '0' && c <= '9', c == '-', c == '_':
		default:
			return BadDomain
		}
		if size++; size > maxLabel {
			return BadDomain
		}
	}
	if size < 2 || !letters || domain[len(domain)-1] == '-' {
		return BadDomain
	}
	if labels < 2 {
		return NoDomain
	}
	return Usable
}

// trimASCII cuts blanks and control characters off both ends.
func trimASCII(b []byte) []byte {
	for len(b) > 0 && b[0] <= ' ' {
		b = b[1:]
	}
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	return b
}
