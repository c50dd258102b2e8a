package legal

import (
	"fmt"
	"strings"
)

// Words says what is needed, a sentence each.
func (n Needs) Words() []string {
	var all []string
	for _, a := range aspects {
		if a.rank(n) > a.rank(Needs{Consent: None}) {
			all = append(all, a.says(n))
		}
	}
	if len(n.Unlisted) > 0 {
		all = append(all, fmt.Sprintf("The rules say nothing of %s, so consent is needed there.", strings.Join(n.Unlisted, ", ")))
	}
	if len(all) == 0 {
		return []string{"The rules ask for nothing here."}
	}
	return all
}

// An aspect is one of the things that can be needed.
type aspect struct {
	name string
	rank func(Needs) int // the higher, the stricter
	says func(Needs) string
}

var aspects = []aspect{
	{"consent", func(n Needs) int { return int(n.Consent) }, consentSays},
	{"notice", func(n Needs) int { return bit(n.Notice) }, either("People must have been told.", "No notice is asked for.", func(n Needs) bool { return n.Notice })},
	{"gpc", func(n Needs) int { return bit(n.GPC) },
		either("A Global Privacy Control signal is an objection.", "No browser signal has to be honoured.", func(n Needs) bool { return n.GPC })},
	{"financial", func(n Needs) int { return int(n.Financial) }, financialSays},
	{"deletion list", func(n Needs) int { return bit(n.DeletionList) },
		either("The state's list of deletion requests is applied first.", "No deletion list is asked for.", func(n Needs) bool { return n.DeletionList })},
	{"least age", func(n Needs) int { return n.LeastAge }, ageSays},
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

func either(yes, no string, is func(Needs) bool) func(Needs) string {
	return func(n Needs) string {
		if is(n) {
			return yes
		}
		return no
	}
}

func consentSays(n Needs) string {
	switch n.Consent {
	case OptIn:
		return "Each person must have consented."
	case OptOut:
		return "Whoever objected is left out."
	}
	return "Nothing is asked of the person."
}

func financialSays(n Needs) string {
	switch n.Financial {
	case FinancialOptIn:
		return "For a financial institution's data, each person must have consented."
	case FinancialOptOut:
		return "For a financial institution's data, whoever objected is left out, joint marketing or no."
	case FinancialOptOutNoJoint:
		return "For a financial institution's data, whoever objected is left out, unless it is joint marketing by contract."
	}
	return "Financial privacy asks for nothing of its own."
}

func ageSays(n Needs) string {
	if n.LeastAge == 0 {
		return "No least age is set."
	}
	return fmt.Sprintf("Nobody under %d takes part.", n.LeastAge)
}
