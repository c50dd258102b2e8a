package agreement

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"
)

// helper is the key of the node without data that joins for two members
// (PROTOCOLS.md §4.6).
const helper = "helper"

// Helped reports whether a node without data joins for the two members.
func (t *Terms) Helped() bool { return t.Combiner.Name != "" && !t.amongSeveral() }

// checkHelper holds what depends on more than one field of an agreement with a
// helper.
func (r reader) checkHelper(n, analyses *yaml.Node, t *Terms) {
	if t.Analyses.Size == nil && t.Analyses.Aggregate == nil {
		r.Fail(n, helper, "is for size and aggregate, and neither is agreed on; leave it out")
	}
	a := t.Analyses.Aggregate
	if a == nil {
		return
	}
	for _, member := range t.Names() {
		if len(a.Measures[member]) > 0 && !slices.Contains(a.To, member) {
			r.Fail(analyses, "analyses.aggregate.measures", "%s decrypts the sums of its own values and so learns them; name it under to, or leave its measures out", member)
		}
	}
}

// helperWords says what a helper sees.
func (t *Terms) helperWords() []string {
	if !t.Helped() || t.Analyses.Size == nil && t.Analyses.Aggregate == nil {
		return nil
	}
	sees := t.Combiner.Name + " sees how many rows each member sends of each group, which rows of the two are the same person, and the exact counts. It sees no identifier, and no value."
	if t.Rules.Exact() {
		return []string{sees,
			t.Combiner.Name + " keeps every count below the least group to itself, and others lest they tell it by subtraction. It tells the rest as they are: who knows all customers of a group but one learns of that one.",
			fmt.Sprintf("A value of a dimension with fewer than %d rows behind it becomes \"other\".", t.Rules.MinSegmentRows),
			fmt.Sprintf("The same table is counted once in each analysis, and again when at least %d rows are others.", t.Rules.MinChange),
		}
	}
	return []string{sees,
		t.Combiner.Name + " keeps every count below the least group to itself, and adds noise to the others once. Whether a count was kept back follows from the exact one.",
	}
}

// countWords says whether counts are exact, and who sees them.
func (t *Terms) countWords() string {
	if t.Helped() && t.Rules.Exact() {
		return "Counts are exact (noise: none); no member sees one that is suppressed."
	}
	return t.Rules.CountWords()
}
