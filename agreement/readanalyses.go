package agreement

import (
	"go.yaml.in/yaml/v3"

	"mandorla/agreement/strict"
)

func (r reader) analyses(n *yaml.Node, members map[string]string) Analyses {
	var all Analyses
	s := r.Section(n, "analyses", Names()...)
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
	all.Size = read(Size)
	all.Aggregate = read(Aggregate, "dimensions", "measures")
	all.Match = read(Match, "columns", "blind")
	all.Append = read(Append, "columns")
	all.Suppress = read(Suppress)
	all.Multi = read(Multi, "release", "topology")
	if r.Err() == nil {
		r.checkAnalyses(s, all)
	}
	return all
}

// analysis reads to and whichever of the other keys belong to it.
func (r reader) analysis(n *yaml.Node, field string, members map[string]string, keys []string) *Analysis {
	s := r.Section(n, field, append([]string{"to"}, keys...)...)
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
	if field == "analyses."+Match {
		a.Blind = BlindPerRun
	}
	if field == "analyses."+Multi {
		r.multi(s, a)
	}
	if v, ok := s.Has("blind"); ok {
		a.Blind = r.blind(v, s.At("blind"))
	}
	return a
}

func (r reader) blind(n *yaml.Node, field string) string {
	s := r.OneOf(n, field, BlindPerRun, "per-item")
	if s != BlindPerRun {
		r.Fail(n, field, "per-item is not offered by this version; write %s or leave it out", BlindPerRun)
	}
	return s
}

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
		for member := range a.Columns {
			if !a.Learns(member) {
				r.Fail(s.Need(Match), s.At(Match)+".columns", "%s does not learn the result; only a member under to has columns beside its rows", member)
			}
		}
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
		}
	}
	if a := all.Suppress; a != nil {
		r.one(s, Suppress, a)
	}
}

func (r reader) one(s strict.Section, name string, a *Analysis) {
	if len(a.To) != 1 {
		r.Fail(s.Need(name), s.At(name)+".to", "must be one member")
	}
}
