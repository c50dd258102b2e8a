package agreement

import (
	"fmt"
	"slices"
	"strings"
)

// A Change is one field whose value differs between two agreements. Here and
// There are as people write the values, "absent" where there is none; members'
// keys are told apart, not shown.
type Change struct{ Field, Here, There string }

// String is one line: rules.min_group_size: 50 here, 20 there.
func (c Change) String() string {
	return fmt.Sprintf("%s: %s here, %s there", c.Field, c.Here, c.There)
}

// Diff lists the fields of the terms that differ, in the order of DESIGN.md's
// example. Agreements whose texts differ in comments, layout or written-out
// defaults alone have none.
func Diff(here, there *Agreement) []Change {
	members := slices.Concat(here.Terms.Names(), there.Terms.Names())
	slices.Sort(members)
	members = slices.Compact(members)
	a, b := fields(&here.Terms, members), fields(&there.Terms, members)
	var changes []Change
	for i := range a { // the same members give both the same fields
		if a[i].value == b[i].value {
			continue
		}
		changes = append(changes, Change{a[i].name, a[i].shown("a key"), b[i].shown("another key")})
	}
	return changes
}

// FirstDifference names the first field that differs, in the order of [Diff], or
// the first line where the terms agree and the texts do not. It is empty when the
// texts, and so the hashes, are equal.
func FirstDifference(here, there *Agreement) string {
	if changes := Diff(here, there); len(changes) > 0 {
		return changes[0].String()
	}
	if here.Text() == there.Text() {
		return ""
	}
	a, b := strings.Split(here.Text(), "\n"), strings.Split(there.Text(), "\n")
	line := 0
	for line < len(a) && line < len(b) && a[line] == b[line] {
		line++
	}
	return fmt.Sprintf("line %d: the terms are equal, the wording or layout is not; use one file on both sides", line+1)
}
