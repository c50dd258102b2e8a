package identity

import (
	"bytes"
	"strings"
)

// Sound is how a name sounds, so that Meyer and Maier are looked at together:
// American Soundex, or the Cologne phonetics of German names (Postel 1969) where
// the country speaks German. It tells nothing of what is not written in Latin
// letters; such a name sounds as it is written.
func Sound(country string, name []byte) string {
	letters := letters(name)
	if letters == "" {
		return string(name)
	}
	switch country {
	case "DE", "AT", "CH":
		return cologne(letters)
	}
	return soundex(letters)
}

// letters is a folded name in a to z alone.
func letters(name []byte) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, string(foldASCII(name)))
}

// soundexCodes is the digit of each letter; letters of 0 part two equal ones, but
// for h and w.
const soundexCodes = "01230120022455012623010202"

func soundex(name string) string {
	out := []byte{name[0]}
	last := soundexCodes[name[0]-'a']
	for i := 1; i < len(name) && len(out) < 4; i++ {
		code := soundexCodes[name[i]-'a']
		if name[i] == 'h' || name[i] == 'w' {
			continue
		}
		if code != '0' && code != last {
			out = append(out, code)
		}
		last = code
	}
	return string(out)
}

func cologne(name string) string {
	var out []byte
	var last byte
	for i := range name {
		for _, code := range []byte(cologneCode(name, i)) {
			if code != last && (code != '0' || i == 0) {
				out = append(out, code)
			}
			last = code
		}
	}
	return string(out)
}

// cologneCode is the code of a name's i-th letter, which depends on its
// neighbours.
func cologneCode(name string, i int) string {
	var before, after byte
	if i > 0 {
		before = name[i-1]
	}
	if i+1 < len(name) {
		after = name[i+1]
	}
	among := func(c byte, set string) bool { return c != 0 && strings.IndexByte(set, c) >= 0 }
	switch c := name[i]; c {
	case 'a', 'e', 'i', 'j', 'o', 'u', 'y':
		return "0"
	case 'b':
		return "1"
	case 'p':
		if after == 'h' {
			return "3"
		}
		return "1"
	case 'd', 't':
		if among(after, "csz") {
			return "8"
		}
		return "2"
	case 'f', 'v', 'w':
		return "3"
	case 'g', 'k', 'q':
		return "4"
	case 'c':
		return cologneC(before, after, i == 0, among)
	case 'x':
		if among(before, "ckq") {
			return "8"
		}
		return "48"
	case 'l':
		return "5"
	case 'm', 'n':
		return "6"
	case 'r':
		return "7"
	case 's', 'z':
		return "8"
	}
	return "" // h
}

func cologneC(before, after byte, initial bool, among func(byte, string) bool) string {
	switch {
	case initial && among(after, "ahkloqrux"):
		return "4"
	case initial, among(before, "sz"):
		return "8"
	case among(after, "ahkoqux"):
		return "4"
	}
	return "8"
}

// Alike reports whether two texts are the same but for one letter: written
// wrong, left out, put in, or two next to each other swapped. Short ones have to
// be equal.
func Alike(a, b []byte) bool {
	const short = 4
	if len(a) > len(b) {
		a, b = b, a
	}
	if bytes.Equal(a, b) {
		return true
	}
	if len(a) < short || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return bytes.Equal(a[i:], b[i+1:])
	}
	swapped := i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && bytes.Equal(a[i+2:], b[i+2:])
	return swapped || bytes.Equal(a[i+1:], b[i+1:])
}

// Mailbox is an e-mail address without what most mail servers leave to its
// owner: the +tag, and the dots of Gmail. It is for finding one person twice in
// one table, and no identifier.
func Mailbox(cell []byte) []byte {
	p := &Profile{dots: []string{"gmail.com", "googlemail.com"}}
	out, reason := p.email(nil, cell)
	if reason != Usable {
		return nil
	}
	at := bytes.LastIndexByte(out, '@')
	local, _, tagged := bytes.Cut(out[:at], []byte("+"))
	if !tagged || len(local) == 0 {
		return out
	}
	return append(local[:len(local):len(local)], out[at:]...)
}

// Plain is a name in ASCII, its words apart by one blank: for comparing with
// [Alike]. It is nil where there is none.
func Plain(cell []byte) []byte {
	if len(cell) > maxValue {
		return nil
	}
	out, reason := wordsASCII.append(nil, cell)
	if reason != Usable {
		return nil
	}
	return out
}
