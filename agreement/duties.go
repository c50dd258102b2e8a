package agreement

import (
	"fmt"
	"slices"
	"time"
)

// Facts is what a node knows, and the terms do not, of what the kind of agreement
// asks of it.
type Facts struct {
	Self    string    // this node's name among the members
	Now     time.Time // when it would run
	Sources []string  // the files or tables that its dataset is read from, in one spelling each
	Others  []Other   // its other agreements that have not ended
	Entries []string  // kinds of the dataset's eligibility entries that judge under this kind of agreement
	Drops   []Drop    // the downloads of deletion requests that its entries of kind drop use
	Officer string    // verifier key of the privacy officer whom the node's policy names; empty: none
	Law     Law

	// Objects is whether the node's dataset is there to strike people off the
	// other member's list. Nothing is asked of whose rows take part then: they
	// take part because these people objected.
	Objects bool
}

// An Other is another agreement of the node, and what its dataset is read from.
type Other struct {
	Self      string // this node's name among its members
	Agreement *Agreement
	Sources   []string
}

// A Drop is one download of deletion requests. Its day is zero where it is not
// known.
type Drop struct{ Day time.Time }

// Law is what the node's legal rules say of the agreement's jurisdictions. A
// jurisdiction that they do not speak of is taken to ask for a consent.
type Law struct {
	AsOf  time.Time // the day up to which the rules were seen to be right; zero: there are none
	Needs map[string]Need
}

// A Need is what a jurisdiction's law asks a dataset to tell.
type Need struct {
	Consent   bool // who consented; no objection is not enough
	OptOut    bool // who objected
	Signal    bool // whose browser sent a signal that the law makes an objection
	Notice    bool // who was told of the partner; leave it out where the member tells everybody
	Age       bool // who is too young
	Financial bool // who objected under financial privacy law
	Joint     bool // joint marketing excuses the last
	Deletion  bool // who asked a data broker for deletion, before a sale
}

// The ages of legal rules and downloads beyond which they do not do.
const (
	warnLaw    = 90 * day
	maxLaw     = 180 * day
	maxDropAge = 45 * day // California Civil Code §1798.99.86(c)
	day        = 24 * time.Hour
)

// Refuse fails with the first [*Refusal] among [Refusals], if there is one.
func Refuse(a *Agreement, f Facts) error {
	if all := Refusals(a, f); len(all) > 0 {
		return all[0]
	}
	return nil
}

// Refusals lists the duties of the agreement's kind that this node does not meet.
// Each node judges itself; a run needs both to meet theirs. Signatures, days and
// statements are [Agreement.Open].
func Refusals(a *Agreement, f Facts) []*Refusal {
	var all []*Refusal
	for _, duty := range []func(*Agreement, Facts) *Refusal{
		combined, unnoticed, lawTooOld, termsMissing, noOfficer, dropTooOld,
	} {
		if r := duty(a, f); r != nil {
			all = append(all, r)
		}
	}
	if f.Objects {
		return all
	}
	return append(all, untold(a, f)...)
}

// Warnings says in words what is not refused yet.
func Warnings(a *Agreement, f Facts) []string {
	age := f.Now.Sub(f.Law.AsOf)
	switch {
	case f.Law.AsOf.IsZero() && a.Terms.Conditions.Jurisdictions != nil:
		return []string{"the node has no legal rules; load them, for what the jurisdictions ask is not known"}
	case f.Law.AsOf.IsZero() || age <= warnLaw:
		return nil
	}
	return []string{fmt.Sprintf("the legal rules are of %s, more than %d days old; have them looked through. Beyond %d days no sale runs.",
		f.Law.AsOf.Format(time.DateOnly), warnLaw/day, maxLaw/day)}
}

// combined: a vendor does not let one client's data meet another's, nor use it in
// agreements of its own.
func combined(a *Agreement, f Facts) *Refusal {
	for _, o := range f.Others {
		shared := slices.ContainsFunc(o.Sources, func(s string) bool { return slices.Contains(f.Sources, s) })
		if !shared || samePeer(a, f.Self, o) {
			continue
		}
		if holdsClientData(a, f.Self) || holdsClientData(o.Agreement, o.Self) {
			return &Refusal{CodeProcessorCombine,
				fmt.Sprintf("the dataset is also used under agreement %s, with somebody else, and one of the two is a client's; take separate datasets, or, where the data is the vendor's own, agree on vendor_data: %s",
					o.Agreement.Terms.Agreement, VendorOwn),
				"the vendor's node uses this dataset for somebody else too"}
		}
	}
	return nil
}

// samePeer reports whether two agreements are with one and the same company. Names
// are each agreement's own; keys are not.
func samePeer(a *Agreement, self string, o Other) bool {
	here, err := a.Verifier(other(a, self))
	there, err2 := o.Agreement.Verifier(other(o.Agreement, o.Self))
	return err == nil && err2 == nil && here.Name() == there.Name() && here.KeyHash() == there.KeyHash()
}

// other names the member beside this one, empty if this one is none, or there are
// several.
func other(a *Agreement, self string) string {
	peer, err := a.Terms.Peer(self)
	if err != nil || len(a.Terms.Members) != leastMembers {
		return ""
	}
	return peer
}

// holdsClientData reports whether what the member brings may be its client's. As
// long as nobody says who works for whom, it may.
func holdsClientData(a *Agreement, self string) bool {
	c := a.Terms.Conditions
	return a.Terms.Kind == ServiceProvider && c.VendorData != VendorOwn && (c.Vendor == self || c.Vendor == "")
}

// unnoticed: customers of an affiliate have to have been told of the sister brand.
func unnoticed(a *Agreement, f Facts) *Refusal {
	if a.Terms.Kind != Affiliate || f.Objects || slices.Contains(f.Entries, "notice") {
		return nil
	}
	return &Refusal{CodeNoticeMissing,
		"the dataset has no eligibility entry of kind notice, so nobody can tell whose notice names the sister brand; add one to node.yaml",
		"the partner's dataset does not say whom its customers were told of"}
}
