package agreement

import (
	"fmt"
	"slices"
	"strings"
)

// A lookup is one thing that the law may ask a dataset to tell of each person,
// and the kinds of eligibility entries that can.
type lookup struct {
	code    Code
	asks    func(Need) bool
	unknown bool // asked too where nothing is known of the jurisdiction
	entries []string
	what    string // that the law asks, in words
	told    string // what the dataset does not say
}

// lookups are in the order in which they are refused.
var lookups = []lookup{
	{CodeConsentRequired, func(n Need) bool { return n.Consent }, true, []string{"flag", "tcf", "gpp"},
		"the law asks for a consent", "who consented"},
	{CodeOptOutRequired, func(n Need) bool { return n.OptOut }, false, []string{"objection", "flag", "gpp", "tcf", "usp", "gpc", "list", "drop"},
		"people may object", "who objected"},
	{CodeSignalRequired, func(n Need) bool { return n.Signal }, false, []string{"gpc", "gpp"},
		"a browser's signal is an objection", "whose browser objected"},
	{CodeNoticeRequired, func(n Need) bool { return n.Notice }, false, []string{"notice"},
		"people have to be told beforehand", "who was told"},
	{CodeAgeRequired, func(n Need) bool { return n.Age }, false, []string{"age"},
		"the young take no part", "how old people are"},
	{CodeFinancialOptOut, func(n Need) bool { return n.Financial }, false, []string{"financial"},
		"people may object under financial privacy law", "who objected under financial privacy law"},
}

// untold is one duty a lookup.
func untold(a *Agreement, f Facts) []*Refusal {
	var all []*Refusal
	for _, l := range lookups {
		if r := l.refusal(a, f); r != nil {
			all = append(all, r)
		}
	}
	return all
}

// refusal is nil where the law does not ask, or the dataset can tell.
func (l lookup) refusal(a *Agreement, f Facts) *Refusal {
	asks := l.asks
	if l.code == CodeFinancialOptOut && a.Terms.Conditions.JointMarketing {
		asks = func(n Need) bool { return l.asks(n) && !n.Joint }
	}
	asking := f.Law.asking(a, asks, l.unknown)
	if !weighed(a) || len(asking) == 0 || slices.ContainsFunc(f.Entries, func(e string) bool { return slices.Contains(l.entries, e) }) {
		return nil
	}
	return &Refusal{l.code,
		fmt.Sprintf("%s: %s, and the dataset has no eligibility entry that tells it (kind %s); add one to node.yaml",
			strings.Join(asking, ", "), l.what, strings.Join(l.entries, ", ")),
		"the partner's dataset does not say " + l.told}
}

// weighed: the law of its jurisdictions decides whose rows may take part.
func weighed(a *Agreement) bool { return a.Terms.Kind == Partner || a.Terms.Kind == Sale }

// asking lists those of the agreement's jurisdictions that have a need.
func (l Law) asking(a *Agreement, has func(Need) bool, unknown bool) []string {
	return slices.DeleteFunc(slices.Clone(a.Terms.Conditions.Jurisdictions), func(j string) bool {
		need, known := l.Needs[j]
		if !known {
			return !unknown
		}
		return !has(need)
	})
}
