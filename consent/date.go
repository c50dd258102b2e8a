package consent

import "time"

// DateOf reads a date or a time: 2026-01-02, 20260102, or either RFC 3339 or
// the same with a blank for the T and without a zone, which is then UTC. It
// reads nothing that could be two dates.
func DateOf(text []byte) (time.Time, bool) {
	switch n := len(text); {
	case n == 8:
		return day(text[:4], text[4:6], text[6:])
	case n < 10 || text[4] != '-' || text[7] != '-':
		return time.Time{}, false
	}
	at, ok := day(text[:4], text[5:7], text[8:10])
	if !ok || len(text) == 10 {
		return at, ok
	}
	return timeOf(at, text[10:])
}

// day is the start of a day that there is.
func day(year, month, dayOf []byte) (time.Time, bool) {
	y, m, d := number(year), number(month), number(dayOf)
	if y < 1 || m < 1 || d < 1 {
		return time.Time{}, false
	}
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return at, at.Day() == d && int(at.Month()) == m
}

// timeOf adds the time of the day: T15:04:05, fractions, a zone.
func timeOf(at time.Time, text []byte) (time.Time, bool) {
	if len(text) < 9 || text[0] != 'T' && text[0] != ' ' || text[3] != ':' || text[6] != ':' {
		return at, false
	}
	h, m, s := number(text[1:3]), number(text[4:6]), number(text[7:9])
	if h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 60 {
		return at, false
	}
	at = at.Add(time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second)
	zone := fraction(text[9:])
	switch {
	case len(zone) == 0 || len(zone) == 1 && (zone[0] == 'Z' || zone[0] == 'z'):
		return at, true
	case len(zone) != 6 || zone[3] != ':' || zone[0] != '+' && zone[0] != '-':
		return at, false
	}
	h, m = number(zone[1:3]), number(zone[4:6])
	if h < 0 || h > 23 || m < 0 || m > 59 {
		return at, false
	}
	off := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if zone[0] == '+' {
		off = -off
	}
	return at.Add(off), true
}

// fraction passes over the fraction of a second, which decides nothing here.
func fraction(text []byte) []byte {
	if len(text) < 2 || text[0] != '.' {
		return text
	}
	i := 1
	for i < len(text) && '0' <= text[i] && text[i] <= '9' {
		i++
	}
	if i == 1 {
		return text
	}
	return text[i:]
}

// number reads digits; it is -1 on anything else.
func number(digits []byte) int {
	if len(digits) == 0 || len(digits) > 9 {
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
