package legal

import (
	"fmt"
	"slices"
)

// A Change is one thing that is asked otherwise than before.
type Change struct {
	Jurisdiction, Kind string
	Stricter           bool // otherwise laxer
	Words              string
}

// Changed lists what two sets of rules, or one set on two days, ask differently, by
// place and kind of sharing in the order of the files: every open agreement on them
// is to be judged anew.
func Changed(old, new Day) []Change {
	var all []Change
	for _, code := range codes(old, new) {
		for _, kind := range Kinds() {
			all = append(all, compare(code, kind, old, new)...)
		}
	}
	return all
}

// codes lists the places of the first, then those that only the second has.
func codes(old, new Day) []string {
	var all []string
	for _, p := range slices.Concat(old.places, new.places) {
		if !slices.Contains(all, p.code) {
			all = append(all, p.code)
		}
	}
	return all
}

func compare(code, kind string, old, new Day) []Change {
	var all []Change
	before, after := old.Needs([]string{code}, kind), new.Needs([]string{code}, kind)
	for _, a := range aspects {
		if a.rank(before) == a.rank(after) {
			continue
		}
		stricter := a.rank(after) > a.rank(before)
		all = append(all, Change{code, kind, stricter, changeWords(code, kind, a, before, after)})
	}
	return all
}

func changeWords(code, kind string, a aspect, before, after Needs) string {
	how := "laxer"
	if a.rank(after) > a.rank(before) {
		how = "stricter"
	}
	return fmt.Sprintf("%s, %s: %s is %s. Before: %s Now: %s", code, kind, a.name, how, a.says(before), a.says(after))
}
