package synth

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mandorla/identity"
)

// A line is a row of a table as a run reads it.
type line struct {
	cells    map[string]string
	eligible bool
	ids      [2]string // canonical; empty where there is none
	reasons  [2]identity.Reason
	lost     [2]bool
}

// A sheet is a table read back from its file.
type sheet []*line

// read reads a table with the packages that a node reads it with.
func read(t testing.TB, path string) sheet {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	normalisers := uid2(t)
	var s sheet
	for _, r := range records[1:] {
		l := &line{cells: map[string]string{}}
		for i, column := range records[0] {
			l.cells[column] = r[i]
		}
		l.eligible = slices.Contains([]string{"yes", "Y"}, l.cells["consent"])
		for level, column := range []string{"email", "phone"} {
			value, reason := normalisers[level].Append(nil, []byte(l.cells[column]))
			l.ids[level], l.reasons[level] = string(value), reason
		}
		s = append(s, l)
	}
	return s
}

func uid2(t testing.TB) (out [2]*identity.Normaliser) {
	t.Helper()
	p, err := identity.Lookup("uid2-1")
	if err != nil {
		t.Fatal(err)
	}
	for level, spec := range []identity.Spec{{Type: identity.Email, Columns: []string{"email"}},
		{Type: identity.Phone, Region: "DE", Columns: []string{"phone"}}} {
		if out[level], err = p.Normaliser(spec); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// settle takes identifiers from the rows that lose them (PROTOCOLS.md §1.5) and
// leaves the eligible rows.
func (s sheet) settle(t testing.TB) sheet {
	eligible := slices.DeleteFunc(slices.Clone(s), func(l *line) bool { return !l.eligible })
	for level, n := range uid2(t) {
		holders := map[string][]*line{}
		for _, l := range eligible {
			holders[l.ids[level]] = append(holders[l.ids[level]], l)
		}
		delete(holders, "")
		for _, h := range holders {
			if len(h) == 1 {
				continue
			}
			losers := h[1:]
			if n.Shared() {
				losers = h
			}
			for _, l := range losers {
				l.ids[level], l.lost[level] = "", true
			}
		}
	}
	return eligible
}

// A pair is a customer and a cardholder with an identifier in common.
type pair struct {
	level int
	a, b  *line
}

// join is the waterfall in the clear. once says whether a cardholder found at an
// earlier level is left out of the later ones, as it is where both sides look,
// or stays, as it does where one side alone asks.
func join(customers, cardholders sheet, once bool) (pairs []pair) {
	found := map[*line]bool{}
	for level := range 2 {
		index := map[string]*line{}
		for _, b := range cardholders {
			if b.ids[level] != "" && !(once && found[b]) {
				index[b.ids[level]] = b
			}
		}
		for _, a := range customers {
			if b := index[a.ids[level]]; b != nil && a.ids[level] != "" && !found[a] {
				pairs = append(pairs, pair{level, a, b})
				found[a], found[b] = true, true
			}
		}
	}
	return pairs
}

// figures is what the tables in a folder hold, worked out from the files alone.
func figures(t testing.TB, dir string, o Options) Truth {
	t.Helper()
	customers, cardholders := read(t, filepath.Join(dir, customersFile)), read(t, filepath.Join(dir, cardholdersFile))
	out := Truth{Rows: uint64(len(customers)), Overlap: o.Overlap, Seed: o.Seed, Rule: rule,
		Levels: []Level{{Type: "email"}, {Type: "phone"}}}
	a, b := customers.settle(t), cardholders.settle(t)
	out.Customers, out.Cardholders = customers.figures(), cardholders.figures()
	for _, tier := range []string{"blue", "silver", "gold", "platinum"} {
		for _, product := range []string{"basic", "travel", "premium"} {
			out.Cells = append(out.Cells, Cell{Tier: tier, Product: product})
		}
	}
	pairs := join(a, b, true)
	if one := join(a, b, false); len(one) != len(pairs) {
		t.Errorf("one-sided the overlap is %d, two-sided %d", len(one), len(pairs))
	}
	for _, p := range pairs {
		out.Count++
		out.Levels[p.level].Count++
		i := slices.IndexFunc(out.Cells, func(c Cell) bool { return c.Tier == p.a.cells["tier"] && c.Product == p.b.cells["product"] })
		out.Cells[i].Count++
		out.Cells[i].CustomerCents += cents(t, p.a.cells["spend"])
		out.Cells[i].CardholderCents += cents(t, p.b.cells["spend"])
	}
	return out
}

func (s sheet) figures() (t Table) {
	for _, l := range s {
		t.Rows++
		if !l.eligible {
			if strings.TrimSpace(l.cells["consent"]) == "" {
				t.Missing++
			} else {
				t.Refused++
			}
			continue
		}
		t.Eligible++
		if l.ids[0] != "" || l.ids[1] != "" {
			t.Distinct++
		}
		for level, into := range [2][3]*uint64{{&t.EmptyEmails, &t.InvalidEmails, &t.LostEmails}, {&t.EmptyPhones, &t.InvalidPhones, &t.LostPhones}} {
			switch {
			case l.reasons[level] == identity.Absent:
				*into[0]++
			case l.reasons[level] != identity.Usable:
				*into[1]++
			case l.lost[level]:
				*into[2]++
			}
		}
	}
	return t
}

func cents(t testing.TB, decimal string) (n uint64) {
	t.Helper()
	whole, part, ok := strings.Cut(decimal, ".")
	if !ok || len(part) != 2 {
		t.Fatalf("%q is no sum of money", decimal)
	}
	for _, c := range whole + part {
		n = 10*n + uint64(c-'0')
	}
	return n
}
