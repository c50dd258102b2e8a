package own

import (
	"maps"
	"slices"

	"mandorla/agreement"
	"mandorla/agreement/rules"
)

// A Summary is the part of a policy that the partner's node is told: the rules,
// and nothing of officers, partners or kinds.
type Summary struct{ Rules rules.Rules }

// Summary is what the partner's node is told.
func (p *Policy) Summary() *Summary { return &Summary{p.Rules} }

// Text is the summary as it travels: a line a rule, at most 4 KiB; empty where the
// node asks for nothing.
func (s *Summary) Text() string { return s.Rules.Text() }

// ParseSummary reads what a partner's node sent, strictly: the text that
// [Summary.Text] writes and nothing else.
func ParseSummary(text string) (*Summary, error) {
	r, err := rules.ParseText("the partner's policy", text)
	if err != nil {
		return nil, err
	}
	return &Summary{r}, nil
}

// Effective is what a run goes by.
type Effective struct {
	Rules rules.Rules
	From  map[string]string // rule: who asked for it: FromAgreement, FromFloor, or a member
}

// Who asked for a rule, beside the members.
const (
	FromAgreement = "the agreement"
	FromFloor     = "the floor"
)

// Combine takes, for every rule, the stricter of the agreement's and of every
// member's policy; it does not matter who calls it. A member without a policy has
// the summary of [None]. Rules that were agreed on for exact counts rise to their
// floors once somebody asks for noise. It refuses rules that leave no run
// possible.
func Combine(t *agreement.Terms, policies map[string]*Summary) (*Effective, error) {
	all := t.Rules
	for _, member := range slices.Sorted(maps.Keys(policies)) {
		all = rules.Stricter(all, policies[member].Rules)
	}
	raised := all.Raised()
	e := &Effective{Rules: raised, From: map[string]string{}}
	for _, key := range rules.Keys() {
		e.From[key] = from(key, raised, t.Rules, policies)
	}
	if what := raised.Contradiction(); what != "" {
		return nil, refuse(agreement.CodePolicyContradict, "rules: together with the agreement and the partner's, "+what+"; change one of them",
			"the stricter of the rules leave no run possible: "+what)
	}
	return e, nil
}

// from names who asked for the value of a rule that is in force: the agreement
// before the members, and these by their names.
func from(key string, inForce, agreed rules.Rules, policies map[string]*Summary) string {
	if rules.Compare(key, agreed, inForce) == 0 {
		return FromAgreement
	}
	for _, member := range slices.Sorted(maps.Keys(policies)) {
		if rules.Compare(key, policies[member].Rules, inForce) == 0 {
			return member
		}
	}
	return FromFloor
}

// Values are the rules in force as a receipt writes them.
func (e *Effective) Values() map[string]string {
	values := map[string]string{}
	for _, key := range rules.Keys() {
		values[key] = e.Rules.Value(key)
	}
	if values["noise"] == "" {
		values["noise"] = "added"
	}
	return values
}
