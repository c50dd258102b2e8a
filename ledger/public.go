package ledger

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"html/template"
	"io"
	"iter"
	"slices"
)

// Figures are what a company may put on its web site of what it did with its
// partners: sums of what the receipts say, and to whom rows went.
type Figures struct {
	Member   string    `json:"member"`
	From     string    `json:"from"`  // the day of the first run; empty where there was none
	Until    string    `json:"until"` // the day of the last
	Runs     uint64    `json:"runs"`
	Failed   uint64    `json:"failed"` // more runs, that gave no result
	People   uint64    `json:"people"` // records that took part, run by run added up, rounded
	Partners []Partner `json:"partners"`
	Counters []string  `json:"counters"` // nodes without data that compared or counted for the members, sorted
	Analyses []string  `json:"analyses"` // what the runs were, sorted

	// Recipients are those to whom the member has given rows of people on both lists,
	// sorted; the receipts say nothing of them.
	Recipients []string `json:"recipients"`
}

// A Partner is the part of the figures that was done with one other member.
type Partner struct {
	Name     string `json:"name"`
	Purposes []Aim  `json:"purposes"`
}

// An Aim is the part that was done with one partner for one purpose.
type Aim struct {
	Purpose string `json:"purpose"`
	Runs    uint64 `json:"runs"`
	Failed  uint64 `json:"failed"`
	People  uint64 `json:"people"`
}

// Public adds up the receipts of a member, one a run. A run among more than two
// stands under each partner, and counts once in the whole; who has no data and counts
// for the others is no partner, and is named apart. Disclosures are the rows that left
// the member.
func Public(member string, receipts iter.Seq2[*Receipt, error], disclosures []*Disclosure) (*Figures, error) {
	sums := map[[2]string]*Aim{}
	f := &Figures{Member: member, Counters: []string{}, Analyses: []string{}, Recipients: []string{}}
	for r, err := range receipts {
		if err != nil {
			return nil, err
		}
		one := aimOf(r, member)
		f.Runs, f.Failed, f.People = f.Runs+one.Runs, f.Failed+one.Failed, f.People+one.People
		f.span(r.Members[member].Started)
		f.Analyses = append(f.Analyses, r.Analysis)
		if counter := r.counter(); counter != "" {
			f.Counters = append(f.Counters, counter)
		}
		for _, partner := range r.members() {
			if partner == member || partner == r.counter() {
				continue
			}
			key := [2]string{partner, r.Purpose}
			if sums[key] == nil {
				sums[key] = &Aim{Purpose: r.Purpose}
			}
			sums[key].add(one)
		}
	}
	for _, d := range disclosures {
		f.Recipients = append(f.Recipients, d.Recipient)
	}
	f.Recipients = distinct(f.Recipients)
	f.Partners, f.Analyses, f.Counters = byPartner(sums), distinct(f.Analyses), distinct(f.Counters)
	return f, nil
}

func distinct(names []string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}

// withCounter are the topologies in which a node without data joins or counts.
var withCounter = []string{"RING", "HELPER"}

// counter is that node of a run, the one of its members that has no dataset; empty
// where there is none.
func (r *Receipt) counter() string {
	for _, name := range r.members() {
		if slices.Contains(withCounter, r.Topology) && r.Members[name].Dataset == "" {
			return name
		}
	}
	return ""
}

// aimOf is what one receipt adds. Nobody took part where a run failed before
// anything crossed, and a receipt without an account does not say how many did.
func aimOf(r *Receipt, member string) Aim {
	a := Aim{Purpose: r.Purpose}
	if r.State == Completed {
		a.Runs = 1
	} else {
		a.Failed = 1
	}
	if r.Account != nil && (r.State == Completed || r.Transcript != "") {
		a.People = r.Account.Parts[member].Eligibility.Eligible
	}
	return a
}

func (a *Aim) add(b Aim) {
	a.Runs, a.Failed, a.People = a.Runs+b.Runs, a.Failed+b.Failed, a.People+b.People
}

// span widens the days to one more.
func (f *Figures) span(started string) {
	day := started[:min(len(started), len("2026-01-01"))]
	if day != "" && (f.From == "" || day < f.From) {
		f.From = day
	}
	f.Until = max(f.Until, day)
}

func byPartner(sums map[[2]string]*Aim) []Partner {
	aims := map[string][]Aim{}
	for key, a := range sums {
		aims[key[0]] = append(aims[key[0]], *a)
	}
	partners := []Partner{}
	for name, list := range aims {
		slices.SortFunc(list, func(a, b Aim) int { return cmp.Compare(a.Purpose, b.Purpose) })
		partners = append(partners, Partner{name, list})
	}
	slices.SortFunc(partners, func(a, b Partner) int { return cmp.Compare(a.Name, b.Name) })
	return partners
}

// JSON is the figures for programs.
func (f *Figures) JSON() ([]byte, error) {
	b, err := json.MarshalIndent(f, "", "  ")
	return append(b, '\n'), err
}

//go:embed public.html
var publicHTML string

var publicPage = template.Must(template.New("public").Parse(publicHTML))

// HTML writes the figures as a page for people.
func (f *Figures) HTML(w io.Writer) error { return publicPage.Execute(w, f) }
