package agreement

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// capped is an agreement of three brands on a cap.
var capped = strings.NewReplacer(
	"multi: {to: [airline, bank], release: [pairs, reach]}", "frequency_cap: {to: [airline, bank, stranger], contacts: 1, order: [stranger, airline, bank]}",
	"types: [email]", "types: [household]").Replace(brands)

func TestCap(t *testing.T) {
	h := brandsHouse(t)
	a, err := Parse(h.fill(capped))
	if err != nil {
		t.Fatal(err)
	}
	c := a.Terms.Analyses.FrequencyCap
	if c.Contacts != 1 || !slices.Equal(c.Order, []string{"stranger", "airline", "bank"}) || a.Terms.Combiner.Name != "office" || a.Terms.Helped() {
		t.Errorf("%+v, %+v", c, a.Terms.Combiner)
	}
	if top, err := a.Topology(FrequencyCap); top != Ring || err != nil || a.Permits(FrequencyCap, "bank") != nil {
		t.Errorf("topology %s: %v", top, err)
	}
	both := strings.Replace(capped, "analyses:\n", "analyses:\n  multi: {to: [bank]}\n", 1)
	if a, err = Parse(h.fill(both)); err != nil || a.Terms.Analyses.Multi == nil {
		t.Errorf("beside multi: %v", err)
	}
	exact := strings.Replace(capped, "valid:", "rules: {noise: none}\nvalid:", 1)
	if a, err = Parse(h.fill(exact)); err != nil || a.Permits(FrequencyCap, "bank") != nil {
		t.Errorf("without noise: %v", err)
	}
}

func TestCapRefuses(t *testing.T) {
	h := brandsHouse(t)
	for _, c := range []struct{ old, new, field string }{
		{`combiner: {office: "office+KEY"}` + "\n", "", "combiner"},
		{`combiner: {office: "office+KEY"}`, `helper: {office: "office+KEY"}`, "helper"},
		{"to: [airline, bank, stranger]", "to: [airline, bank]", "analyses.frequency_cap.to"},
		{"contacts: 1", "contacts: 0", "analyses.frequency_cap.contacts"},
		{"contacts: 1", "contacts: 3", "analyses.frequency_cap.contacts"},
		{"contacts: 1, ", "", "analyses.frequency_cap.contacts"},
		{"order: [stranger, airline, bank]", "order: [stranger, airline]", "analyses.frequency_cap.order"},
		{"order: [stranger, airline, bank]", "order: [stranger, airline, airline]", "analyses.frequency_cap.order"},
		{"order: [stranger, airline, bank]", "order: [stranger, airline, nobody]", "analyses.frequency_cap.order"},
		{"order: [stranger, airline, bank]", "release: [pairs]", "analyses.frequency_cap.release"},
		{"types: [household]", "types: [household, email]", "identifiers.types"},
		{"analyses:\n", "analyses:\n  size: {to: [bank]}\n", "analyses.size"},
		{"kind: affiliate", "kind: service-provider", "kind"},
	} {
		if !strings.Contains(capped, c.old) {
			t.Fatalf("no %q", c.old)
		}
		_, err := Parse(h.fill(strings.Replace(capped, c.old, c.new, 1)))
		var fe *FieldError
		if !errors.As(err, &fe) || fe.Field != c.field {
			t.Errorf("%q: %v", c.new, err)
		}
	}
}

// TestCapWords wants the words to say what a removed row tells, and whom.
func TestCapWords(t *testing.T) {
	h := brandsHouse(t)
	for _, c := range []struct{ old, new, want string }{
		{"", "", "No household is left on the send plans of more than 1 of the members. One that is on more is kept by whoever comes first of [stranger, airline, bank]."},
		{"", "", "airline, bank and stranger each learn which rows of its own plan to remove"},
		{"", "", "a removed row is on the plan of at least one other member. Of the plans of stranger no row is removed"},
		{"", "", "office sees how many are on the plans of exactly which members"},
		{"", "", "office has no data and decides who keeps which contact."},
		{"contacts: 1", "contacts: 2", "at least 2 other members. Of the plans of stranger and airline no row"},
		{", order: [stranger, airline, bank]", "", "kept by lot, which office draws"},
		{"types: [household]", "types: [email]", "No customer is left"},
	} {
		a, err := Parse(h.fill(strings.Replace(capped, c.old, c.new, 1)))
		if err != nil {
			t.Fatal(err)
		}
		var words strings.Builder
		if err := a.Words(&words); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(words.String(), c.want) {
			t.Errorf("%q: the words do not say %q:\n%s", c.new, c.want, words.String())
		}
	}
}

// TestDiffCap tells what differs in a cap.
func TestDiffCap(t *testing.T) {
	h := brandsHouse(t)
	a, err := Parse(h.fill(capped))
	if err != nil {
		t.Fatal(err)
	}
	b, err := Parse(h.fill(strings.NewReplacer("contacts: 1", "contacts: 2", ", order: [stranger, airline, bank]", "").Replace(capped)))
	if err != nil {
		t.Fatal(err)
	}
	want := []Change{{"analyses.frequency_cap.contacts", "1", "2"}, {"analyses.frequency_cap.order", "[stranger, airline, bank]", "absent"}}
	if got := Diff(a, b); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
