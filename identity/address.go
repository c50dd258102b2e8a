package identity

import "bytes"

// What a byte is to an address, as bits.
const (
	isDot    = 1 << iota // may not stand first, last or twice
	isHyphen             // in a domain may not stand first or last in a label
	notLocal             // never stands before the @ of an ordinary address
	notHost              // nor behind it
)

// inAddress is what each byte is to an ordinary address, and lower is it in lower
// case.
var inAddress, lower = func() (kinds, lower [256]byte) {
	for c := range 256 {
		lower[c] = byte(c)
		if c >= 'A' && c <= 'Z' {
			lower[c] = byte(c) + 'a' - 'A'
		}
		letter := lower[c] >= 'a' && lower[c] <= 'z' || c >= '0' && c <= '9'
		if !atext[lower[c]] || c > '~' {
			kinds[c] |= notLocal
		}
		if !letter && c != '-' && c != '_' {
			kinds[c] |= notHost
		}
	}
	kinds['.'], kinds['-'] = isDot, isHyphen
	return kinds, lower
}()

// ordinary appends an address that is nothing special in lower case: in ASCII,
// with one @, a domain shorter than a label may be, and a letter at its end. It
// says where the @ stands, and is false of any other cell, which is looked at
// with more care.
func ordinary(dst, cell []byte) (out []byte, at int, ok bool) {
	start := len(dst)
	dst = append(dst, cell...)
	text := dst[start:]
	at, fault := lowerLocal(text)
	if at < 0 || at > maxLocal || len(text)-at-1 > maxLabel {
		return dst[:start], 0, false
	}
	host := text[at+1:]
	fault |= lowerHost(host)
	top := len(host) - bytes.LastIndexByte(host, '.') - 1 // all of it where there is no dot
	if fault != 0 || top < 2 || top == len(host) || host[len(host)-1]-'a' >= 26 {
		return dst[:start], 0, false
	}
	return dst, at, true
}

// lowerLocal puts what stands before the first @ into lower case, and says where
// that is; fault is 0 if it is a dot-string.
func lowerLocal(text []byte) (at int, fault byte) {
	before := byte(isDot) // as if one stood in front
	for i, c := range text {
		if c == '@' {
			return i, fault | before
		}
		is := inAddress[c]
		text[i] = lower[c]
		fault |= is&notLocal | is&before
		before = is & isDot
	}
	return -1, fault
}

// lowerHost puts a domain into lower case; fault is 0 if it is made of labels that
// begin and end as they may.
func lowerHost(text []byte) (fault byte) {
	before := byte(isDot)
	for i, c := range text {
		is := inAddress[c]
		text[i] = lower[c]
		edge := is & (isDot | isHyphen)
		fault |= is&notHost | edge&-(before&isDot)&(isDot|isHyphen) | before>>1&is&isDot
		before = edge
	}
	return fault | before
}
