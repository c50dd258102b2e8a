// Package consent decides which rows may take part in a run, and why not the
// others. What cannot be read as a yes is a no.
//
// This version reads flags: a column that says yes or no. It stores nothing
// and judges no purpose.
package consent

import (
	"bytes"
	"fmt"
)

// A Reason is the verdict on a row.
type Reason uint8

// The verdicts.
const (
	Eligible   Reason = iota
	Refused           // the cell says no
	Missing           // the cell is empty or null
	Unreadable        // the cell says neither
)

// String is the word in reports.
func (r Reason) String() string {
	return [...]string{"eligible", "refused", "missing", "unreadable"}[r]
}

// A Rule judges one eligibility column. It is safe for concurrent use.
type Rule struct{}

// New makes the rule of a kind of column. This version knows "flag".
func New(kind string) (*Rule, error) {
	if kind != "flag" {
		return nil, fmt.Errorf("kind %.20q: this version reads `flag`, a column that says yes or no", kind)
	}
	return &Rule{}, nil
}

// words are what people write, and what columns of truth values, integers and
// floating-point numbers are written as.
var words = map[string]Reason{
	"true": Eligible, "yes": Eligible, "y": Eligible, "1": Eligible, "1.0": Eligible, "t": Eligible, "opt-in": Eligible, "granted": Eligible,
	"false": Refused, "no": Refused, "n": Refused, "0": Refused, "0.0": Refused, "f": Refused, "opt-out": Refused, "denied": Refused,
}

// longest is as many bytes as the longest word has.
const longest = 7

// Decide judges one cell.
func (*Rule) Decide(cell []byte, null bool) Reason {
	cell = bytes.TrimSpace(cell)
	if null || len(cell) == 0 {
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
	if r, ok := words[string(word[:len(cell)])]; ok {
		return r
	}
	return Unreadable
}
