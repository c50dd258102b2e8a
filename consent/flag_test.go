package consent

import (
	"strings"
	"testing"
)

func flagRule(t testing.TB) *Rule {
	t.Helper()
	r, err := New("flag")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNew(t *testing.T) {
	for _, kind := range []string{"", "Flag", "gpp", "tcf", "usp", "gpc", "objection", strings.Repeat("x", 1000)} {
		if _, err := New(kind); err == nil || len(err.Error()) > 120 {
			t.Errorf("%.20q: %v", kind, err)
		}
	}
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
			if got := flagRule(t).Decide([]byte(cell), false); got != want {
				t.Errorf("%.20q is %v, want %v", cell, got, want)
			}
			if got := flagRule(t).Decide([]byte(cell), true); got != Missing {
				t.Errorf("null with %.20q behind it is %v", cell, got)
			}
		}
	}
	if got := flagRule(t).Decide(nil, false); got != Missing {
		t.Errorf("no cell is %v", got)
	}
}

// A cell that is judged stays as it was.
func TestDecideOnlyReads(t *testing.T) {
	cell := []byte(" YES ")
	if flagRule(t).Decide(cell, false); string(cell) != " YES " {
		t.Errorf("the cell became %q", cell)
	}
}

func TestWordsFit(t *testing.T) {
	most := 0
	for w := range words {
		most = max(most, len(w))
		if w != strings.ToLower(strings.TrimSpace(w)) {
			t.Errorf("%q is never looked up", w)
		}
	}
	if most != longest {
		t.Errorf("the longest word has %d bytes, not %d", most, longest)
	}
}

// FuzzFlag: only a word that says yes, give or take case and blanks, is a yes.
func FuzzFlag(f *testing.F) {
	for _, cell := range []string{"yes", " TRUE", "1", "0", "", "\xff", "opt-in", "\u0131", "granted ", "1.0"} {
		f.Add([]byte(cell), false)
	}
	yes := []string{"true", "yes", "y", "1", "1.0", "t", "opt-in", "granted"}
	f.Fuzz(func(t *testing.T, cell []byte, null bool) {
		said := false
		for _, w := range yes {
			said = said || !null && strings.EqualFold(strings.TrimSpace(string(cell)), w) && !strings.ContainsFunc(string(cell), func(r rune) bool { return r == '\u017f' || r == '\u212a' })
		}
		if got := flagRule(t).Decide(cell, null); (got == Eligible) != said {
			t.Errorf("%q, null %v, is %v", cell, null, got)
		}
	})
}

func BenchmarkDecide(b *testing.B) {
	r, cell := flagRule(b), []byte("Yes")
	for b.Loop() {
		r.Decide(cell, false)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
