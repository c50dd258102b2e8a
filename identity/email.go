package identity

import (
	"bytes"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
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
// labels or more, without a dot at its end.
func (p *Profile) email(dst, cell []byte) ([]byte, Reason) {
	cell = trim(cell)
	start := len(dst)
	out, at, ok := ordinary(dst, cell)
	if !ok {
		return p.careful(dst, cell)
	}
	local, domain := out[start:start+at], out[start+at+1:]
	if !oneOf(p.tags, domain) && !oneOf(p.dots, domain) {
		return out, Usable
	}
	return p.appendAddress(dst, local, domain)
}

// careful is email for a cell that is not known to be ordinary.
func (p *Profile) careful(dst, cell []byte) ([]byte, Reason) {
	start := len(dst)
	dst, ascii := appendLower(dst, cell)
	if !ascii {
		return p.foreign(dst, cell)
	}
	address := dst[start:]
	if len(address) == 0 {
		return dst, Absent
	}
	at := bytes.LastIndexByte(address, '@')
	if at < 0 {
		return dst, NoAt
	}
	local, domain := address[:at], address[at+1:]
	if reason := checkDomain(domain); reason != Usable {
		return dst, reason
	}
	if !goodLocal(local) {
		return dst, BadLocal
	}
	return p.appendAddress(dst[:start], local, domain)
}

// foreign is email for an address with letters beyond ASCII: its local part in
// lower case and NFC, its domain by IDNA. Under plain-1 the whole is in NFKC
// and case-folded, and the domain is judged by IDNA but left as it is.
func (p *Profile) foreign(dst, cell []byte) ([]byte, Reason) {
	fold := lowerCase
	if p.verbatim {
		fold = foldCase
	}
	if !utf8.Valid(cell) {
		return dst, NotUTF8
	}
	address := trim(fold(cell))
	at := bytes.LastIndexByte(address, '@')
	if at < 0 {
		return dst, NoAt
	}
	local, domain := address[:at], address[at+1:]
	host, reason := hostname(domain)
	if reason != Usable {
		return dst, reason
	}
	if !goodLocal(local) || !goodLetters(local) {
		return dst, BadLocal
	}
	if p.verbatim {
		return append(dst, address...), Usable
	}
	return p.appendAddress(dst, local, host)
}

// appendAddress puts an address together without what the profile's domains
// ignore in a local part. The parts may lie where it is written to, or farther
// on.
func (p *Profile) appendAddress(dst, local, domain []byte) ([]byte, Reason) {
	if oneOf(p.tags, domain) {
		local, _, _ = bytes.Cut(local, []byte("+"))
	}
	if len(local) == 0 {
		return dst, BadLocal
	}
	if !oneOf(p.dots, domain) {
		dst = append(dst, local...)
		dst = append(dst, '@')
		return append(dst, domain...), Usable
	}
	for _, c := range local {
		if c != '.' {
			dst = append(dst, c)
		}
	}
	dst = append(dst, '@')
	return append(dst, domain...), Usable
}

func oneOf(domains []string, domain []byte) bool {
	for _, d := range domains {
		if d == string(domain) {
			return true
		}
	}
	return false
}

// hostname is a domain in ASCII, if there can be one of this name.
func hostname(domain []byte) ([]byte, Reason) {
	if isASCII(domain) {
		return domain, checkDomain(domain)
	}
	host, err := idna.Lookup.ToASCII(string(domain))
	if err != nil {
		return nil, BadDomain
	}
	return []byte(host), checkDomain([]byte(host))
}

func isASCII(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c >= utf8.RuneSelf })
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

// goodLetters refuses, beyond ASCII, what does not show and what got lost.
func goodLetters(local []byte) bool {
	return !slices.ContainsFunc([]rune(string(local)), func(r rune) bool { return !unicode.IsGraphic(r) || blank(r) || r == utf8.RuneError })
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
	if len(domain) == 0 || bytes.IndexByte(domain, '.') < 0 {
		return NoDomain
	}
	if len(domain) > maxDomain {
		return BadDomain
	}
	size, letters := 0, false // of the present label
	last := byte('.')
	for _, c := range domain {
		switch {
		case c == '.':
			if size == 0 || last == '-' {
				return BadDomain
			}
			size, letters, last = 0, false, c
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
		last = c
	}
	// The last label is never one letter, nor a number.
	if size < 2 || !letters || last == '-' {
		return BadDomain
	}
	return Usable
}
