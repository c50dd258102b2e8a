package own

import (
	"fmt"
	"slices"

	"mandorla/agreement"
	"mandorla/agreement/place"
)

// Permits refuses what the node's own policy does not allow: the kind of
// agreement, the partner, the analysis, or a jurisdiction. The member is this
// node's; a combiner's has the whole agreement's members for partners. A sale also
// needs an officer, whose signature is another check.
func (p *Policy) Permits(t *agreement.Terms, analysis, member string) error {
	switch {
	case t.Key(member) == "":
		return fmt.Errorf("%w: %.64q; use a name that stands in the agreement", agreement.ErrNotMember, member)
	case t.Kind == agreement.Sale && p.Officer == "":
		return refuse(agreement.CodeSaleNoOfficer, "officer: missing; a sale stays off until policy.yaml names a privacy officer", "the partner allows no sale")
	case !allows(p.Kinds, t.Kind):
		return refuse(agreement.CodePolicyKind, "kinds: "+t.Kind+" is not among them", "the partner's own policy allows no agreement of this kind")
	case slices.ContainsFunc(t.Others(member), func(peer string) bool { return !allows(p.Partners, peer) }):
		return refuse(agreement.CodePolicyPartner, "partners: the other member is not among them", "the partner's own policy does not allow this member")
	case !allows(p.Analyses, analysis):
		return refuse(agreement.CodePolicyAnalysis, "analyses: the analysis is not among them", "the partner's own policy does not allow this analysis")
	}
	return p.permitsPlaces(t.Conditions.Jurisdictions)
}

func (p *Policy) permitsPlaces(agreed []string) error {
	if len(p.Jurisdictions) == 0 {
		return nil
	}
	const told = "the partner's own policy does not allow where the people are"
	if len(agreed) == 0 {
		return refuse(agreement.CodePolicyPlace, "jurisdictions: the agreement names none; have it say where the people are", told)
	}
	for _, code := range agreed {
		if !place.WithinAny(code, p.Jurisdictions) {
			return refuse(agreement.CodePolicyPlace, "jurisdictions: "+code+" is not within them", told)
		}
	}
	return nil
}

// NeedsEligibility refuses a dataset that says of nobody whether they may take
// part, where the policy asks that it does.
func (p *Policy) NeedsEligibility(entries []string) error {
	if p.Eligibility && len(entries) == 0 {
		return refuse(agreement.CodePolicyEligibility, "eligibility: required, but the dataset has none in node.yaml; add who may take part",
			"the partner's dataset does not say who may take part")
	}
	return nil
}

// allows: a list that is empty allows everything.
func allows(list []string, word string) bool { return len(list) == 0 || slices.Contains(list, word) }

func refuse(code agreement.Code, why, told string) error {
	return &agreement.Refusal{Code: code, Why: "policy.yaml: " + why, Told: told}
}
