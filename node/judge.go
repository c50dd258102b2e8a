package node

import (
	"errors"
	"slices"
	"time"

	"mandorla/consent"
	"mandorla/identity"
)

// judge makes the policy that judges this node's rows in the run. What the
// agreement's kind asks of the dataset and does not find refuses the run.
func (a *attempt) judge() (*consent.Policy, error) {
	if a.plan.whole() {
		return nil, nil
	}
	t := a.plan.agreement.Terms
	profile, err := identity.Lookup(t.Identifiers.Profile)
	if err != nil {
		return nil, err
	}
	judge, err := a.judgement(a.plan.dataset, profile, a.plan.run(a))
	switch {
	case errors.Is(err, consent.ErrNotice):
		return nil, refuseTelling("AFFILIATE_NOTICE_MISSING: the partner's dataset does not say whom its customers were told of",
			"AFFILIATE_NOTICE_MISSING: node.yaml: datasets.%s: %w", a.plan.datasetName(), err)
	case errors.Is(err, consent.ErrStale):
		return nil, refuseTelling("SALE_STALE_DROP: the partner's deletion lists are not up to date",
			"SALE_STALE_DROP: node.yaml: datasets.%s: %w", a.plan.datasetName(), err)
	case err != nil:
		return nil, unusable("node.yaml: datasets.%s: %w", a.plan.datasetName(), err)
	}
	return judge, nil
}

// trial is a run that a dataset is checked for where no agreement is named:
// with a partner, anywhere, now.
func trial(now time.Time) consent.Run {
	return consent.Run{Agreement: consent.Partner, Partner: "partner", Purposes: []string{"dpv:Measurement"}, Start: now}
}

// untold is a dataset without the entries that depend on who the partner is.
func (d Dataset) untold() Dataset {
	d.Eligibility = slices.DeleteFunc(slices.Clone(d.Eligibility), func(e EligibilityEntry) bool { return e.Kind == "notice" })
	return d
}
