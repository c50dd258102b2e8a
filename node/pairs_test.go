package node

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mandorla/agreement"
)

// TestPairs runs three brands without a combiner: each learns what each two share, a
// pair is run once, and each has a budget of its own.
func TestPairs(t *testing.T) {
	t.Parallel()
	r, tables := pairwise(t)
	for _, name := range r.brands {
		r.serve(name, Options{})
	}
	a := r.agree()
	var first *Group
	for _, name := range r.brands {
		own, err := r.open(name, Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
		if err != nil {
			t.Fatal(err)
		}
		if len(own.Group.Figures) != 3 || len(own.Pairs) != 2 || own.State != "noised" {
			t.Fatalf("%s: %+v", name, own)
		}
		for _, f := range own.Group.Figures {
			if ours := slices.Contains(f.Members, name); ours != (f.From == "") || ours != (f.Receipt == "") {
				t.Errorf("%s: %+v", name, f)
			}
		}
		within(t, tables, own.Group)
		for _, pair := range own.Pairs {
			if pair.Repeated != (name != "air") || pair.Receipt == "" {
				t.Errorf("%s: repeated: %v", name, pair.Repeated)
			}
		}
		if first == nil {
			first = own.Group
		}
		for i, f := range own.Group.Figures {
			if *f.Count != *first.Figures[i].Count || *f.SD != *first.Figures[i].SD || !slices.Equal(f.Members, first.Figures[i].Members) {
				t.Errorf("%s: another figure: %+v, %+v", name, f, first.Figures[i])
			}
		}
	}
	for _, name := range r.brands {
		spent, err := r.open(name, Options{}).Spendings(t.Context())
		if err != nil || len(spent) != 2 || spent[0].Runs != 1 || spent[1].Runs != 1 {
			t.Errorf("%s: %+v, %v", name, spent, err)
		}
	}
}

// pairwise is three without a combiner.
func pairwise(t *testing.T) (*ring, map[string][]string) {
	r, tables := three(t)
	r.analyses = "{multi: {to: [air, cars, stay], topology: pairs}}"
	return r, tables
}

// TestPairsWithoutOne: a node that is away leaves its cells empty, with the reason,
// and the others filled; without any other there is no result.
func TestPairsWithoutOne(t *testing.T) {
	t.Parallel()
	r, _ := pairwise(t)
	r.serve("cars", Options{})
	a := r.agree()
	own, err := r.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range own.Group.Figures {
		gone := slices.Contains(f.Members, "stay")
		if (f.State == Absent) != gone || (f.Count == nil) != gone || (f.Reason != "") != gone {
			t.Errorf("%+v", f)
		}
	}
	if f := own.Group.Figures[2]; !strings.Contains(f.Reason, "cars") || !strings.Contains(f.Reason, "stay cannot be reached") || strings.Contains(f.Reason, "\n") {
		t.Errorf("%q", f.Reason)
	}
	if _, err := r.open("stay", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a}); err != nil {
		t.Errorf("the one that was away starts: %v", err)
	}
	lonely, _ := pairwise(t)
	_, err = lonely.open("air", Options{}).Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: lonely.agree()})
	if !errors.Is(err, ErrPeer) {
		t.Errorf("nobody serves: %v", err)
	}
}

// TestPairTold: what a member asks of another is checked on both sides.
func TestPairTold(t *testing.T) {
	t.Parallel()
	r, _ := pairwise(t)
	for _, name := range r.brands {
		r.serve(name, Options{})
	}
	a := r.agree()
	air, cars := r.open("air", Options{}), r.open("cars", Options{})
	first, err := air.plan(a, agreement.Multi, "cars")
	if err != nil {
		t.Fatal(err)
	}
	for _, with := range []string{"air", "cars", "nobody", ""} {
		if _, err := air.askPair(t.Context(), first, "cars", with); err == nil {
			t.Errorf("cars tells of %q", with)
		}
	}
	f, err := air.askPair(t.Context(), first, "cars", "stay")
	if err != nil || f.From != "cars" || f.Count == nil {
		t.Fatalf("%+v, %v", f, err)
	}
	one, err := cars.Run(t.Context(), Request{Analysis: agreement.Multi, Agreement: a})
	if err != nil {
		t.Fatal(err)
	}
	foreign := "" // the receipt of another pair
	for _, pair := range one.Pairs {
		receipt, err := os.ReadFile(filepath.Join(pair.Folder, receiptFile))
		if err != nil {
			t.Fatal(err)
		}
		if pair.Partner == "air" {
			foreign = string(receipt)
			continue
		}
		good := figureBody{State: "noised", Count: f.Count, SD: "1.5", Receipt: string(receipt)}
		if _, err := good.figure(a, "cars", "stay"); err != nil {
			t.Error(err)
		}
		for what, spoil := range map[string]func(*figureBody){
			"no count": func(b *figureBody) { b.Count = nil }, "a suppressed count": func(b *figureBody) { b.State = "suppressed" },
			"another state": func(b *figureBody) { b.State = "released" }, "no noise": func(b *figureBody) { b.SD = "0" },
			"no number": func(b *figureBody) { b.SD = "NaN" }, "without end": func(b *figureBody) { b.SD = "Inf" }, "words": func(b *figureBody) { b.SD = "little" },
			"no receipt": func(b *figureBody) { b.Receipt = "" }, "one changed byte": func(b *figureBody) { b.Receipt = strings.Replace(b.Receipt, "1", "2", 1) },
			"another pair's": func(b *figureBody) { b.Receipt = foreign },
		} {
			bad := good
			if spoil(&bad); what == "another pair's" && foreign == "" {
				continue
			}
			if _, err := bad.figure(a, "cars", "stay"); !errors.Is(err, errControl) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	if foreign == "" {
		t.Error("no receipt of another pair was tried")
	}
}

// TestPairNotTold: under an agreement with a combiner nobody tells pairs.
func TestPairNotTold(t *testing.T) {
	t.Parallel()
	r, _ := three(t)
	cars := r.open("cars", Options{})
	a := r.agree()
	if _, err := cars.tellable(a, "air", &pairBody{Member: "cars", With: "stay"}); !errors.Is(err, ErrRefused) {
		t.Errorf("in a ring: %v", err)
	}
	r.analyses, r.name = "{multi: {to: [air, cars, stay], topology: pairs}}", "pairs"
	a = r.agree()
	if _, err := cars.tellable(a, "air", &pairBody{Member: "cars", With: "stay"}); err != nil {
		t.Error(err)
	}
	if _, err := cars.tellable(a, office, &pairBody{Member: "cars", With: "stay"}); !errors.Is(err, ErrRefused) {
		t.Errorf("to a stranger: %v", err)
	}
	for _, b := range []pairBody{{Member: "stay", With: "stay"}, {Member: "cars", With: "cars"}, {Member: "cars", With: "air"}, {Member: "cars", With: office}} {
		if _, err := cars.tellable(a, "air", &b); !errors.Is(err, errControl) {
			t.Errorf("%+v: %v", b, err)
		}
	}
}
