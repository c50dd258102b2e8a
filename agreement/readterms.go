package agreement

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"mandorla/agreement/rules"
	"mandorla/agreement/strict"
)

// A reader reads the parts of an agreement.
type reader struct{ *strict.Reader }

// keys are those of an agreement's text.
var keys = []string{"agreement", "version", "replaces", "kind", "purpose", "purposes", "signatures_per_member", "members", "combiner", "helper",
	"datasets", "identifiers", "analyses", "engine", "activate", "vendor", "vendor_data", "brands", "jurisdictions", "joint_marketing", "retention",
	"onward_transfer", "delete_by", "rules", "valid"}

// readTerms reads the YAML text, with the keys that may sign it.
func readTerms(text []byte) (Terms, signers, error) {
	r := reader{strict.NewReader(fileName)}
	s := r.Section(r.Document(text), "", keys...)
	var t Terms
	t.Agreement = r.Name(s.Need("agreement"), "agreement")
	t.Version, t.Replaces = r.version(s)
	t.Kind = r.OneOf(s.Need("kind"), "kind", ServiceProvider, Affiliate, Partner, Sale)
	t.Purpose = r.Text(s.Need("purpose"), "purpose")
	t.Purposes = r.purposes(s)
	t.Signatures = r.signaturesPerMember(s)
	who := r.members(s.Need("members"), t.Signatures)
	t.Members, t.Keys = who.nodes, who.keys
	t.Combiner = r.combiner(s, who)
	t.Datasets = r.datasets(s.Need("datasets"), t.Members)
	t.Identifiers = r.identifiers(s.Need("identifiers"))
	t.Analyses = r.analyses(s.Need("analyses"), t.Members)
	if n, ok := s.Has("activate"); ok {
		t.Activate = r.activate(n, &t)
	}
	t.Engine = r.engine(s, t.Analyses)
	r.checkCounted(s, &t)
	t.Rules = rules.Defaults()
	if n, ok := s.Has("rules"); ok {
		t.Rules = rules.Read(r.Reader, n)
	}
	t.Valid = r.valid(s.Need("valid"))
	t.Conditions = r.conditions(s, &t)
	if r.Err() == nil {
		r.checkSeveral(s, &t)
	}
	if r.Err() != nil {
		return Terms{}, signers{}, r.Err()
	}
	return t, who, nil
}

func (r reader) datasets(n *yaml.Node, members map[string]string) map[string]string {
	all := map[string]string{}
	for _, p := range r.Pairs(n, "datasets") {
		r.member(p.Key, p.Path, p.Name, members)
		all[p.Name] = r.Name(p.Value, p.Path)
	}
	if len(all) != len(members) {
		r.Fail(n, "datasets", "must name one dataset for every member")
	}
	return all
}

// member fails unless the name stands under members.
func (r reader) member(n *yaml.Node, field, name string, members map[string]string) {
	if _, ok := members[name]; !ok {
		r.Fail(n, field, "%.64q is no member; use a name that stands under members", name)
	}
}

func (r reader) valid(n *yaml.Node) Valid {
	s := r.Section(n, "valid", "from", "until")
	v := Valid{r.Date(s.Need("from"), "valid.from"), r.Date(s.Need("until"), "valid.until")}
	if v.Until.Before(v.From) {
		r.Fail(s.Need("until"), "valid.until", "lies before valid.from; swap or change them")
	}
	return v
}

// maxTypes bounds the levels of the waterfall (PROTOCOLS.md §8).
const maxTypes = 4

func (r reader) identifiers(n *yaml.Node) Identifiers {
	s := r.Section(n, "identifiers", "profile", "types")
	ids := Identifiers{Profile: r.Name(s.Need("profile"), "identifiers.profile")}
	types := s.Need("types")
	r.Plain(types, "identifiers.types")
	if types.Kind != yaml.SequenceNode || len(types.Content) < 1 || len(types.Content) > maxTypes {
		r.Fail(types, "identifiers.types", "must be a list of 1 to %d, such as [email, phone]", maxTypes)
		return ids
	}
	for _, item := range types.Content {
		id := r.identifier(item)
		if slices.ContainsFunc(ids.Types, func(o Identifier) bool { return o == id || overlaps(o, id) }) {
			r.Fail(item, "identifiers.types", "%s is covered twice; keep one", id)
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
func (r reader) identifier(n *yaml.Node) Identifier {
	const field = "identifiers.types"
	var id Identifier
	if n.Kind == yaml.MappingNode {
		s := r.Section(n, field, "type", "label")
		id.Type, id.Label = r.Text(s.Need("type"), s.At("type")), r.Text(s.Need("label"), s.At("label"))
		return r.checkIdentifier(n, id, true)
	}
	typ, label, labelled := strings.Cut(r.Text(n, field), ":")
	return r.checkIdentifier(n, Identifier{typ, label}, labelled)
}

func (r reader) checkIdentifier(n *yaml.Node, id Identifier, labelled bool) Identifier {
	const field = "identifiers.types"
	unlabelled := []string{"email", "phone", "name_postcode", "name_dob", "address", "household"}
	takesLabel := id.Type == "exact" || id.Type == "sha256"
	switch {
	case !takesLabel && !slices.Contains(unlabelled, id.Type):
		r.Fail(n, field, "unknown type; known: %s, exact, exact:LABEL, sha256:LABEL", strings.Join(unlabelled, ", "))
	case labelled && !takesLabel:
		r.Fail(n, field, "%s takes no label; write it alone", id.Type)
	case labelled && strict.CheckName(id.Label) != nil:
		r.Fail(n, field, "the label %v", strict.CheckName(id.Label))
	case id.Type == "sha256" && !labelled:
		r.Fail(n, field, "sha256 needs a label, such as sha256:email")
	}
	return id
}
