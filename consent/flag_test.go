package consent

import (
	"bytes"
	"strings"
	"testing"
)

// judged is what a column of flags says of one cell.
func judged(cell []byte) Reason {
	return judgeFlag(&row{cells: [most][]byte{bytes.TrimSpace(cell)}, n: 1})
}

func TestFlags(t *testing.T) {
	for want, cells := range map[Reason][]string{
		Eligible: {"true", "TRUE", "True", "yes", "Yes", "y", "Y", "1", "1.0", "t", "T", "opt-in", "Opt-In", "granted", " yes\r\n", "\u00a01\t"},
		Refused:  {"false", "FALSE", "no", "No", "n", "N", "0", "0.0", "f", "opt-out", "OPT-OUT", "denied", " no "},
		Missing:  {"", " ", "\t\r\n", "\u00a0", strings.Repeat(" ", 1<<16)},
		Unreadable: {"2", "-1", "10", "01", "+1", "1.00", "1,0", "yes!", "yess", "ye", "yes no", "y/n", "maybe", "null", "NULL", "nan", "none", "n/a", "-", "?",
			"tru", "truee", "trueyes", "\x00", "yes\x00", "\xff", "\uff59\uff45\uff53", "\uff11", "\u2713", "opt in", "optin", "opt-in\u200b", "granted1",
			"ja", "1;0", "'1'", strings.Repeat("1", 8), strings.Repeat("yes", 1<<16)},
	} {
		for _, cell := range cells {
			if got := judged([]byte(cell)); got != want {
				t.Errorf("%.20q is %v, want %v", cell, got, want)
			}
		}
	}
	if got := judged(nil); got != Missing {
		t.Errorf("no cell is %v", got)
	}
}

// A cell that is judged stays as it was.
func TestDecideOnlyReads(t *testing.T) {
	cell := []byte(" YES ")
	if judged(cell); string(cell) != " YES " {
		t.Errorf("the cell became %q", cell)
	}
}

// FuzzFlag: only a word that says yes, give or take case and blanks, is a yes.
func FuzzFlag(f *testing.F) {
	for _, cell := range []string{"yes", " TRUE", "1", "0", "", "\xff", "opt-in", "\u0131", "granted ", "1.0"} {
		f.Add([]byte(cell))
	}
	yes := []string{"true", "yes", "y", "1", "1.0", "t", "opt-in", "granted"}
	f.Fuzz(func(t *testing.T, cell []byte) {
		said := false
		for _, w := range yes {
			said = said || strings.EqualFold(strings.TrimSpace(string(cell)), w) && !strings.ContainsFunc(string(cell), func(r rune) bool { return r == '\u017f' || r == '\u212a' })
		}
		if got := judged(cell); (got == Eligible) != said {
			t.Errorf("%q is %v", cell, got)
		}
	})
}
