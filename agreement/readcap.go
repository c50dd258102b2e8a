package agreement

import (
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"mandorla/agreement/strict"
)

// frequencyCap reads what only frequency_cap has.
func (r reader) frequencyCap(s strict.Section, a *Analysis, members map[string]string) {
	a.Contacts = r.Count(s.Need("contacts"), s.At("contacts"), 1)
	if n, ok := s.Has("order"); ok {
		a.Order = r.Texts(n, s.At("order"))
		for _, name := range a.Order {
			r.member(n, s.At("order"), name, members)
		}
	}
}

// checkCap holds what depends on more than one field of frequency_cap.
func (r reader) checkCap(n *yaml.Node, a *Analysis, t *Terms) {
	const field = "analyses." + FrequencyCap
	members := len(t.Members)
	switch {
	case t.Combiner.Name == "":
		r.Fail(n, "combiner", "missing; frequency_cap needs a node without data, which decides who keeps a contact")
	case len(a.To) != members:
		r.Fail(n, field+".to", "must name all members: each has to hear which of its own contacts to leave out")
	case a.Contacts >= uint64(members):
		r.Fail(n, field+".contacts", "must be less than the %d members, or nothing is capped", members)
	case a.Order != nil && len(a.Order) != members:
		r.Fail(n, field+".order", "must name all members, each once, or be left out: then it is by lot")
	case len(t.Identifiers.Types) > 1:
		r.Fail(n, "identifiers.types", "frequency_cap compares one identifier; name one, such as household")
	case t.Kind != Affiliate && t.Kind != Partner:
		r.Fail(n, "kind", "frequency_cap is among %ss or %ss", Affiliate, Partner)
	}
}

// capWords says what frequency_cap does, and what it tells whom.
func (t *Terms) capWords(a *Analysis) string {
	who, keeps := "customer", "by lot, which "+t.Combiner.Name+" draws"
	if slices.ContainsFunc(t.Identifiers.Types, func(i Identifier) bool { return i.Type == Household }) {
		who = Household
	}
	if a.Order != nil {
		keeps = "by whoever comes first of " + list(a.Order)
	}
	return fmt.Sprintf("No %s is left on the send plans of more than %d of the members. One that is on more is kept %s. %s "+
		"It is exact, without noise: %s %s sees how many are on the plans of exactly which members, and not who they are.",
		who, a.Contacts, keeps, t.learns(a, "which rows of its own plan to remove, and nothing of the rows that stay"),
		t.removedWords(a), t.Combiner.Name)
}

// removedWords says what a removed row tells.
func (t *Terms) removedWords(a *Analysis) string {
	words := fmt.Sprintf("a removed row is on the plans of at least %d other members.", a.Contacts)
	if a.Contacts == 1 {
		words = "a removed row is on the plan of at least one other member."
	}
	if len(t.Members) == leastMembers {
		words = "a removed row is on the other member's plan."
	}
	if a.Order != nil {
		words += fmt.Sprintf(" Of the plans of %s no row is removed, and so they tell nothing.", and(a.Order[:a.Contacts]))
	}
	return words
}
