package agreement

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"mandorla/agreement/rules"
	"mandorla/agreement/strict"
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
		{name: "version", value: strconv.Itoa(t.Version)},
		{name: "replaces", value: word(t.Replaces)},
		{name: "kind", value: t.Kind},
		{name: "purpose", value: strconv.Quote(t.Purpose)},
		{name: "purposes", value: bracketed(t.Purposes)},
		{name: "signatures_per_member", value: strconv.Itoa(t.Signatures)},
	}
	for _, m := range members {
		all = append(all, field{"members." + m, keyList(t.Keys[m]), true})
	}
	all = append(all, t.withoutData("combiner", !t.Helped()), t.withoutData(helper, t.Helped()))
	for _, m := range members {
		all = append(all, field{name: "datasets." + m, value: entry(t.Datasets, m)})
	}
	all = append(all,
		field{name: "identifiers.profile", value: t.Identifiers.Profile},
		field{name: "identifiers.types", value: fmt.Sprint(t.Identifiers.Types)})
	for _, name := range AllAnalyses {
		all = append(all, analysisFields("analyses."+name, t.Analyses.ByName(name), members)...)
	}
	all = append(all, activateFields(t.Activate, members)...)
	all = append(all, field{name: "engine", value: t.Engine})
	all = append(all, conditionFields(t.Conditions, members)...)
	all = append(all, ruleFields(t.Rules)...)
	return append(all,
		field{name: "valid.from", value: t.Valid.From.Format(time.DateOnly)},
		field{name: "valid.until", value: t.Valid.Until.Format(time.DateOnly)})
}

// withoutData is the field of the node without data, under the name that is its.
func (t *Terms) withoutData(name string, has bool) field {
	if !has {
		return field{name, absent, true}
	}
	return field{name, word(strings.TrimSpace(t.Combiner.Name + " " + t.Combiner.Key)), true}
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
	schema := schemaWords(a.Sold)
	if a.Schema != nil {
		schema = a.Schema.String()
	}
	return append(all,
		field{name: path + ".epoch_days", value: number(a.EpochDays)}, field{name: path + ".by", value: bracketed(a.By)}, field{name: path + ".blind", value: word(a.Blind)},
		field{name: path + ".schema", value: schema}, field{name: path + ".max_names", value: number(a.MaxNames)},
		field{name: path + ".release", value: list(a.Release)}, field{name: path + ".topology", value: word(string(a.Topology))},
		field{name: path + ".contacts", value: number(a.Contacts)}, field{name: path + ".order", value: list(a.Order)})
}

// number is a number that is never 0 where it is said.
func number(n uint64) string {
	if n == 0 {
		return absent
	}
	return strconv.FormatUint(n, 10)
}

// keyList compares the keys of one member; it is never shown.
func keyList(keys []string) string {
	if len(keys) == 0 {
		return absent
	}
	return strings.Join(keys, " ")
}

func conditionFields(c Conditions, members []string) []field {
	all := []field{{name: "vendor", value: word(c.Vendor)}, {name: "vendor_data", value: word(c.VendorData)}}
	for _, m := range members {
		brand := absent
		if b, ok := c.Brands[m]; ok {
			brand = strconv.Quote(b)
		}
		all = append(all, field{name: "brands." + m, value: brand})
	}
	onward, deleteBy := absent, absent
	if c.OnwardTransfer != "" {
		onward = strconv.Quote(c.OnwardTransfer)
	}
	if !c.DeleteBy.IsZero() {
		deleteBy = c.DeleteBy.Format(time.DateOnly)
	}
	return append(all,
		field{name: "jurisdictions", value: bracketed(c.Jurisdictions)},
		field{name: "joint_marketing", value: strconv.FormatBool(c.JointMarketing)},
		field{name: "retention", value: word(c.Retention.String())},
		field{name: "onward_transfer", value: onward},
		field{name: "delete_by", value: deleteBy})
}

// bracketed is a list of terms that are known beforehand, or absent.
func bracketed(terms []string) string {
	if len(terms) == 0 {
		return absent
	}
	return "[" + strings.Join(terms, ", ") + "]"
}

// list quotes what could be mistaken for more than one name.
func list(names []string) string {
	if len(names) == 0 {
		return absent
	}
	shown := make([]string, len(names))
	for i, n := range names {
		shown[i] = n
		if strict.CheckName(n) != nil {
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
	var all []field
	for _, key := range rules.Keys() {
		all = append(all, field{name: "rules." + key, value: word(r.Value(key))})
	}
	return all
}
