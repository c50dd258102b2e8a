package notice

import (
	"embed"
	"slices"
	"strings"
	"text/template"
	"time"
)

//go:embed en.tmpl de.tmpl
var files embed.FS

// templates are the texts by language.
var templates = map[string]*template.Template{
	English: template.Must(template.ParseFS(files, "en.tmpl")),
	German:  template.Must(template.ParseFS(files, "de.tmpl")),
}

// A view is the facts as the texts of one language see them.
type view struct {
	Company  Company
	Sharing  Sharing
	language string
}

// newView puts what the agreement's authors wrote freely into one line each.
func newView(f Facts, language string) view {
	s := f.Sharing
	s.Purpose, s.Onward = oneLine(s.Purpose), oneLine(s.Onward)
	s.Purposes = slices.Clone(s.Purposes)
	for i, p := range s.Purposes {
		s.Purposes[i].Words = Text{oneLine(p.Words.EN), oneLine(p.Words.DE)}
	}
	return view{f.Company, s, language}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// word says something by the template of that name.
func (v view) word(name string, about any) (string, error) {
	var b strings.Builder
	err := templates[v.language].ExecuteTemplate(&b, name, about)
	return strings.TrimSpace(b.String()), err
}

// In is a text in the language of the view.
func (v view) In(t Text) string { return t.In(v.language) }

// A partner is another side, as customers know it.
type partner struct {
	Party
	Brand string // where it is not the company's name
}

// Partners are the other sides.
func (v view) Partners() (all []partner) {
	for _, member := range v.Sharing.Partners {
		p := partner{Party: v.Company.Partners[member]}
		if brand := v.Sharing.Brands[member]; brand != p.Name {
			p.Brand = brand
		}
		all = append(all, p)
	}
	return all
}

// Several reports whether there are more than one.
func (v view) Several() bool { return len(v.Sharing.Partners) > 1 }

// Names are those of the other sides, as a sentence has them.
func (v view) Names() string {
	var names []string
	for _, p := range v.Partners() {
		names = append(names, p.Name)
	}
	return v.and(names)
}

// Us is this company and the others.
func (v view) Us() string {
	us := []string{v.In(Text{"We", "Wir"})}
	for _, p := range v.Partners() {
		us = append(us, p.Name)
	}
	return v.and(us)
}

// and joins names as a sentence does.
func (v view) and(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + v.In(Text{" and ", " und "}) + names[last]
}

// name is that of a member, or of a node without data: the one that stands under
// partners, if any does.
func (v view) name(member string) string {
	if p, ok := v.Company.Partners[member]; ok && p.Name != "" {
		return p.Name
	}
	return member
}

// Helper is who joins for the two; empty where nobody does.
func (v view) Helper() string { return v.name(v.Sharing.Helper) }

// Combiner is who counts for a group; empty where nobody does.
func (v view) Combiner() string { return v.name(v.Sharing.Combiner) }

// A joint is a partner with whom this company decides on ends and means, and the
// essence of their arrangement.
type joint struct{ Name, Essence string }

// Joints lists them.
func (v view) Joints() (all []joint) {
	for _, member := range v.Sharing.Partners {
		if essence := v.In(v.Company.Joint[member]); essence != "" {
			all = append(all, joint{v.name(member), essence})
		}
	}
	return all
}

// A lawful purpose is one with its basis.
type lawful struct{ Words, Basis, Interest string }

// Lawful lists the purposes with their bases.
func (v view) Lawful() []lawful {
	var all []lawful
	for _, p := range v.Sharing.Purposes {
		b := v.Company.basis(p.Term)
		all = append(all, lawful{v.In(p.Words), b.Kind, v.In(b.Interest)})
	}
	return all
}

// Rests reports whether a purpose rests on one of some kinds of basis.
func (v view) Rests(kinds ...string) bool {
	return slices.ContainsFunc(v.Sharing.Purposes, func(p Purpose) bool { return slices.Contains(kinds, v.Company.basis(p.Term).Kind) })
}

// Identifiers says what is compared. A labelled identifier is what the company says
// its column holds.
func (v view) Identifiers() ([]string, error) {
	var all []string
	for _, id := range v.Sharing.Identifiers {
		kind, label, _ := strings.Cut(id, ":")
		said, err := v.word("identifier", identifier{kind, v.In(v.Company.Columns[label])})
		if err != nil {
			return nil, err
		}
		all = append(all, said)
	}
	return all, nil
}

// An identifier is its type and, where it is labelled, what it holds.
type identifier struct{ Type, Holds string }

// Columns says what else is read.
func (v view) Columns() []string { return v.describe(v.Sharing.Columns, "") }

// Received says what the partner adds, person by person.
func (v view) Received() []string { return v.theirs(v.Sharing.Received) }

// Figures says of which of the partner's columns there are numbers.
func (v view) Figures() []string { return v.theirs(v.Sharing.Figures) }

// theirs describes columns of the partner's.
func (v view) theirs(columns []string) []string {
	if len(columns) == 0 {
		return nil
	}
	return v.describe(columns, v.Sharing.Partners[0]+".")
}

func (v view) describe(columns []string, prefix string) []string {
	var all []string
	for _, c := range columns {
		all = append(all, v.In(v.Company.Columns[prefix+c]))
	}
	return all
}

// some reports whether a result is of a kind.
func (v view) some(kind func(Result) bool) bool {
	return slices.ContainsFunc(v.Sharing.Results, kind)
}

// Passed lists whom rows may leave to, by the names that people know.
func (v view) Passed() []Passed {
	var all []Passed
	for _, p := range v.Sharing.Passed {
		all = append(all, Passed{v.name(p.To), v.describe(p.Columns, ""), p.Days})
	}
	return all
}

// outsiders are the recipients of rows beside the partners.
func (v view) outsiders() (names []string) {
	for _, p := range v.Passed() {
		if !slices.ContainsFunc(v.Partners(), func(other partner) bool { return other.Name == p.To }) {
			names = append(names, p.To)
		}
	}
	return names
}

// Day writes a day, empty for none.
func (v view) Day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	if v.language == German {
		return t.Format("02.01.2006")
	}
	return t.Format("2 January 2006")
}
