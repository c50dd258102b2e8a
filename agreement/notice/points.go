package notice

import (
	"errors"
	"fmt"
)

// What callers act on.
var (
	// ErrMissing: the law asks for something that nobody has said yet. It is wrapped
	// by a [*MissingError].
	ErrMissing = errors.New("a point is missing")
	// ErrProcessor: this member works for the other, whose notice it is to write.
	ErrProcessor = errors.New("this member works for the other side, which writes the notice")
	// ErrLanguage: there are no texts in that language.
	ErrLanguage = errors.New("unknown language; use en or de")
)

// MissingError names the first point that is missing.
type MissingError struct {
	Point string // what has to be said
	Law   string // which article asks for it
	Where string // the key that says it
}

// Error says what is missing, by which law, and where to write it.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%v: %s (GDPR %s); fill in %s", ErrMissing, e.Point, e.Law, e.Where)
}

// Unwrap is ErrMissing.
func (e *MissingError) Unwrap() error { return ErrMissing }

// A point is something that Art. 13 or 14 ask for.
type point struct {
	point, law, where string
	said              func(f Facts, language string) bool
}

// points lists those of the notice in the order of Art. 13.
var points = []point{
	{"who you are and how to reach you", "Art. 13(1)(a), 14(1)(a)", "controller: name, address and contact in notice.yaml", func(f Facts, _ string) bool { return f.Company.Controller.whole() }},
	{"the representative in the Union", "Art. 13(1)(a), 14(1)(a)", "representative: name, address and contact in notice.yaml", representativeSaid},
	{"the data protection officer, or that there is none", "Art. 13(1)(b), 14(1)(b)", "officer in notice.yaml", officerSaid},
	{"the purposes", "Art. 13(1)(c), 14(1)(c)", "purposes in the agreement", purposesSaid},
	{"the legal basis of each purpose", "Art. 13(1)(c), 14(1)(c)", "bases in notice.yaml", basesSaid},
	{"which legitimate interest", "Art. 13(1)(d), 14(2)(b)", "bases: interest in notice.yaml", interestsSaid},
	{"the categories of data: the identifiers", "Art. 14(1)(d)", "identifiers in the agreement", func(f Facts, _ string) bool { return len(f.Sharing.Identifiers) > 0 }},
	{"the categories of data: what each column holds", "Art. 14(1)(d)", "columns in notice.yaml", columnsSaid},
	{"the partner and how to reach it", "Art. 13(1)(e), 14(1)(e)", "partners, under the partner's member name, in notice.yaml", func(f Facts, _ string) bool { return f.Company.Partners[f.Sharing.Partner].whole() }},
	{"the other recipients", "Art. 13(1)(e), 14(1)(e)", "recipients in notice.yaml", func(f Facts, l string) bool { return allSaid(f.Company.Recipients, l) }},
	{"what each side learns", "Art. 13(1)(e), 14(1)(e)", "analyses in the agreement", func(f Facts, _ string) bool { return len(f.Sharing.Results) > 0 }},
	{"the transfers to third countries, or that there are none", "Art. 13(1)(f), 14(1)(f)", "transfers in notice.yaml", transfersSaid},
	{"how long the data is kept", "Art. 13(2)(a), 14(2)(a)", "retention in notice.yaml", func(f Facts, l string) bool { return f.Company.Retention.In(l) != "" }},
	{"where people turn to with their rights, to object and to withdraw", "Art. 13(2)(b), (c), 14(2)(c), (d)", "requests in notice.yaml", func(f Facts, l string) bool { return f.Company.Requests.In(l) != "" }},
	{"the authority that takes complaints", "Art. 13(2)(d), 14(2)(e)", "authority: name, address and contact in notice.yaml", func(f Facts, _ string) bool { return f.Company.Authority.whole() }},
	{"whether people must give the data", "Art. 13(2)(e)", "required in notice.yaml", func(f Facts, l string) bool { return f.Company.Required.In(l) != "" }},
	{"the source of the data", "Art. 14(2)(f)", "source in notice.yaml", func(f Facts, l string) bool { return f.Company.Source.In(l) != "" }},
	{"automated decisions, or that there are none", "Art. 13(2)(f), 14(2)(g)", "automated_decisions in notice.yaml", func(f Facts, l string) bool { return f.Company.Decisions.None || f.Company.Decisions.What.In(l) != "" }},
	{"the essence of the joint arrangement", "Art. 26(2)", "joint in notice.yaml", jointSaid},
}

// recordPoints lists what Art. 30 asks for beside those of the notice.
var recordPoints = []point{
	{"whose data it is", "Art. 30(1)(c)", "customers in notice.yaml", func(f Facts, l string) bool { return f.Company.Customers.In(l) != "" }},
	{"how the data is kept safe", "Art. 30(1)(g)", "security_measures in notice.yaml", func(f Facts, l string) bool { return len(f.Company.Measures) > 0 && allSaid(f.Company.Measures, l) }},
}

// processorPoints lists what Art. 30(2) asks of a company that works for another.
var processorPoints = []string{
	"controller: name, address and contact in notice.yaml", "representative: name, address and contact in notice.yaml", "officer in notice.yaml",
	"partners, under the partner's member name, in notice.yaml", "transfers in notice.yaml", "security_measures in notice.yaml",
}

// Check fails with the first point, a [*MissingError], that a notice in a language
// still needs.
func Check(f Facts, language string) error {
	if language != English && language != German {
		return ErrLanguage
	}
	if f.Sharing.Processor {
		return ErrProcessor
	}
	return firstMissing(points, f, language)
}

// CheckRecord is [Check] for the record of processing activities.
func CheckRecord(f Facts, language string) error {
	if language != English && language != German {
		return ErrLanguage
	}
	all := append(append([]point{}, points...), recordPoints...)
	if !f.Sharing.Processor {
		return firstMissing(all, f, language)
	}
	var asked []point
	for _, p := range all {
		for _, where := range processorPoints {
			if p.where == where {
				asked = append(asked, p)
			}
		}
	}
	return firstMissing(asked, f, language)
}

func firstMissing(all []point, f Facts, language string) error {
	for _, p := range all {
		if !p.said(f, language) {
			return &MissingError{p.point, p.law, p.where}
		}
	}
	return nil
}

func representativeSaid(f Facts, _ string) bool {
	r := f.Company.Representative
	return r == nil || r.whole()
}

func officerSaid(f Facts, _ string) bool {
	o := f.Company.Officer
	return o.None || o.Name != "" && o.Contact != ""
}

func purposesSaid(f Facts, language string) bool {
	for _, p := range f.Sharing.Purposes {
		if p.Words.In(language) == "" {
			return false
		}
	}
	return len(f.Sharing.Purposes) > 0
}

func basesSaid(f Facts, _ string) bool {
	for _, p := range f.Sharing.Purposes {
		if f.Company.basis(p.Term).Kind == "" {
			return false
		}
	}
	return true
}

func interestsSaid(f Facts, language string) bool {
	for _, p := range f.Sharing.Purposes {
		b := f.Company.basis(p.Term)
		if b.Kind == LegitimateInterest && b.Interest.In(language) == "" {
			return false
		}
	}
	return true
}

func columnsSaid(f Facts, language string) bool {
	for _, c := range f.Sharing.Columns {
		if f.Company.Columns[c].In(language) == "" {
			return false
		}
	}
	return true
}

func transfersSaid(f Facts, language string) bool {
	t := f.Company.Transfers
	for _, to := range t.To {
		if !allSaid([]Text{to.Country, to.Safeguard, to.Copy}, language) {
			return false
		}
	}
	return t.None || len(t.To) > 0
}

func jointSaid(f Facts, language string) bool {
	essence, joint := f.Company.Joint[f.Sharing.Partner]
	return !joint || essence.In(language) != ""
}

func allSaid(texts []Text, language string) bool {
	for _, t := range texts {
		if t.In(language) == "" {
			return false
		}
	}
	return true
}
