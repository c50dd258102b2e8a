package notice

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mandorla/agreement"
)

// TestEveryAnalysisHasWords: whatever may be agreed on has words of its own in each
// language, for each side that may learn it.
func TestEveryAnalysisHasWords(t *testing.T) {
	if len(natures) != len(agreement.AllAnalyses) {
		t.Errorf("%d analyses here, %d in agreements", len(natures), len(agreement.AllAnalyses))
	}
	for _, language := range []string{English, German} {
		var b strings.Builder
		seen := map[string]string{}
		for _, name := range agreement.AllAnalyses {
			for _, who := range []struct{ own, peer bool }{{true, false}, {false, true}, {true, true}} {
				f := small(t)
				f.Company.Columns["bank.product"] = Text{"which card you hold", "welche Karte Sie haben"}
				f.Sharing.Results = []Result{of(name, who.own, who.peer)}
				if who.own && natures[name].crosses {
					f.Sharing.Received = []string{"product"}
				}
				v := newView(f, language)
				outcomes, err := v.Outcomes()
				crossing, err2 := v.Crossing()
				if err != nil || err2 != nil || len(outcomes) != 1 || (len(crossing) == 1) != natures[name].crosses {
					t.Fatalf("%s, %s, %+v: %q, %q, %v, %v", language, name, who, outcomes, crossing, err, err2)
				}
				words := strings.Join(slices.Concat(outcomes, crossing), "\n  ")
				if other, taken := seen[words]; taken {
					t.Errorf("%s: %s says what %s does", language, name, other)
				}
				seen[words] = name
				fmt.Fprintf(&b, "%s to %v, %v\n  %s\n", name, who.own, who.peer, words)
				if _, err := f.Text(language); err != nil {
					t.Error(err)
				}
			}
		}
		golden(t, "analyses."+language+".txt", []byte(b.String()))
	}
}

// TestNoListIsSent: the texts say that no list goes to the other side exactly where
// nothing of single people does.
func TestNoListIsSent(t *testing.T) {
	whole := map[string][]string{English: {"Neither side sends its list", "None of us sends its list"}, German: {"Keine Seite schickt", "Keines der Unternehmen schickt"}}
	says := func(f Facts, language string) bool {
		text, err := f.Text(language)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(whole[language], func(s string) bool { return strings.Contains(text, s) })
	}
	for language := range whole {
		for _, name := range agreement.AllAnalyses {
			for _, own := range []bool{true, false} {
				f := small(t)
				f.Company.Columns["bank.product"] = Text{"which card you hold", "welche Karte Sie haben"}
				f.Sharing.Received = []string{"product"}
				f.Sharing.Results = []Result{of(name, own, !own)}
				if says(f, language) == natures[name].crosses {
					t.Errorf("%s, %s: says that no list is sent: %v", language, name, !natures[name].crosses)
				}
			}
		}
		passed := small(t)
		passed.Sharing.Passed = []Passed{{"bank", []string{"tier"}, 30}}
		if says(passed, language) || !says(brands(t), language) {
			t.Errorf("%s: rows that are passed on, or brands", language)
		}
	}
}
