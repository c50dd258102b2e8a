package optout

import (
	"bufio"
	"fmt"
	"io"
	"unicode"
	"unicode/utf8"
)

// A Status is what became of a request, in DROP's codes ("Technical
// specifications: Reference", status code reference).
type Status byte

// The codes. 0 and 1 are unused.
const (
	Exempted Status = 2 // found, and exempt from deletion
	Deleted  Status = 3 // found, and what is not exempt deleted
	OptedOut Status = 4 // several people share the identifier; all opted out of sale or sharing
	NotFound Status = 5
)

// WriteStatus writes the status file for DROP. What became of a request that
// one row matched, the caller says: a run deletes nothing, it only leaves rows
// out. A request that several rows matched is reported as opted out, or as
// exempted if that is what one is; the rest were not found.
func (d *Drop) WriteStatus(w io.Writer, one Status) error {
	if one != Exempted && one != Deleted && one != OptedOut {
		return fmt.Errorf("status %d: a request that was found is exempted (2), deleted (3) or opted out (4)", one)
	}
	several := OptedOut
	if one == Exempted {
		several = Exempted
	}
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "Id,Status")
	for i := range d.items {
		status := NotFound
		switch bit := uint32(1) << (i % 32); {
		case d.twice[i/32].Load()&bit != 0:
			status = several
		case d.found[i/32].Load()&bit != 0:
			status = one
		}
		out.Write(d.items[i].id[:])
		out.Write([]byte{',', '0' + byte(status), '\n'})
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write the status file: %w", err)
	}
	return nil
}

// DropEmail is an e-mail address as DROP hashes it: without blanks, in lower
// case ("Working with the data", hashing).
func DropEmail(dst []byte, cells ...[]byte) ([]byte, bool) {
	if len(cells) != 1 {
		return dst, false
	}
	at := false
	for rest := cells[0]; len(rest) > 0; {
		c, n := utf8.DecodeRune(rest)
		rest = rest[n:]
		at = at || c == '@'
		if !unicode.IsSpace(c) {
			dst = utf8.AppendRune(dst, unicode.ToLower(c))
		}
	}
	return dst, at
}

// DropPhone is a phone number as DROP hashes it: its last ten digits.
func DropPhone(dst []byte, cells ...[]byte) ([]byte, bool) {
	if len(cells) != 1 {
		return dst, false
	}
	start := len(dst)
	for _, c := range cells[0] {
		if '0' <= c && c <= '9' {
			dst = append(dst, c)
		}
	}
	if n := len(dst) - start; n > 10 {
		copy(dst[start:], dst[len(dst)-10:])
		dst = dst[:start+10]
	}
	return dst, len(dst) > start
}
