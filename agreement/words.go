package agreement

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Words writes the terms in plain English: what each analysis tells whom, and by
// which rules. It claims no more than PROTOCOLS.md §0.1 and §4.4 do. The writer's
// error is returned.
func (a *Agreement) Words(w io.Writer) error {
	t := &a.Terms
	var b strings.Builder
	say := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	say("Agreement %s (%s)", t.Agreement, a.ID())
	if t.Replaces != "" {
		say("Version %d. It replaces %s.", t.Version, t.Replaces)
	}
	say("Between %s. Kind: %s.", and(t.Names()), t.Kind)
	switch {
	case t.Helped():
		say("%s has no data and joins for them. It is operated by neither of them, and in league with neither.", t.Combiner.Name)
	case t.Analyses.Multi == nil && t.Combiner.Name != "":
		say("%s has no data and decides who keeps which contact.", t.Combiner.Name)
	case t.Combiner.Name != "":
		say("%s has no data and counts what they have in common.", t.Combiner.Name)
	}
	say("Purpose: %s", oneLine(t.Purpose))
	if len(t.Purposes) > 0 {
		say("That is: %s.", purposeWords(t.Purposes))
	}
	say("In force from %s to %s, both days included (UTC).", t.Valid.From.Format(time.DateOnly), t.Valid.Until.Format(time.DateOnly))
	say("Signed by: %s.", a.signedWords())
	say("")
	say("What is compared")
	for _, m := range t.Names() {
		say("- %s brings its dataset %s.", m, t.Datasets[m])
	}
	say("- Customers are the same where one of these is equal, tried in this order: %s.", typeWords(t.Identifiers.Types))
	say("- Values are brought into one form first, by profile %s.", t.Identifiers.Profile)
	say("")
	say("What may be run, and who learns what")
	for _, line := range t.analysisWords() {
		say("- %s", line)
	}
	for _, line := range slices.Concat(t.helperWords(), t.activateWords()) {
		say("- %s", line)
	}
	say("- In every run each member learns a number that the identifiers of the other do not exceed, and may equal.")
	say("- The protocols protect against a partner that follows them and is curious. A partner that enters guessed identifiers learns about its guesses what it would learn about customers of its own.")
	say("")
	say("Who may take part, and what becomes of it")
	for _, line := range t.conditionWords() {
		say("- %s", line)
	}
	say("")
	say("Rules")
	for _, line := range t.Rules.Words() {
		say("- %s", line)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// signedWords names who has signed, and where several people sign for a member,
// which of them have.
func (a *Agreement) signedWords() string {
	var all []string
	for _, member := range a.Terms.Signatories() {
		people := a.Signers(member)
		switch {
		case len(people) == 0:
		case a.needs(member) == 1:
			all = append(all, member)
		case len(people) < a.needs(member):
			all = append(all, member+" (so far "+and(people)+" alone)")
		default:
			all = append(all, member+" ("+and(people)+")")
		}
	}
	if len(all) == 0 {
		return "nobody yet"
	}
	return and(all)
}

func typeWords(types []Identifier) string {
	names := make([]string, len(types))
	for i, id := range types {
		names[i] = id.String()
	}
	return strings.Join(names, ", ")
}
