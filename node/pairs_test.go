package node

import (
	"slices"
	"testing"

	"mandorla/agreement"
)

// TestPairs runs three brands without a combiner: each learns what it shares with
// each other, a pair that both have run is run once, and each has a budget of its
// own.
func TestPairs(t *testing.T) {
	t.Parallel()
	r, tables := three(t)
	r.analyses = "{multi: {to: [air, cars, stay], topology: pairs}}"
	for _, name := range r.brands {
		r.serve(name, Options{})
	}
	a := r.agree()
	for _, name := range r.brands {
		own, err := r.open(name, Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
		if err != nil {
			t.Fatal(err)
		}
		if len(own.Group.Figures) != 2 || len(own.Pairs) != 2 || own.State != "noised" {
			t.Fatalf("%s: %+v", name, own)
		}
		for i, f := range own.Group.Figures {
			if !slices.Contains(f.Members, name) || own.Pairs[i].Receipt == "" {
				t.Errorf("%s learnt %v", name, f.Members)
			}
		}
		within(t, tables, own.Group)
		if again := own.Pairs[0].Repeated; again != (name != "air") {
			t.Errorf("%s: repeated: %v", name, again)
		}
	}
	spent, err := r.open("cars", Options{}).Spendings(t.Context())
	if err != nil || len(spent) != 2 || spent[0].Runs != 1 || spent[1].Runs != 1 {
		t.Errorf("%+v, %v", spent, err)
	}
}
