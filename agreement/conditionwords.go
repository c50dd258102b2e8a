package agreement

import (
	"fmt"
	"strings"
	"time"

	"mandorla/agreement/purpose"
)

// conditionWords says what hangs on the kind of agreement: who may take part, and
// what becomes of what was learned.
func (t *Terms) conditionWords() []string {
	lines := append(t.kindWords(), t.placeWords())
	c := t.Conditions
	if c.Retention.N > 0 {
		lines = append(lines, fmt.Sprintf("A member keeps what it learned for %s at most.", c.Retention))
	}
	if c.OnwardTransfer != "" {
		lines = append(lines, "A member may pass on what it learned: "+oneLine(c.OnwardTransfer))
	}
	if !c.DeleteBy.IsZero() {
		lines = append(lines, fmt.Sprintf("By %s each member has deleted what it learned.", c.DeleteBy.Format(time.DateOnly)))
	}
	if t.Signatures > 1 {
		lines = append(lines, fmt.Sprintf("For each member %d different people sign.", t.Signatures))
	}
	return lines
}

// kindWords says what the kind of agreement means.
func (t *Terms) kindWords() []string {
	switch t.Kind {
	case ServiceProvider:
		return t.vendorWords()
	case Affiliate:
		lines := []string{"A customer takes part only if the notice given to that customer names the other member's brand."}
		for _, m := range t.Names() {
			if b, ok := t.Conditions.Brands[m]; ok {
				lines = append(lines, fmt.Sprintf("Notices name %s as %q.", m, b))
			}
		}
		return lines
	case Sale:
		return []string{"Data is given for value. Each node allows it only if its own policy names a privacy officer, and the officer has signed."}
	}
	if t.Conditions.JointMarketing {
		return []string{"This is joint marketing: an objection under financial privacy law does not keep a customer out where the law excuses joint marketing. Every other objection does."}
	}
	return []string{"A customer who objected, under financial privacy law or otherwise, does not take part."}
}

func (t *Terms) vendorWords() []string {
	vendor := t.Conditions.Vendor
	if vendor == "" {
		return []string{"The text does not name which member is the vendor; until a version does, neither may use the dataset it brings with anybody else."}
	}
	lines := []string{fmt.Sprintf("%s is the vendor. It uses what it holds for this client for no other, and at the end deletes keys, blinded sets and results and signs that it did.", vendor)}
	if t.Conditions.VendorData == VendorOwn {
		lines = append(lines, fmt.Sprintf("What %s brings is its own and no client's data; it may serve other clients too.", vendor))
	}
	return lines
}

func (t *Terms) placeWords() string {
	if len(t.Conditions.Jurisdictions) == 0 {
		return "The text does not say where the people are, so nobody looks up what the law asks there."
	}
	return "It reaches people in " + and(t.Conditions.Jurisdictions) + ". A dataset that says where people are leaves out all others."
}

// purposeWords says each purpose in plain words, and its term.
func purposeWords(purposes []string) string {
	var all []string
	for _, p := range purposes {
		all = append(all, purpose.Words(p, "en")+" ("+p+")")
	}
	return strings.Join(all, ", ")
}

// oneLine is text without its line breaks.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
