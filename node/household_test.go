package node

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"mandorla/agreement"
	"mandorla/identity"
	"mandorla/ledger"
	"mandorla/match/column"
)

// homesDataset has mail for people and an address for households.
const homesDataset = `    identifiers:
      - {type: email, column: mail}
      - {type: household, by: %s, country: US, columns: [%sstreet, zip], parts: [%sstreet, postcode]}
`

// homesOf is the rows of so many households, from one on: their members, two or
// three, spell their address in different ways.
func homesOf(from, to int) (rows []string) {
	for h := from; h < to; h++ {
		for person := range 2 + h%2 {
			street := []string{"%d Elm St.", "%d ELM STREET", "%d Elm Str"}[person]
			rows = append(rows, fmt.Sprintf("p%d.%d@example.com,Name%d,"+street+",%05d", h, person, h, h, 10000+h))
		}
	}
	return rows
}

// homesHouse is two nodes that have households in common: 600 of 900 on one
// side and 800 on the other. Both have an institution, whose people are the same.
func homesHouse(t *testing.T, by string) *house {
	before := ""
	if by != "address" {
		before = "last, "
	}
	h := newHouse(t, "people.csv", "people.csv", fmt.Sprintf(homesDataset, by, before, strings.Replace(before, "last", "last_name", 1)))
	h.profile, h.types = "uid2-1", "[email, household]"
	h.analyses = "{size: {to: [left, right], by: [person, household]}}"
	var barracks []string
	for i := range 40 {
		barracks = append(barracks, fmt.Sprintf("s%d@example.com,Soldier%d,1 Camp Rd,99999", i, i/2))
	}
	h.table(filepath.Join(left, "people.csv"), "mail,last,street,zip", append(homesOf(0, 900), barracks...))
	h.table(filepath.Join(right, "people.csv"), "mail,last,street,zip", append(homesOf(300, 1100), barracks...))
	return h
}

// TestSizeByHousehold: one run counts people, another counts households, each
// by its own identifier; institutions are no household.
func TestSizeByHousehold(t *testing.T) {
	for _, by := range []string{"address", "surname_address"} {
		h := homesHouse(t, by)
		h.serve(right, Options{})
		a := h.agree()
		people := 0
		for range homesOf(300, 900) {
			people++
		}
		own, peer := h.run(agreement.Size, a)
		if *own.Count != uint64(people+40) || own.By != "" || len(own.Levels) != 1 || own.Levels[0].Type != "email" || *peer.Count != *own.Count {
			t.Errorf("by %s: people %+v, %+v", by, own, peer)
		}
		own, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a, By: agreement.Household})
		if err != nil {
			t.Fatal(err)
		}
		peer = h.result(right, own.Run)
		if *own.Count != 600 || *peer.Count != 600 || own.By != agreement.Household || peer.By != agreement.Household ||
			own.Rows.Distinct != 900 || peer.Rows.Distinct != 800 || len(own.Levels) != 1 || !strings.HasPrefix(own.Levels[0].Type, "household") {
			t.Errorf("by %s: households %+v, %+v", by, own, peer)
		}
		if !strings.Contains(h.receiptText(left, own.Run), "uid2-1/household") {
			t.Error("the receipt does not say by what was counted")
		}
	}
}

// TestHouseholdsHaveToBeAgreedOn: what the agreement does not say is refused, by
// either side.
func TestHouseholdsHaveToBeAgreedOn(t *testing.T) {
	h := homesHouse(t, "address")
	h.analyses = "{size: {to: [left, right]}}"
	if _, err := h.open(left, Options{}).Preview(t.Context(), Request{Analysis: agreement.Size, Agreement: h.agree(), By: agreement.Household}); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "analyses.size.by") {
		t.Errorf("households were counted that nobody agreed on: %v", err)
	}
	h.name, h.analyses = "homes", "{size: {to: [left, right], by: [household]}}"
	if _, err := h.open(left, Options{}).Preview(t.Context(), Request{Analysis: agreement.Size, Agreement: h.agree()}); !errors.Is(err, ErrRefused) {
		t.Errorf("people were counted that nobody agreed on: %v", err)
	}
}

// TestHouseholdsUnderNoise: where last names make households, one person can
// change many of them, which no noise covers. Households of addresses cost
// budget as persons do.
func TestHouseholdsUnderNoise(t *testing.T) {
	h := homesHouse(t, "surname_address")
	h.rules = "{min_group_size: 10, min_set_size: 100, min_change: 100}"
	a := h.agree()
	if _, err := h.open(left, Options{}).Preview(t.Context(), Request{Analysis: agreement.Size, Agreement: a, By: agreement.Household}); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), "by: address") {
		t.Errorf("households of last names under noise: %v", err)
	}
	h = homesHouse(t, "address")
	h.rules = "{min_group_size: 10, min_set_size: 100, min_change: 100}"
	h.serve(right, Options{})
	a = h.agree()
	spent := map[string]string{}
	for _, by := range []string{agreement.Person, agreement.Household} {
		n := h.open(left, Options{})
		p, err := n.Preview(t.Context(), Request{Analysis: agreement.Size, Agreement: a, By: by})
		if err != nil {
			t.Fatal(err)
		}
		spent[by] = p.Budget.EpsilonLeft
		r, err := n.Run(t.Context(), Request{Analysis: agreement.Size, Agreement: a, By: by})
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]float64{agreement.Person: 1540, agreement.Household: 600}[by]
		if r.Count == nil || float64(*r.Count) < want-100 || float64(*r.Count) > want+100 || *r.SD == 0 {
			t.Errorf("by %s: %+v", by, r)
		}
	}
	if spent[agreement.Person] != "10.000" || spent[agreement.Household] != "9.000" {
		t.Errorf("left of the budget before each run: %v", spent)
	}
}

// TestInstitutions compares institutions and households with what a map says.
func TestInstitutions(t *testing.T) {
	h := newHouse(t, "people.csv", "people.csv", fmt.Sprintf(homesDataset, "surname_address", "last, ", "last_name, "))
	rng := rand.New(rand.NewPCG(1, 2))
	at, families := map[int]uint64{}, map[[2]int]bool{}
	var rows []string
	var where [][2]int
	for i := range 5000 {
		home, last := rng.IntN(40)*rng.IntN(40), rng.IntN(3)
		at[home]++
		where = append(where, [2]int{home, last})
		rows = append(rows, fmt.Sprintf("p%d@example.com,Name%d,%d Elm St,12345", i, last, home))
	}
	var institutions, crowded uint64
	for _, n := range at {
		if n > usualMost {
			institutions++
			crowded += n
		}
	}
	for _, w := range where {
		if at[w[0]] <= usualMost {
			families[w] = true
		}
	}
	h.table(filepath.Join(left, "people.csv"), "mail,last,street,zip", rows)
	c, err := h.open(left, Options{}).Check(t.Context(), "people", "uid2-1")
	if err != nil {
		t.Fatal(err)
	}
	got := c.Columns[1]
	if got.Institutions != institutions || got.Institutional != crowded || got.Usable != uint64(len(families)) || got.Usable+got.Duplicate+got.Institutional != 5000 {
		t.Errorf("%+v; not %d institutions with %d rows, and %d families", got, institutions, crowded, len(families))
	}
	if institutions == 0 || len(families) == 0 {
		t.Error("the test has none of either")
	}
}

// TestEachGroup: groups up to the limit come whole, larger ones in pieces.
func TestEachGroup(t *testing.T) {
	s, err := column.NewSorter(column.Config{Width: holder, Key: holder, Budget: 1 << 16, Store: diskStore{t.TempDir()}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	sizes := []int{1, 3, 4, 2, 9}
	row := uint64(0)
	for key, n := range sizes {
		for range n {
			if err := addHolder(s, [holderKey]byte{byte(key)}, row); err != nil {
				t.Fatal(err)
			}
			row++
		}
	}
	rows, err := s.Sort()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	total := 0
	if err := eachGroup(rows, 3, func(places []uint64, size uint64) error {
		got = append(got, fmt.Sprintf("%d of %d", len(places), size))
		total += len(places)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if want := "[1 of 1 3 of 3 4 of 4 2 of 2 4 of 4 1 of 5 1 of 6 1 of 7 1 of 8 1 of 9]"; fmt.Sprint(got) != want || total != int(row) {
		t.Errorf("%v, not %v; %d rows", got, want, total)
	}
}

// TestHouseholdConfig: what households need is asked for in node.yaml.
func TestHouseholdConfig(t *testing.T) {
	for _, c := range []struct{ identifier, says string }{
		{"{type: household, columns: [a, b], by: both}", "by"},
		{"{type: household, columns: [a, b], country: XX}", "country"},
		{"{type: household, columns: [a, b], parts: [street, city]}", "last_name"},
		{"{type: email, column: a, country: US}", "country"},
		{"{type: address, column: a, by: address}", "by"},
		{"{type: address, column: a, most_people: 3}", "most_people"},
	} {
		h := newHouse(t, "people.csv", "people.csv", "    identifiers: ["+c.identifier+"]\n")
		if _, err := Open(h.folder(left), Options{}); !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.identifier, err)
		}
	}
}

// TestRunsOfOneKind: a run that counts households is not compared with one that
// counts persons, whose rows are others, and is with one of its kind.
func TestRunsOfOneKind(t *testing.T) {
	profile, err := identity.Lookup("uid2-1")
	if err != nil {
		t.Fatal(err)
	}
	counting := func(specs ...identity.Spec) *plan {
		p := new(plan)
		for _, s := range specs {
			n, err := profile.Normaliser(s)
			if err != nil {
				t.Fatal(err)
			}
			p.normalisers = append(p.normalisers, n)
		}
		return p
	}
	mail := identity.Spec{Type: identity.Email, Columns: []string{"a"}}
	home := identity.Spec{Type: identity.Household, By: identity.ByAddress, Country: "US", Columns: []string{"a"}}
	kinds := []*plan{counting(mail), counting(home), counting(mail, home)}
	for i, a := range kinds {
		for j, b := range kinds {
			same := (i == 1) == (j == 1)
			if got := a.countsAs(&ledger.Receipt{Levels: b.levels()}); got != same {
				t.Errorf("%v and %v count the same: %v", a.levels(), b.levels(), got)
			}
		}
	}
}
