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
func (a *attempt) judge() (jury, error) {
	t := a.plan.agreement.Terms
	profile, err := identity.Lookup(t.Identifiers.Profile)
	if err != nil {
		return nil, err
	}
	var all []*consent.Policy
	for _, partner := range a.plan.inRun() {
		if partner == a.plan.self {
			continue
		}
		judge, err := a.judgeFor(profile, partner)
		if err != nil {
			return nil, err
		}
		all = append(all, judge)
	}
	return juryOf(all...), nil
}

// A jury is a policy for each partner of a run, all of which a row has to pass.
type jury []*consent.Policy

// juryOf is the policies that say anything.
func juryOf(policies ...*consent.Policy) (j jury) {
	for _, p := range policies {
		if p != nil {
			j = append(j, p)
		}
	}
	return j
}

// Columns are those that the policies ask for, one after the other.
func (j jury) Columns() (names []string) {
	for _, p := range j {
		names = append(names, p.Columns()...)
	}
	return names
}

// Decide judges the first rows of a batch, as many as there are verdicts to write.
func (j jury) Decide(columns []consent.Column, verdicts []consent.Reason) {
	one := make([]consent.Reason, len(verdicts))
	for i, p := range j {
		n := len(p.Columns())
		p.Decide(columns[:n], one)
		columns = columns[n:]
		for row, verdict := range one {
			if i == 0 || verdicts[row] == consent.Eligible {
				verdicts[row] = verdict
			}
		}
	}
}

// judgeFor makes the policy of the run towards one partner.
func (a *attempt) judgeFor(profile *identity.Profile, partner string) (*consent.Policy, error) {
	judge, err := a.judgement(a.plan.dataset, profile, a.plan.run(a, partner))
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
