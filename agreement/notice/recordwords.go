package notice

import (
	"slices"
	"strings"
)

// between parts a list within one cell.
const between = "; "

// told is what a member learns of single people.
var told = Text{"whether a person is on the partner's list too", "ob eine Person auch auf der Liste des Partners steht"}

// counter is what a combiner learns, beside its name.
var counter = Text{" (has no data; learns exact counts of pseudonymous rows)", " (ohne eigene Daten; erfährt genaue Anzahlen pseudonymer Zeilen)"}

// partners are the other sides, each in one line.
func (v view) partners() string {
	var all []string
	for _, p := range v.Partners() {
		line := p.line()
		if p.Brand != "" {
			line += " (" + p.Brand + ")"
		}
		all = append(all, line)
	}
	return joined(all)
}

// joined is a list in one cell, without what nobody wrote.
func joined(all []string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), between)
}

// line is a party in one line.
func (p Party) line() string {
	return p.Name + ", " + p.Address + ", " + p.Contact
}

func (v view) role() string {
	switch {
	case v.Sharing.Processor:
		return v.In(Text{"processor for the partner", "Auftragsverarbeiter für den Partner"})
	case v.Several() && len(v.Joints()) > 0:
		return v.In(Text{"joint controller with ", "gemeinsam verantwortlich mit "}) + v.and(v.jointly())
	case len(v.Joints()) > 0:
		return v.In(Text{"joint controller with the partner", "gemeinsam mit dem Partner verantwortlich"})
	}
	return v.In(Text{"controller", "Verantwortlicher"})
}

// jointly are the partners who are responsible too.
func (v view) jointly() (names []string) {
	for _, j := range v.Joints() {
		names = append(names, j.Name)
	}
	return names
}

func (v view) representative() string {
	if v.Company.Representative == nil {
		return v.none()
	}
	return v.Company.Representative.line()
}

func (v view) none() string { return v.In(Text{"none", "keine"}) }

func (v view) officer() string {
	if v.Company.Officer.None {
		return v.none()
	}
	return v.Company.Officer.Name + ", " + v.Company.Officer.Contact
}

// purposes are those of the vocabulary, each with its term.
func (v view) purposes() string {
	var all []string
	for _, p := range v.Sharing.Purposes {
		said := v.In(p.Words)
		if p.Term != "" {
			said += " (" + p.Term + ")"
		}
		all = append(all, said)
	}
	return joined(all)
}

func (v view) bases() (string, error) {
	var all []string
	for _, l := range v.Lawful() {
		said, err := v.word("ground", l)
		if err != nil {
			return "", err
		}
		all = append(all, said)
	}
	return joined(all), nil
}

func (v view) categories() (string, error) {
	all, err := v.Identifiers()
	if err != nil {
		return "", err
	}
	all = append(all, v.Columns()...)
	all = append(all, v.Received()...)
	all = append(all, v.Figures()...)
	if v.Told() {
		all = append(all, v.In(told))
	}
	return joined(all), nil
}

func (v view) recipients() string {
	var all []string
	for _, p := range v.Partners() {
		all = append(all, p.Name)
	}
	all = append(all, v.counters()...)
	all = append(all, v.texts(v.Company.Recipients)...)
	all = append(all, v.outsiders()...)
	if v.Sharing.Onward != "" {
		all = append(all, v.Sharing.Onward)
	}
	return joined(all)
}

// counters are those without data who join or count, and what they learn.
func (v view) counters() (all []string) {
	for _, name := range []string{v.Helper(), v.Combiner()} {
		if name != "" {
			all = append(all, name+v.In(counter))
		}
	}
	return all
}

func (v view) transfers() string {
	if v.Company.Transfers.None {
		return v.none()
	}
	var all []string
	for _, t := range v.Company.Transfers.To {
		all = append(all, v.In(t.Country)+": "+v.In(t.Safeguard))
	}
	return joined(all)
}

// limits are the company's own, and those of the agreement.
func (v view) limits() (string, error) {
	var all []string
	if own := v.In(v.Company.Retention); own != "" {
		all = append(all, own)
	}
	if v.Sharing.KeyLasts.N > 0 {
		period, err := v.word("period", v.Sharing.KeyLasts)
		if err != nil {
			return "", err
		}
		all = append(all, v.In(Text{"keys and codes: at most ", "Schlüssel und Codes: höchstens "})+period)
	}
	if v.Sharing.Keeps.N > 0 {
		period, err := v.word("period", v.Sharing.Keeps)
		if err != nil {
			return "", err
		}
		all = append(all, v.In(Text{"results: ", "Ergebnisse: "})+period)
	}
	if !v.Sharing.DeleteBy.IsZero() {
		all = append(all, v.In(Text{"deleted by ", "gelöscht bis "})+v.Day(v.Sharing.DeleteBy))
	}
	return joined(all), nil
}

func (v view) list(texts []Text) string { return joined(v.texts(texts)) }

func (v view) texts(texts []Text) []string {
	var all []string
	for _, t := range texts {
		all = append(all, v.In(t))
	}
	return all
}
