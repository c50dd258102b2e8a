package consent

import (
	"errors"
	"slices"
	"time"

	"mandorla/consent/tcf"
)

// A tcfJudge wants a TC string that allows some purposes.
type tcfJudge struct {
	purposes  []int
	consent   bool // is a basis
	interest  bool // is one
	vendor    int
	start     time.Time
	notBefore time.Time // zero: any age
}

func buildTCF(b *builder, e Entry) (judge, error) {
	t, err := b.tcf(e)
	if err != nil {
		return nil, err
	}
	return func(r *row) Reason {
		if len(r.cells[0]) == 0 {
			return Missing
		}
		return t.judge(r.cells[0], r)
	}, nil
}

// tcf reads the parameters of an entry that judges TC strings.
func (b *builder) tcf(e Entry) (*tcfJudge, error) {
	t := &tcfJudge{vendor: e.Vendor, start: b.run.Start}
	switch e.Basis {
	case "", "consent":
		t.consent = true
	case "legitimate-interest":
		t.interest = true
	case "either":
		t.consent, t.interest = true, true
	default:
		return nil, e.wrong("Basis: consent, legitimate-interest or either")
	}
	if e.Vendor < 0 || e.Vendor > 1<<16-1 || e.MaxDays < 0 {
		return nil, e.wrong("Vendor, MaxDays: a number above 0")
	}
	if e.MaxDays > 0 {
		t.notBefore = b.run.Start.AddDate(0, 0, -e.MaxDays)
	}
	t.purposes = slices.Clone(e.Purposes)
	if len(t.purposes) == 0 {
		for _, p := range b.run.Purposes {
			needed, ok := tcfPurposes[word(p)]
			if !ok {
				return nil, e.wrong("the run's purpose %.40q has no purposes of the framework; name them in Purposes", p)
			}
			t.purposes = append(t.purposes, needed...)
		}
	}
	if len(t.purposes) == 0 || slices.ContainsFunc(t.purposes, func(n int) bool { return n < 1 || n > 24 }) {
		return nil, e.wrong("Purposes: one or more, from 1 to 24")
	}
	return t, nil
}

// judge decides about a TC string; one that allows
// everything is a consent, unless a legitimate interest may have been enough.
func (t *tcfJudge) judge(text []byte, r *row) Reason {
	s, err := tcf.Parse(text)
	switch {
	case errors.Is(err, tcf.ErrVersion):
		return Unsupported
	case err != nil:
		return Unreadable
	case s.Updated.After(t.start) || s.Created.After(t.start):
		return Future
	}
	for _, p := range t.purposes {
		if !t.allows(&s, p) {
			return NoPurpose
		}
	}
	if s.Updated.Before(t.notBefore) {
		return Outdated
	}
	r.consented = r.consented || !t.interest
	return Eligible
}

// interestForbidden are the purposes for which a legitimate interest was never
// a basis, or is none since version 4 of the framework's policies.
const (
	storage      = 1
	policiesOf22 = 4
	firstProfile = 3
	lastProfile  = 6
)

// allows reports whether a purpose is allowed on a basis that will do, to the
// vendor if one is named, and the publisher has not restricted it.
func (t *tcfJudge) allows(s *tcf.String, purpose int) bool {
	consent := t.consent && s.Consents.Has(purpose)
	interest := t.interest && s.Interests.Has(purpose) && purpose != storage &&
		(s.Policy < policiesOf22 || purpose < firstProfile || purpose > lastProfile)
	if t.vendor == 0 {
		return consent || interest
	}
	consent = consent && s.Vendors.Has(t.vendor)
	interest = interest && s.VendorInterests.Has(t.vendor)
	switch s.Restriction(purpose, t.vendor) {
	case tcf.NotAllowed:
		return false
	case tcf.RequireConsent:
		return consent
	case tcf.RequireInterest:
		return interest
	}
	return consent || interest
}
