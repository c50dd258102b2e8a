package consent

import (
	"bytes"
	"slices"
	"time"

	"mandorla/consent/optout"
)

// A Column lends the cells of a batch's column: those of row i.
type Column func(i int) (cell []byte, null bool)

// A Policy judges the rows of a dataset for one run. It is safe for concurrent
// use if the Canonical functions of its entries are.
type Policy struct {
	columns      []string
	where        *whereabouts // nil: nobody says where people are
	rules        []rule
	consentIn    places
	everyConsent bool // without knowing where people are
	lists        []*optout.List
	drops        []*optout.Drop
}

// whereabouts says where a row's person is, and whether that will do.
type whereabouts struct {
	column int   // -1: everybody is in the country
	inside place // the country of cells that name only a state
	judge  judge
}

// Columns are the columns that it needs, in the order in which Decide wants
// them.
func (p *Policy) Columns() []string { return slices.Clone(p.columns) }

// places are where columns stand, which are added where they do not yet.
func (p *Policy) places(names []string) (at []int) {
	for _, name := range names {
		i := slices.Index(p.columns, name)
		if i < 0 {
			i = len(p.columns)
			p.columns = append(p.columns, name)
		}
		at = append(at, i)
	}
	return at
}

// Decide judges the first rows of a batch, as many as there are verdicts to
// write. It allocates nothing per row.
func (p *Policy) Decide(columns []Column, verdicts []Reason) {
	r := &row{}
	for i := range verdicts {
		verdicts[i] = p.decide(columns, i, r)
	}
}

// decide judges one row: by where its person is, by each entry, and by whether
// there is a consent where one is needed. Of whom it is not known where they
// are, every entry judges.
func (p *Policy) decide(columns []Column, i int, r *row) Reason {
	r.consented = false
	verdict := Eligible
	if p.where != nil {
		verdict = p.where.find(columns, i, r)
	}
	for _, rule := range p.rules {
		if r.place != nowhere && !rule.in.has(r.place) {
			continue
		}
		r.n = len(rule.columns)
		for c, column := range rule.columns {
			r.cells[c] = cellOf(columns[column], i)
		}
		verdict = first(verdict, rule.judge(r))
	}
	if verdict == Eligible && !r.consented && p.needsConsent(r.place) {
		return NoPurpose
	}
	return verdict
}

func (p *Policy) needsConsent(at place) bool {
	if p.where == nil {
		return p.everyConsent
	}
	return p.consentIn != nil && p.consentIn.has(at)
}

// cellOf is a cell, trimmed; null is empty.
func cellOf(column Column, i int) []byte {
	cell, null := column(i)
	if null {
		return nil
	}
	return bytes.TrimSpace(cell)
}

// find sets the row's place.
func (w *whereabouts) find(columns []Column, i int, r *row) Reason {
	if w.column < 0 {
		r.place = w.inside
		return w.judge(r)
	}
	r.place = nowhere
	cell := cellOf(columns[w.column], i)
	if len(cell) == 0 {
		return Missing
	}
	at, ok := placeOf(cell, w.inside)
	if !ok {
		return Unreadable
	}
	r.place = at
	return w.judge(r)
}

// where makes an entry of kind jurisdiction ready.
func (b *builder) where(p *Policy, e Entry, reach places) (*whereabouts, error) {
	w := &whereabouts{column: -1, judge: judgePlace(reach)}
	if e.Country != "" {
		at, ok := placeOf([]byte(e.Country), nowhere)
		if !ok || at != at.country() {
			return nil, e.wrong("Country: two letters, such as US")
		}
		w.inside = at
	}
	if e.Column != "" {
		w.column = p.places(e.columns())[0]
	}
	return w, nil
}

// A Download says what is known of one of the policy's DROP lists.
type Download struct {
	List   *optout.Drop // writes the status file once all rows are judged
	Newest time.Time    // day of the newest download; zero: unknown
	Stale  bool         // older than 45 days at the run's start, or unknown
}

// Downloads are the policy's DROP lists, in the order of the entries.
func (p *Policy) Downloads(now time.Time) []Download {
	var out []Download
	for _, d := range p.drops {
		out = append(out, Download{d, d.Newest(), d.Stale(now)})
	}
	return out
}

// Unusable is how many lines of the policy's opt-out lists could not be read,
// such as headings. Whoever stands in one of them takes part.
func (p *Policy) Unusable() uint64 {
	var n uint64
	for _, l := range p.lists {
		n += l.Unusable()
	}
	return n
}
