package agreement

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Activate lets matched rows leave a node: the columns named, sealed to a
// recipient, with decoys among them, to be deleted after so many days.
type Activate struct {
	Recipients map[string]Recipient
	Columns    map[string][]string // member to those of its own columns that may cross
	Days       int                 // after which a recipient has deleted a file
	Grace      int                 // days more until a missing receipt suspends the agreement
	Decoys     int                 // made-up rows in each file
}

// A Recipient is a member, or somebody else, whom files are sealed to.
type Recipient struct {
	Key      string // age1… or hpke+…
	Verifier string // who signs for the deletion; of a member its node's key
}

// Activates names the members whose rows may leave, sorted.
func (t *Terms) Activates() []string {
	if t.Activate == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(t.Activate.Columns))
}

// Activation gives a recipient of a member's rows, and which columns cross. It
// fails with ErrNotPermitted where the terms do not say so.
func (t *Terms) Activation(member, recipient string) (to Recipient, columns []string, err error) {
	if t.Activate == nil {
		return to, nil, fmt.Errorf("%w: it has no activate; agree on it first", ErrNotPermitted)
	}
	columns, ok := t.Activate.Columns[member]
	if !ok {
		return to, nil, fmt.Errorf("%w: activate.columns: it names none of %s", ErrNotPermitted, member)
	}
	to, ok = t.Activate.Recipients[recipient]
	if !ok {
		return to, nil, fmt.Errorf("%w: activate.recipients: %.64q is not among them", ErrNotPermitted, recipient)
	}
	return to, columns, nil
}

// DeleteBy is the last day on which a recipient may hold a file made at a moment:
// so many days later, and no later than the agreement's own delete_by.
func (t *Terms) DeleteBy(made time.Time) time.Time {
	made = made.UTC()
	by := time.Date(made.Year(), made.Month(), made.Day()+t.Activate.Days, 0, 0, 0, 0, time.UTC)
	if last := t.Conditions.DeleteBy; !last.IsZero() && last.Before(by) {
		return last
	}
	return by
}

// RecipientVerifier checks what a recipient of activations signs.
func (a *Agreement) RecipientVerifier(name string) (note.Verifier, error) {
	if a.Terms.Activate == nil || a.Terms.Activate.Recipients[name].Verifier == "" {
		return nil, fmt.Errorf("%w: activate.recipients: %.64q is not among them", ErrNotPermitted, name)
	}
	return note.NewVerifier(a.Terms.Activate.Recipients[name].Verifier)
}

// activateWords says what leaves, to whom, and until when.
func (t *Terms) activateWords() []string {
	a := t.Activate
	if a == nil {
		return nil
	}
	lines := []string{fmt.Sprintf("Rows may leave a node: of the customers that its list of matches names, %s, in the clear to whoever holds the key of %s.",
		columnWords(a.Columns), and(slices.Sorted(maps.Keys(a.Recipients))))}
	if outside := t.strangers(); len(outside) > 0 {
		lines = append(lines, fmt.Sprintf("Of these recipients, no member of this agreement: %s.", strings.Join(outside, ", ")))
	}
	when := fmt.Sprintf("A recipient deletes each file within %d days and signs that it did.", a.Days)
	if a.Grace > 0 {
		when += fmt.Sprintf(" If its receipt has not come %d days later, the sender's node suspends the agreement.", a.Grace)
	} else {
		when += " If its receipt has not come by then, the sender's node suspends the agreement."
	}
	return append(lines, when, fmt.Sprintf("In each file stand %d made-up rows, by which a copy of it is known again.", a.Decoys))
}

// strangers are the recipients that are no members.
func (t *Terms) strangers() (names []string) {
	for _, name := range slices.Sorted(maps.Keys(t.Activate.Recipients)) {
		if _, member := t.Members[name]; !member {
			names = append(names, name)
		}
	}
	return names
}

// activateFields are the terms of activate as people write them.
func activateFields(a *Activate, members []string) []field {
	if a == nil {
		a = &Activate{}
	}
	names := slices.Sorted(maps.Keys(a.Recipients))
	var keys []string
	for _, name := range names {
		keys = append(keys, name, a.Recipients[name].Key, a.Recipients[name].Verifier)
	}
	all := []field{{name: "activate.recipients", value: list(names)}, {"activate.keys", keyList(keys), true}}
	for _, m := range members {
		all = append(all, field{name: "activate.columns." + m, value: list(a.Columns[m])})
	}
	number := func(n int) string {
		if len(names) == 0 {
			return absent
		}
		return strconv.Itoa(n)
	}
	return append(all, field{name: "activate.delete_within_days", value: number(a.Days)},
		field{name: "activate.grace_days", value: number(a.Grace)}, field{name: "activate.decoys", value: number(a.Decoys)})
}
