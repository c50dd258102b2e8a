package consent

import "bytes"

// longest is as many bytes as the longest word has.
const longest = 7

// flag reads a word that says yes or no: what people write, and what columns of
// truth values, integers and floating-point numbers are written as.
func flag(cell []byte) Reason {
	if len(cell) == 0 {
		return Missing
	}
	if len(cell) > longest {
		return Unreadable
	}
	var word [longest]byte
	for i, c := range cell {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		word[i] = c
	}
	switch string(word[:len(cell)]) {
	case "true", "yes", "y", "1", "1.0", "t", "opt-in", "granted":
		return Eligible
	case "false", "no", "n", "0", "0.0", "f", "opt-out", "denied":
		return Refused
	}
	return Unreadable
}

// judgeFlag wants a yes, which is a consent.
func judgeFlag(r *row) Reason {
	verdict := flag(r.cells[0])
	r.consented = r.consented || verdict == Eligible
	return verdict
}

// judgeObjection reads a column in which yes means that a person objected.
// "opt-out" and "opt-in" mean what they say.
func judgeObjection(r *row) Reason {
	cell := r.cells[0]
	switch verdict := flag(cell); {
	case bytes.EqualFold(cell, []byte("opt-out")):
		return OptOut
	case bytes.EqualFold(cell, []byte("opt-in")), verdict == Missing, verdict == Refused:
		return Eligible
	case verdict == Eligible:
		return OptOut
	}
	return Unreadable
}
