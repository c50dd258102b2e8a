package agreement

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const absent = "absent"

// A field is one value of the terms as people write it.
type field struct {
	name, value string
	key         bool // a member's key: compared, never shown
}

// shown is the value, or the word that stands for it where it is a key.
func (f field) shown(key string) string {
	if f.key && f.value != absent {
		return key
	}
	return f.value
}

// fields lists every field that terms among these members can have, in the order
// of the document, so that two lists for the same members can be laid side by side.
func fields(t *Terms, members []string) []field {
	all := []field{
		{name: "agreement", value: t.Agreement},
		{name: "kind", value: t.Kind},
		{name: "purpose", value: strconv.Quote(t.Purpose)},
	}
	for _, m := range members {
		all = append(all, field{"members." + m, entry(t.Members, m), true})
	}
	for _, m := range members {
		all = append(all, field{name: "datasets." + m, value: entry(t.Datasets, m)})
	}
	all = append(all,
		field{name: "identifiers.profile", value: t.Identifiers.Profile},
		field{name: "identifiers.types", value: fmt.Sprint(t.Identifiers.Types)})
	for _, name := range []string{Size, Aggregate, Match, Append, Suppress} {
		all = append(all, analysisFields("analyses."+name, t.Analyses.ByName(name), members)...)
	}
	all = append(all, ruleFields(t.Rules)...)
	return append(all,
		field{name: "valid.from", value: t.Valid.From.Format(time.DateOnly)},
		field{name: "valid.until", value: t.Valid.Until.Format(time.DateOnly)})
}

func entry(m map[string]string, key string) string {
	if v, ok := m[key]; ok {
		return v
	}
	return absent
}

func analysisFields(path string, a *Analysis, members []string) []field {
	if a == nil {
		a = &Analysis{}
	}
	all := []field{{name: path + ".to", value: list(a.To)}}
	groups := []struct {
		key     string
		columns map[string][]string
	}{{"dimensions", a.Dimensions}, {"measures", a.Measures}, {"columns", a.Columns}}
	for _, g := range groups {
		for _, m := range members {
			all = append(all, field{name: path + "." + g.key + "." + m, value: list(g.columns[m])})
		}
	}
	return append(all, field{name: path + ".blind", value: word(a.Blind)})
}

// list quotes what could be mistaken for more than one name.
func list(names []string) string {
	if len(names) == 0 {
		return absent
	}
	shown := make([]string, len(names))
	for i, n := range names {
		shown[i] = n
		if CheckName(n) != nil {
			shown[i] = strconv.Quote(n)
		}
	}
	return "[" + strings.Join(shown, ", ") + "]"
}

func word(s string) string {
	if s == "" {
		return absent
	}
	return s
}

func ruleFields(r Rules) []field {
	all := []field{
		{name: "rules.noise", value: word(r.Noise)},
		{name: "rules.epsilon_per_run", value: decimalValue(r.EpsilonPerRun)},
		{name: "rules.epsilon_budget", value: decimalValue(r.EpsilonBudget)},
	}
	for _, c := range r.counts() {
		all = append(all, field{name: "rules." + c.key, value: strconv.FormatUint(*c.value, 10)})
	}
	return all
}

// decimalValue makes 1 and 1.0 the same.
func decimalValue(d Decimal) string {
	s := d.Rat.FloatString(9)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
