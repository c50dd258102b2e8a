package legal

import (
	"slices"
	"strings"
	"time"
)

// A Day is the rules that are in force on one day.
type Day struct {
	lines  []Line
	places []place
}

// On gives the rules that are in force at a time, by the day of UTC.
func (f *File) On(now time.Time) Day {
	d := Day{places: f.places}
	for _, l := range f.Lines {
		if l.holds(now) {
			d.lines = append(d.lines, l)
		}
	}
	return d
}

// Needs gives what the law asks of a kind of sharing whose people live in these
// places: the strictest of all. What is not listed needs opt-in, and so does an
// empty list.
func (d Day) Needs(jurisdictions []string, kind string) Needs {
	var all Needs
	var used []int
	for _, code := range jurisdictions {
		one, lines := d.needs(code, kind)
		all.add(Line{Consent: one.Consent, Notice: one.Notice, GPC: one.GPC, Financial: one.Financial, DeletionList: one.DeletionList, LeastAge: one.LeastAge})
		all.Unlisted = append(all.Unlisted, one.Unlisted...)
		used = append(used, lines...)
	}
	if len(jurisdictions) == 0 {
		return unlisted
	}
	slices.Sort(used)
	for _, i := range slices.Compact(used) {
		all.Lines = append(all.Lines, d.lines[i])
	}
	slices.Sort(all.Unlisted)
	all.Unlisted = slices.Compact(all.Unlisted)
	return all
}

// needs gives what is asked in one place, and which lines ask it: those of all that
// it lies in, and those of all that lies in it. Whether its consent is known is
// decided by the former alone: a country is not known by some of its states.
func (d Day) needs(code, kind string) (Needs, []int) {
	var n Needs
	var used []int
	known := false
	for i, l := range d.lines {
		if !slices.Contains(l.Kinds, kind) || !d.within(code, l.In) && !d.within(l.In, code) {
			continue
		}
		known = known || l.Consent != Unsaid && d.within(code, l.In)
		n.add(l)
		used = append(used, i)
	}
	if !known {
		n.add(Line{Consent: unlisted.Consent, Notice: unlisted.Notice, GPC: unlisted.GPC})
		n.Unlisted = []string{code}
	}
	return n, used
}

// within reports whether all of one place lies in another.
func (d Day) within(inner, outer string) bool {
	for inner != "" {
		if inner == outer {
			return true
		}
		inner = d.parent(inner)
	}
	return false
}

// parent names the place that holds another, empty for none.
func (d Day) parent(code string) string {
	if country, _, isState := strings.Cut(code, "-"); isState {
		return country
	}
	i := slices.IndexFunc(d.places, func(p place) bool { return p.code == code })
	if i < 0 {
		return ""
	}
	return d.places[i].within
}
