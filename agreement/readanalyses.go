package agreement

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mandorla/agreement/bands"
	"mandorla/agreement/strict"
)

func (r reader) analyses(n *yaml.Node, members map[string]string) Analyses {
	var all Analyses
	s := r.Section(n, "analyses", AllAnalyses...)
	if s.Len() == 0 {
		r.Fail(n, "analyses", "must allow at least one, such as size: {to: [...]}")
	}
	read := func(name string, keys ...string) *Analysis {
		v, ok := s.Has(name)
		if !ok {
			return nil
		}
		return r.analysis(v, s.At(name), members, keys)
	}
	all.Size = read(Size, "by")
	all.Aggregate = read(Aggregate, "dimensions", "measures")
	all.Match = read(Match, "columns", "blind")
	all.Append = read(Append, "columns", "schema")
	all.Suppress = read(Suppress, "columns")
	all.NetNames = read(NetNames, "columns", "schema", "max_names")
	all.Multi = read(Multi, "release", "topology")
	all.FrequencyCap = read(FrequencyCap, "contacts", "order")
	if r.Err() == nil {
		r.checkAnalyses(s, all)
	}
	return all
}

// engine reads what the lists of one member are compared under.
func (r reader) engine(s strict.Section, a Analyses) string {
	n, ok := s.Has("engine")
	if !ok {
		return EngineDH
	}
	engine := r.OneOf(n, "engine", EngineDH, EngineVOLE)
	if engine == EngineVOLE && !slices.ContainsFunc([]*Analysis{a.Match, a.Append}, func(a *Analysis) bool { return a != nil && len(a.To) == 1 }) {
		r.Fail(n, "engine", "vole is for a match or append to one member, and there is none; leave it out, or write dh")
	}
	for _, list := range []*Analysis{a.Match, a.Append} {
		if engine == EngineVOLE && list != nil && list.EpochDays > 0 {
			r.Fail(n, "engine", "vole has no key that could be kept for epoch_days; leave one of the two out")
		}
	}
	return engine
}

// analysis reads to and whichever of the other keys belong to it.
func (r reader) analysis(n *yaml.Node, field string, members map[string]string, keys []string) *Analysis {
	s := r.Section(n, field, append([]string{"to", "epoch_days"}, keys...)...)
	a := &Analysis{To: r.Texts(s.Need("to"), s.At("to"))}
	for _, name := range a.To {
		r.member(s.Need("to"), s.At("to"), name, members)
	}
	columns := func(key string) map[string][]string {
		v, ok := s.Has(key)
		if !ok {
			return nil
		}
		return r.columns(v, s.At(key), members)
	}
	a.Dimensions, a.Measures, a.Columns = columns("dimensions"), columns("measures"), columns("columns")
	if v, ok := s.Has("schema"); ok && field == "analyses."+Append {
		a.Schema = bands.Read(r.Reader, v, s.At("schema"))
	}
	if v, ok := s.Has("epoch_days"); ok {
		a.EpochDays = r.epoch(v, field, a)
	}
	if field == "analyses."+Match {
		a.Blind = BlindPerRun
	}
	if field == "analyses."+Multi {
		r.multi(s, a)
	}
	if field == "analyses."+FrequencyCap {
		r.frequencyCap(s, a, members)
	}
	if v, ok := s.Has("by"); ok {
		a.By = r.by(v, s.At("by"))
	}
	if v, ok := s.Has("blind"); ok {
		a.Blind = r.blind(v, s.At("blind"))
	}
	if field == "analyses."+NetNames {
		r.sold(s, a)
	}
	return a
}

// by reads what may be counted.
func (r reader) by(n *yaml.Node, field string) []string {
	all := r.Texts(n, field)
	for _, what := range all {
		if what != Person && what != Household {
			r.Fail(n, field, "%.40q is nothing that is counted; there are %s and %s", what, Person, Household)
		}
	}
	return all
}

func (r reader) blind(n *yaml.Node, field string) string {
	s := r.OneOf(n, field, BlindPerRun, "per-item")
	if s != BlindPerRun {
		r.Fail(n, field, "per-item is not offered by this version; write %s or leave it out", BlindPerRun)
	}
	return s
}

// checkCounted sees that what is counted can be told by the identifiers.
func (r reader) checkCounted(s strict.Section, t *Terms) {
	if r.Err() != nil || t.Analyses.Size == nil || !t.Analyses.Size.Counts(Household) {
		return
	}
	n := s.Need("identifiers")
	if len(t.Levels(Household)) == 0 {
		r.Fail(n, "identifiers.types", "must have household, since analyses.size.by counts them")
	}
	others := t.Analyses.Aggregate != nil || t.Analyses.Match != nil || t.Analyses.Append != nil || t.Analyses.Suppress != nil || t.Analyses.NetNames != nil || t.amongSeveral()
	if len(t.Levels(Person)) == 0 && (others || t.Analyses.Size.Counts(Person)) {
		r.Fail(n, "identifiers.types", "must have another type than household, by which customers are counted")
	}
}

// epoch reads how many days the evaluator keeps a key for, and refuses keys that
// outlive a run where they would do harm, saying why (PROTOCOLS.md §1.15). Among the
// analyses that give figures they would undo the noise: what a few new rows add to a
// count says of each whether it is shared.
func (r reader) epoch(n *yaml.Node, field string, a *Analysis) uint64 {
	path := field + ".epoch_days"
	name := strings.TrimPrefix(field, "analyses.")
	switch {
	case (name == Match || name == Append) && len(a.To) == 1:
		days := r.Count(n, path, 0)
		if days < 1 || days > MostEpochDays {
			r.Fail(n, path, "must be 1 to %d days, or be left out", MostEpochDays)
		}
		return days
	case name == Match:
		r.Fail(n, path, "is refused: under a key that lasts, both members could follow every row of the other from run to run; leave it out")
	case name == Suppress, name == NetNames, name == FrequencyCap:
		r.Fail(n, path, "is refused: its keys last for one run, so that nobody can follow a row from run to run; leave it out")
	default:
		r.Fail(n, path, "is refused: under a key that lasts, runs could be made over new rows alone, and what a few rows add says of each whether it is shared; leave it out")
	}
	return 0
}

// MostEpochDays is the most days that a key is kept for.
const MostEpochDays = 30

// columns reads member: [column, …].
func (r reader) columns(n *yaml.Node, field string, members map[string]string) map[string][]string {
	all := map[string][]string{}
	for _, p := range r.Pairs(n, field) {
		r.member(p.Key, p.Path, p.Name, members)
		all[p.Name] = r.Texts(p.Value, p.Path)
	}
	if len(all) == 0 {
		r.Fail(n, field, "must name a member's columns, or be left out")
	}
	return all
}

// checkAnalyses holds what depends on more than one field.
func (r reader) checkAnalyses(s strict.Section, all Analyses) {
	if a := all.Match; a != nil {
		r.learnersColumns(s, Match, a)
	}
	if a := all.Append; a != nil {
		r.one(s, Append, a)
		if len(a.Columns) == 0 {
			r.Fail(s.Need(Append), s.At(Append)+".columns", "missing; name the vendor's columns")
		}
		for member := range a.Columns {
			if a.Learns(member) {
				r.Fail(s.Need(Append), s.At(Append)+".columns", "%s stands under to; the columns are the other member's", member)
			}
			r.checkSchema(s, a, a.Columns[member])
		}
	}
	if a := all.Suppress; a != nil {
		r.one(s, Suppress, a)
		r.learnersColumns(s, Suppress, a)
	}
	if a := all.NetNames; a != nil {
		r.one(s, NetNames, a)
		for member := range a.Columns {
			if a.Learns(member) {
				r.Fail(s.Need(NetNames), s.At(NetNames)+".columns", "%s stands under to; what is sold are the other member's columns", member)
			}
		}
	}
}

// learnersColumns: rows are given to those who have them, and so are their columns.
func (r reader) learnersColumns(s strict.Section, name string, a *Analysis) {
	for member := range a.Columns {
		if !a.Learns(member) {
			r.Fail(s.Need(name), s.At(name)+".columns", "%s does not learn the result; only a member under to has columns beside its rows", member)
		}
	}
}

// checkSchema sees that a schema, if there is one, is of the very columns that are
// allowed.
func (r reader) checkSchema(s strict.Section, a *Analysis, columns []string) {
	if a.Schema == nil {
		return
	}
	n, path, said := s.Need(Append), s.At(Append), a.Schema.Names()
	for _, c := range said {
		if !slices.Contains(columns, c) {
			r.Fail(n, path+".schema", "%.64q does not stand under columns; add it there, or take it out", c)
		}
	}
	for _, c := range columns {
		if !slices.Contains(said, c) {
			r.Fail(n, path+".schema", "says nothing of %.64q; say which of its values are told apart", c)
		}
	}
}

func (r reader) one(s strict.Section, name string, a *Analysis) {
	if len(a.To) != 1 {
		r.Fail(s.Need(name), s.At(name)+".to", "must be one member")
	}
}
