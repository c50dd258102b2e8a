package own

import (
	"slices"

	"mandorla/agreement"
	"mandorla/agreement/strict"
)

// Decoys are what the company owns and lends to the made-up rows of activations:
// mail domains, phone numbers, postal addresses that lead to itself.
type Decoys struct{ Domains, Phones, Addresses []string }

// readActivate reads whom rows may leave to, and what decoys may bear.
func (p *Policy) readActivate(s strict.Section) {
	if n, ok := s.Has("activate"); ok {
		to := s.Section(n, "activate", "recipients")
		p.Activate = s.Names(to.Need("recipients"), to.At("recipients"))
		if len(p.Activate) > maxListed {
			s.Fail(n, "activate", "must be at most %d", maxListed)
		}
	}
	n, ok := s.Has("decoys")
	if !ok {
		return
	}
	lent := s.Section(n, "decoys", "domains", "phones", "addresses")
	for key, list := range map[string]*[]string{"domains": &p.Decoys.Domains, "phones": &p.Decoys.Phones, "addresses": &p.Decoys.Addresses} {
		if n, ok := lent.Has(key); ok {
			*list = s.Texts(n, lent.At(key))
		}
	}
}

// PermitsActivation refuses to let a member's rows leave to a recipient unless the
// policy names it: unlike the other lists, one that is empty allows nothing.
func (p *Policy) PermitsActivation(recipient string) error {
	if !slices.Contains(p.Activate, recipient) {
		return refuse(agreement.CodePolicyActivate, "activate: the recipient is not among its recipients; rows leave this node only where policy.yaml says so too",
			"the partner's own policy does not let rows leave")
	}
	return nil
}
