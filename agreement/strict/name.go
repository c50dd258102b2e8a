package strict

import "errors"

var errName = errors.New("must be 1 to 64 of the letters a-z and A-Z, digits, . _ and -, beginning with a letter or digit")

// CheckName reports whether a name can stand for an agreement, a member, a
// profile or a label. Such names become parts of file names, of column headings
// and of signature lines, so they are kept plain.
func CheckName(name string) error {
	if len(name) < 1 || len(name) > 64 || !isAlnum(name[0]) {
		return errName
	}
	for _, c := range []byte(name) {
		if !isAlnum(c) && c != '.' && c != '_' && c != '-' {
			return errName
		}
	}
	return nil
}

func isAlnum(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}
