package agreement

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"mandorla/agreement/rules"
)

// ErrVersion: a text is not the next version of the one it is held against.
var ErrVersion = errors.New("not the next version of that agreement")

// NewVersion drafts the next version of an agreement that every member signed:
// the same text to the letter, without signatures, but for the keys version and
// replaces. Edit the draft before it is signed. It fails with ErrNotSigned where
// there is no need for a version yet, and with ErrVersion where a text is laid out
// in a way that leaves no line for the two keys.
func NewVersion(old *Agreement) ([]byte, error) {
	if err := old.Verify(); err != nil {
		return nil, fmt.Errorf("new version: %w; change the text itself", err)
	}
	draft := versionLines.ReplaceAllString(string(old.text), "")
	at := nameLine.FindStringIndex(draft)
	if at == nil {
		return nil, noPlace(old)
	}
	keys := fmt.Sprintf("version: %d\nreplaces: %q\n", old.Terms.Version+1, old.ID())
	text := []byte(draft[:at[1]] + keys + draft[at[1]:])
	next, err := Parse(text)
	if err != nil || slices.ContainsFunc(Diff(old, next), changesTerms) {
		return nil, noPlace(old)
	}
	return text, nil
}

var (
	versionLines = regexp.MustCompile(`(?m)^(version|replaces):.*\n`)
	nameLine     = regexp.MustCompile(`(?m)^agreement:.*\n`)
)

func noPlace(old *Agreement) error {
	return fmt.Errorf("%w: its text has no lines of their own for agreement, version and replaces; copy it and write version: %d and replaces: %s into it",
		ErrVersion, old.Terms.Version+1, old.ID())
}

// changesTerms is false for the two keys in which versions differ always.
func changesTerms(c Change) bool { return c.Field != "version" && c.Field != "replaces" }

// Succeeds fails with ErrVersion unless this is the version that follows the old
// one: it names its hash, has its name and members, and counts one on. Keys of
// members may change from one version to the next.
func (a *Agreement) Succeeds(old *Agreement) error {
	t, o := &a.Terms, &old.Terms
	switch {
	case t.Replaces != old.ID():
		return fmt.Errorf("%w: replaces: it names another text, or none", ErrVersion)
	case t.Version != o.Version+1:
		return fmt.Errorf("%w: version: it is %d; after %d comes %d", ErrVersion, t.Version, o.Version, o.Version+1)
	case t.Agreement != o.Agreement:
		return fmt.Errorf("%w: agreement: it goes by another name", ErrVersion)
	case !slices.Equal(t.Names(), o.Names()):
		return fmt.Errorf("%w: members: it is between others", ErrVersion)
	}
	return nil
}

// Successor finds among the agreements that a node knows the one that has taken
// this one's place by now: its next version, signed by every member, from the
// first of its days on. It is nil while there is none.
func (a *Agreement) Successor(now time.Time, known ...*Agreement) *Agreement {
	i := slices.IndexFunc(known, func(next *Agreement) bool {
		return next.Succeeds(a) == nil && next.Verify() == nil && !now.Before(next.Terms.Valid.From)
	})
	if i < 0 {
		return nil
	}
	return known[i]
}

// Replaced fails with ErrNotInForce once another version has taken the place of
// this one, for good: that the other was suspended or ended since does not bring
// this one back.
func (a *Agreement) Replaced(now time.Time, known ...*Agreement) error {
	next := a.Successor(now, known...)
	if next == nil {
		return nil
	}
	return fmt.Errorf("%w: version %d (%s) took its place on %s; use that", ErrNotInForce,
		next.Terms.Version, next.ID(), next.Terms.Valid.From.Format(time.DateOnly))
}

// Revision says in words what a version changes in the one before: a sentence a
// field, and of a rule whether it became stricter or laxer. It fails with
// ErrVersion where the two are not one after the other.
func Revision(old, next *Agreement) ([]string, error) {
	if err := next.Succeeds(old); err != nil {
		return nil, err
	}
	var lines []string
	for _, c := range Diff(old, next) {
		if changesTerms(c) {
			lines = append(lines, c.revised()+direction(c.Field, old.Terms.Rules, next.Terms.Rules)+".")
		}
	}
	if len(lines) == 0 {
		return []string{"No term changes; only comments or layout may."}, nil
	}
	return lines, nil
}

// revised is a change from before to after, without its full stop.
func (c Change) revised() string {
	switch {
	case strings.HasPrefix(c.Field, "members."):
		return c.Field + ": other keys sign than before"
	case c.Here == absent:
		return fmt.Sprintf("%s is new: %s", c.Field, c.There)
	case c.There == absent:
		return fmt.Sprintf("%s is left out; it was %s", c.Field, c.Here)
	}
	return fmt.Sprintf("%s was %s and becomes %s", c.Field, c.Here, c.There)
}

// direction is empty for what is no rule.
func direction(field string, old, next Rules) string {
	key, ok := strings.CutPrefix(field, "rules.")
	if !ok {
		return ""
	}
	if rules.Compare(key, next, old) > 0 {
		return ", which is stricter"
	}
	return ", which is laxer"
}
