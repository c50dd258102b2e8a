package agreement

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// lawTooOld: nobody sells by rules that have not been looked through for half a
// year, or by none.
func lawTooOld(a *Agreement, f Facts) *Refusal {
	age := f.Now.Sub(f.Law.AsOf)
	if a.Terms.Kind != Sale || !f.Law.AsOf.IsZero() && -day <= age && age <= maxLaw { // a day ahead may be another time zone's today
		return nil
	}
	why := "the node has no legal rules; load them before a sale"
	if !f.Law.AsOf.IsZero() {
		why = fmt.Sprintf("the legal rules are of %s, which lies ahead or more than %d days back; have them looked through, and give them their new day",
			f.Law.AsOf.Format(time.DateOnly), maxLaw/day)
	}
	return &Refusal{CodeLegalRulesStale, why, "the partner's legal rules are too old for a sale"}
}

// termsMissing: what every sale has to agree on.
func termsMissing(a *Agreement, _ Facts) *Refusal {
	if a.Terms.Kind != Sale {
		return nil
	}
	c := a.Terms.Conditions
	var missing []string
	for _, term := range []struct {
		key   string
		there bool
	}{
		{"jurisdictions", len(c.Jurisdictions) > 0},
		{"retention", c.Retention.N > 0},
		{"onward_transfer", c.OnwardTransfer != ""},
		{"delete_by", !c.DeleteBy.IsZero()},
	} {
		if !term.there {
			missing = append(missing, term.key)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	why := fmt.Sprintf("a sale also has to agree on: %s; make a new version that does", strings.Join(missing, ", "))
	return &Refusal{CodeSaleTermsMissing, why, why}
}

// noOfficer: a sale is off until the privacy officer whom the node's own policy
// names has signed the agreement, as one of those who sign for the member.
func noOfficer(a *Agreement, f Facts) *Refusal {
	if a.Terms.Kind != Sale || a.signedWith(f.Self, f.Officer) {
		return nil
	}
	why := "the node's policy names no privacy officer; write officer: and the officer's verifier key into policy.yaml"
	if f.Officer != "" {
		why = fmt.Sprintf("the privacy officer whom policy.yaml names has not signed for %.64q; put the officer's key under members and have the officer sign", f.Self)
	}
	return &Refusal{CodeSaleNoOfficer, why, "no privacy officer of the partner has signed"}
}

// signedWith reports whether a member's key is there, signed, and the signature
// holds.
func (a *Agreement) signedWith(member, key string) bool {
	name, _, _ := strings.Cut(key, "+") // of the key: name+hash+material
	return slices.Contains(a.Terms.Keys[member], key) && slices.Contains(a.Signers(member), name)
}

// dropTooOld: before a sale, requests for deletion are looked up in a list that
// is up to date.
func dropTooOld(a *Agreement, f Facts) *Refusal {
	if a.Terms.Kind != Sale || f.Objects {
		return nil
	}
	const told = "the partner's deletion lists are not up to date"
	asking := f.Law.asking(a, func(n Need) bool { return n.Deletion }, false)
	if len(asking) > 0 && len(f.Drops) == 0 {
		return &Refusal{CodeSaleStaleDrop,
			fmt.Sprintf("%s: requests for deletion have to be looked up, and the dataset has no eligibility entry of kind drop; add one to node.yaml", strings.Join(asking, ", ")), told}
	}
	stale := func(d Drop) bool { return d.Day.After(f.Now) || f.Now.Sub(d.Day) > maxDropAge } // so is the zero day
	if slices.ContainsFunc(f.Drops, stale) {
		return &Refusal{CodeSaleStaleDrop,
			fmt.Sprintf("a download of deletion requests is older than %d days, or its day is not known; download it again", maxDropAge/day), told}
	}
	return nil
}
