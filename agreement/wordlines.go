package agreement

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// analysisWords says of each analysis allowed what it tells whom.
func (t *Terms) analysisWords() []string {
	var lines []string
	for _, name := range AllAnalyses {
		a := t.Analyses.ByName(name)
		if a == nil {
			continue
		}
		line := name + ": " + t.resultWords(name, a) + t.epochWords(a)
		if errors.Is(t.Permits(name, a.To[0]), ErrNotOffered) {
			line += " This version cannot run it under these terms."
		}
		lines = append(lines, line)
	}
	if t.Engine == EngineVOLE {
		lines = append(lines, EngineWords)
	}
	return lines
}

// epochWords says what a key tells that outlives a run.
func (t *Terms) epochWords(a *Analysis) string {
	if a.EpochDays == 0 {
		return ""
	}
	vendor := slices.DeleteFunc(t.Names(), a.Learns)
	return fmt.Sprintf(" For up to %d days %s keeps its key of these runs, on disk, and later runs ask about new customers alone: within that time %s sees, of customers whom it has asked about, when they come to %s, go or change, also before it first asked, and about how many of %s's rows change; whoever steals the key can open what was sent in that time.",
		a.EpochDays, and(vendor), and(a.To), and(vendor), and(vendor))
}

// EngineWords says what the bulk engine rests on.
const EngineWords = "engine: vole: lists to one member are compared by the bulk engine. It rests on a younger assumption (dual LPN with regular noise) than dh (Diffie-Hellman), and nobody outside has reviewed it."

func (t *Terms) resultWords(name string, a *Analysis) string {
	const who = "which of its own customers the other has too"
	switch name {
	case Size:
		what := countedWords(a)
		if t.Helped() && len(t.Identifiers.Types) > 1 {
			what = strings.Replace(what, ", in all and by each identifier", " in all", 1)
		}
		return t.learns(a, "how many "+what+", and not who they are") + " " + t.countWords()
	case Aggregate:
		return t.learns(a, "counts and sums by group, and how the other's rows spread over its groups") +
			" Groups are made of " + columnWords(a.Dimensions) + "; summed are " + columnWords(a.Measures) + ". " + t.countWords()
	case Match:
		return t.learns(a, who+", person by person, and by which identifier") +
			" Beside a row number its list may show " + columnWords(a.Columns) + "."
	case NetNames:
		return t.saleWords(a)
	case Multi:
		return t.learns(a, t.multiWords(a)+", and not who they are") + " " + t.Rules.CountWords()
	case FrequencyCap:
		return t.capWords(a)
	case Append:
		return t.learns(a, who+", person by person, and of these "+columnWords(a.Columns)) + t.labelWords(a)
	}
	return t.learns(a, "which of its own customers the other does not have, person by person, and so which it has") +
		" Beside a row number its list may show " + columnWords(a.Columns) + ". All rows of the other's dataset take part, whatever their consent: they strike people off, and put nobody on a list."
}

// countedWords says what size counts.
func countedWords(a *Analysis) string {
	const people, homes = "customers are shared, in all and by each identifier", "households are shared"
	switch {
	case a.Counts(Person) && a.Counts(Household):
		return people + ", and in other runs how many " + homes
	case a.Counts(Household):
		return homes
	}
	return people
}

// multiWords says what multi tells.
func (t *Terms) multiWords(a *Analysis) string {
	words := map[string]string{Pairs: "how many customers each two members share", Reach: "how many all members have together",
		Regions: "how many exactly these members share, for each set of them"}
	if a.Topology == Star {
		return words[Pairs] + ", counted by the two and told to the others"
	}
	var said []string
	for _, what := range a.Release {
		said = append(said, words[what])
	}
	return and(said)
}

// learns names those under to, and says of the others that they do not.
func (t *Terms) learns(a *Analysis, what string) string {
	others := slices.DeleteFunc(t.Names(), a.Learns)
	to := slices.Sorted(slices.Values(a.To))
	verb := "learns"
	if len(to) > 1 {
		verb = "each learn"
	}
	s := and(to) + " " + verb + " " + what + "."
	if len(others) > 0 {
		s += " The protocol tells " + and(others) + " none of it."
	}
	return s
}

// labelWords says what `append` may tell of a person.
func (t *Terms) labelWords(a *Analysis) string {
	if len(a.Schema) == 0 {
		return ""
	}
	columns := make([]string, len(a.Schema))
	for i, c := range a.Schema {
		columns[i] = c.Words()
	}
	words := " Of a person it is told: " + strings.Join(columns, "; ")
	if t.Rules.MinGroupSize < 2 {
		return words + "; also where nobody else has the value."
	}
	return words + fmt.Sprintf("; and nothing where fewer than %d people have the value.", t.Rules.MinGroupSize)
}

// columnWords lists columns by member, sorted.
func columnWords(columns map[string][]string) string {
	var parts []string
	for _, member := range slices.Sorted(maps.Keys(columns)) {
		parts = append(parts, member+"'s "+list(columns[member]))
	}
	if len(parts) == 0 {
		return "no columns"
	}
	return and(parts)
}

// and joins names as a sentence does.
func and(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
