package identity

import (
	"bytes"
	"time"
)

// date appends a date as 2006-01-02, under every profile. It reads
//
//	2006-01-02  2006/01/02  20060102    year, month, day
//	02.01.2006  2.1.2006                day, month, year
//	25/01/2006  01/25/2006  25-01-2006  told apart by what is above twelve
//	2006-01-02T00:00:00Z                as columns of times are written
//
// and nothing that could be two dates.
func date(dst, cell []byte) ([]byte, Reason) {
	out, reason := folded(dst, cell)
	text := bytes.TrimSuffix(out[len(dst):], []byte("t00:00:00z"))
	if reason != Usable || len(text) == 0 {
		return dst, reason
	}
	y, m, d := readDate(text)
	day := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < 1 || m < 1 || day.Month() != time.Month(m) || day.Day() != d {
		return dst, NotDate
	}
	return day.AppendFormat(dst, time.DateOnly), Usable
}

// readDate reads the three numbers of a date; the year is -1 where they cannot
// be told apart.
func readDate(text []byte) (year, month, day int) {
	first, mark, rest := cutDate(text)
	second, again, third := cutDate(rest)
	switch {
	case mark == 0 && len(text) == 8:
		return number(text[:4], 4), number(text[4:6], 2), number(text[6:], 2)
	case mark == 0 || mark != again:
	case len(first) == 4 && len(second) == 2 && len(third) == 2 && mark != '.':
		return number(first, 4), number(second, 2), number(third, 2)
	case len(third) == 4 && mark == '.':
		return number(third, 4), number(second, 2), number(first, 2)
	case len(third) == 4:
		return dayAndMonth(number(third, 4), number(first, 2), number(second, 2))
	}
	return -1, -1, -1
}

// cutDate cuts a date at its first mark, which is 0 where there is none.
func cutDate(text []byte) (field []byte, mark byte, rest []byte) {
	i := bytes.IndexAny(text, "-/.")
	if i < 0 {
		return text, 0, nil
	}
	return text[:i], text[i], text[i+1:]
}

// dayAndMonth tells two numbers apart, if they can be.
func dayAndMonth(year, a, b int) (y, month, day int) {
	switch {
	case b > 12 || a == b:
		return year, a, b
	case a > 12:
		return year, b, a
	}
	return -1, -1, -1
}

// number reads digits, at most so many; it is -1 on anything else.
func number(digits []byte, most int) int {
	if len(digits) < 1 || len(digits) > most {
		return -1
	}
	n := 0
	for _, c := range digits {
		if c < '0' || c > '9' {
			return -1
		}
		n = 10*n + int(c-'0')
	}
	return n
}
