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
	for _, name := range []string{Size, Aggregate, Match, Append, Suppress} {
		a := t.Analyses.ByName(name)
		if a == nil {
			continue
		}
		line := name + ": " + t.resultWords(name, a)
		if errors.Is(t.Permits(name, a.To[0]), ErrNotOffered) {
			line += " This version cannot run it under these terms."
		}
		lines = append(lines, line)
	}
	return lines
}

func (t *Terms) resultWords(name string, a *Analysis) string {
	const who = "which of its own customers the other has too"
	switch name {
	case Size:
		return t.learns(a, "how many customers are shared, in all and by each identifier, and not who they are") + " " + t.Rules.countWords()
	case Aggregate:
		return t.learns(a, "counts and sums by group, and how the other's rows spread over its groups") +
			" Groups are made of " + columnWords(a.Dimensions) + "; summed are " + columnWords(a.Measures) + ". " + t.Rules.countWords()
	case Match:
		return t.learns(a, who+", person by person, and by which identifier") +
			" Beside a row number its list may show " + columnWords(a.Columns) + "."
	case Append:
		return t.learns(a, who+", person by person, and of these "+columnWords(a.Columns))
	}
	return t.learns(a, "which of its own customers the other does not have, person by person, and so which it has")
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

func (r Rules) countWords() string {
	if !r.Exact() {
		return "The counts carry random noise."
	}
	return "Counts are exact (noise: none): the node of whoever learns them sees the true number" +
		" even where it is suppressed; suppression hides it from readers of the result alone."
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

// words says each rule, those left to their default too.
func (r Rules) words() []string {
	lines := []string{
		fmt.Sprintf("A count below %d is suppressed, and shown as missing, never as zero.", r.MinGroupSize),
		fmt.Sprintf("A list of fewer than %d rows is withheld.", r.MinListSize),
		fmt.Sprintf("Each side brings at least %d usable rows and at most %d.", r.MinSetSize, r.MaxRows),
		fmt.Sprintf("At most %d runs in seven days, %d at one time, %s sent by a side in each.", r.RunsPerWeek, r.MaxRunsAtOnce, byteWords(r.MaxBytes)),
	}
	if r.RoundTo > 1 {
		lines = append(lines, fmt.Sprintf("Counts are rounded to multiples of %d.", r.RoundTo))
	}
	if r.Exact() {
		return append(lines, "Counts are exact (noise: none): no noise is added, and no privacy budget bounds what many runs together reveal.")
	}
	lines = append(lines,
		fmt.Sprintf("A value of a dimension with fewer than %d rows behind it becomes \"other\".", r.MinSegmentRows),
		fmt.Sprintf("An input equals an earlier one, and gets its result again, or differs from it by at least %d rows.", r.MinChange))
	return append(lines, fmt.Sprintf("Counts carry noise: a run spends %s of a privacy budget (epsilon) of %s, which never refreshes.", r.EpsilonPerRun, r.EpsilonBudget))
}

// byteWords is a number of bytes, in GiB where that is exact.
func byteWords(n uint64) string {
	if n%gibibyte == 0 {
		return fmt.Sprintf("%d GiB", n/gibibyte)
	}
	return fmt.Sprintf("%d bytes", n)
}

// and joins names as a sentence does.
func and(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}
