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

// Partner is the other side.
func (v view) Partner() Party { return v.Company.Partners[v.Sharing.Partner] }

// Helper is who joins for the two: by the name that stands under partners, if any
// does; empty where nobody does.
func (v view) Helper() string {
	if p, ok := v.Company.Partners[v.Sharing.Helper]; ok && p.Name != "" {
		return p.Name
	}
	return v.Sharing.Helper
}

// Joint is the essence of a joint arrangement, empty where there is none.
func (v view) Joint() string { return v.In(v.Company.Joint[v.Sharing.Partner]) }

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

// Received says what the partner adds.
func (v view) Received() []string { return v.describe(v.Sharing.Received, v.Sharing.Partner+".") }

func (v view) describe(columns []string, prefix string) []string {
	var all []string
	for _, c := range columns {
		all = append(all, v.In(v.Company.Columns[prefix+c]))
	}
	return all
}

// Counts reports whether a result is a number.
func (v view) Counts() bool {
	return slices.ContainsFunc(v.Sharing.Results, func(r Result) bool { return slices.Contains(counting, r.Analysis) })
}

// Told reports whether this company gets to know of single people that they are on
// the partner's list too: data from a source other than the person.
func (v view) Told() bool {
	return slices.ContainsFunc(v.Sharing.Results, func(r Result) bool { return r.Own && slices.Contains(telling, r.Analysis) })
}

// outcome is a result with the partner's name.
type outcome struct {
	Result
	Partner string
}

// Outcomes lists what each side learns.
func (v view) Outcomes() []outcome {
	var all []outcome
	for _, r := range v.Sharing.Results {
		all = append(all, outcome{r, v.Partner().Name})
	}
	return all
}

// Passed lists whom rows may leave to, by the names that people know.
func (v view) Passed() []Passed {
	var all []Passed
	for _, p := range v.Sharing.Passed {
		if known, ok := v.Company.Partners[p.To]; ok {
			p.To = known.Name
		}
		all = append(all, Passed{p.To, v.describe(p.Columns, ""), p.Days})
	}
	return all
}

// outsiders are the recipients of rows beside the partner.
func (v view) outsiders() (names []string) {
	for _, p := range v.Passed() {
		if p.To != v.Partner().Name {
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
