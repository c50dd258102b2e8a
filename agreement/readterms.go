package agreement

import (
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/mod/sumdb/note"
)

// readTerms reads the YAML text, with each member's verifier.
func readTerms(text []byte) (Terms, map[string]note.Verifier, error) {
	r := &reader{}
	s := r.section(r.document(text), "", "agreement", "kind", "purpose", "members", "datasets", "identifiers", "analyses", "rules", "valid")
	var t Terms
	t.Agreement = r.name(s.need("agreement"), "agreement")
	t.Kind = r.oneOf(s.need("kind"), "kind", "service-provider", "affiliate", "partner", "sale")
	t.Purpose = r.text(s.need("purpose"), "purpose")
	members, verifiers := r.members(s.need("members"))
	t.Members = members
	t.Datasets = r.datasets(s.need("datasets"), members)
	t.Identifiers = r.identifiers(s.need("identifiers"))
	t.Analyses = r.analyses(s.need("analyses"), members)
	t.Rules = defaultRules()
	if n, ok := s.values["rules"]; ok {
		t.Rules = r.rules(n)
	}
	t.Valid = r.valid(s.need("valid"))
	if r.err != nil {
		return Terms{}, nil, r.err
	}
	return t, verifiers, nil
}

// memberCount is how many members an agreement has in this version.
const memberCount = 2

func (r *reader) members(n *yaml.Node) (map[string]string, map[string]note.Verifier) {
	keys, verifiers := map[string]string{}, map[string]note.Verifier{}
	holder := map[string]string{} // of a key's material
	for _, p := range r.pairs(n, "members") {
		if err := CheckName(p.name); err != nil {
			r.fail(p.key, p.path, "the name %v", err)
		}
		key := r.text(p.value, p.path)
		v, err := note.NewVerifier(key)
		if err != nil {
			r.fail(p.value, p.path, "not a verifier key; write the line of this member's identity.pub")
			continue
		}
		if v.Name() != p.name {
			r.fail(p.value, p.path, "the key was made for %.64q; the member's name must be the key's name", v.Name())
		}
		material := strings.SplitN(key, "+", 3)[2] // name+hash+material; NewVerifier saw all three
		if other, ok := holder[material]; ok {
			r.fail(p.value, p.path, "the same key as %s; each member has its own", other)
		}
		holder[material] = p.name
		keys[p.name], verifiers[p.name] = key, v
	}
	if len(keys) != memberCount {
		r.fail(n, "members", "must be exactly %d in this version", memberCount)
	}
	return keys, verifiers
}

func (r *reader) datasets(n *yaml.Node, members map[string]string) map[string]string {
	all := map[string]string{}
	for _, p := range r.pairs(n, "datasets") {
		r.member(p.key, p.path, p.name, members)
		all[p.name] = r.name(p.value, p.path)
	}
	if len(all) != len(members) {
		r.fail(n, "datasets", "must name one dataset for every member")
	}
	return all
}

// member fails unless the name stands under members.
func (r *reader) member(n *yaml.Node, field, name string, members map[string]string) {
	if _, ok := members[name]; !ok {
		r.fail(n, field, "%.64q is no member; use a name that stands under members", name)
	}
}

func (r *reader) valid(n *yaml.Node) Valid {
	s := r.section(n, "valid", "from", "until")
	v := Valid{r.date(s.need("from"), "valid.from"), r.date(s.need("until"), "valid.until")}
	if v.Until.Before(v.From) {
		r.fail(s.need("until"), "valid.until", "lies before valid.from; swap or change them")
	}
	return v
}

func (r *reader) date(n *yaml.Node, field string) time.Time {
	r.plain(n, field)
	d, err := time.Parse(time.DateOnly, n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || d.Year() < 1 {
		r.fail(n, field, "must be a day of the calendar, such as 2026-01-31")
	}
	return d
}

// maxTypes bounds the levels of the waterfall (PROTOCOLS.md §8).
const maxTypes = 4

func (r *reader) identifiers(n *yaml.Node) Identifiers {
	s := r.section(n, "identifiers", "profile", "types")
	ids := Identifiers{Profile: r.name(s.need("profile"), "identifiers.profile")}
	types := s.need("types")
	r.plain(types, "identifiers.types")
	if types.Kind != yaml.SequenceNode || len(types.Content) < 1 || len(types.Content) > maxTypes {
		r.fail(types, "identifiers.types", "must be a list of 1 to %d, such as [email, phone]", maxTypes)
		return ids
	}
	for _, item := range types.Content {
		id := r.identifier(item)
		if slices.ContainsFunc(ids.Types, func(o Identifier) bool { return o == id || overlaps(o, id) }) {
			r.fail(item, "identifiers.types", "%s is covered twice; keep one", id)
		}
		ids.Types = append(ids.Types, id)
	}
	return ids
}

// overlaps: an exact without a label stands for every labelled one too.
func overlaps(a, b Identifier) bool {
	return a.Type == "exact" && b.Type == "exact" && (a.Label == "" || b.Label == "")
}

// identifier reads email, exact:LABEL or {type: exact, label: LABEL}.
func (r *reader) identifier(n *yaml.Node) Identifier {
	const field = "identifiers.types"
	var id Identifier
	if n.Kind == yaml.MappingNode {
		s := r.section(n, field, "type", "label")
		id.Type, id.Label = r.text(s.need("type"), s.at("type")), r.text(s.need("label"), s.at("label"))
		return r.checkIdentifier(n, id, true)
	}
	typ, label, labelled := strings.Cut(r.text(n, field), ":")
	return r.checkIdentifier(n, Identifier{typ, label}, labelled)
}

func (r *reader) checkIdentifier(n *yaml.Node, id Identifier, labelled bool) Identifier {
	const field = "identifiers.types"
	unlabelled := []string{"email", "phone", "name_postcode", "name_dob", "address", "household"}
	takesLabel := id.Type == "exact" || id.Type == "sha256"
	switch {
	case !takesLabel && !slices.Contains(unlabelled, id.Type):
		r.fail(n, field, "unknown type; known: %s, exact, exact:LABEL, sha256:LABEL", strings.Join(unlabelled, ", "))
	case labelled && !takesLabel:
		r.fail(n, field, "%s takes no label; write it alone", id.Type)
	case labelled && CheckName(id.Label) != nil:
		r.fail(n, field, "the label %v", errName)
	case id.Type == "sha256" && !labelled:
		r.fail(n, field, "sha256 needs a label, such as sha256:email")
	}
	return id
}
