package synth

import (
	"cmp"
	"slices"
)

// rule is what the figures of a [Truth] hold for.
const rule = "profile uid2-1; types email, then phone, as a waterfall; rows with consent alone; " +
	"an e-mail address that several rows of a table hold stays with the first, a phone number with none"

// A Truth is what a run has to find, exactly.
type Truth struct {
	Rows        uint64  `json:"rows"` // of each table
	Overlap     float64 `json:"overlap"`
	Seed        uint64  `json:"seed"`
	Rule        string  `json:"rule"`
	Customers   Table   `json:"customers"`
	Cardholders Table   `json:"cardholders"`
	Count       uint64  `json:"count"`  // people found in both tables
	Levels      []Level `json:"levels"` // by the identifier that finds them
	Cells       []Cell  `json:"cells"`  // by tier and product
}

// A Table is what one table holds. The identifiers counted are those of
// eligible rows.
type Table struct {
	Rows          uint64 `json:"rows"`
	Eligible      uint64 `json:"eligible"`
	Refused       uint64 `json:"refused"`
	Missing       uint64 `json:"missing"`  // rows that say nothing about consent
	Distinct      uint64 `json:"distinct"` // eligible rows with an identifier left
	EmptyEmails   uint64 `json:"empty_emails"`
	InvalidEmails uint64 `json:"invalid_emails"`
	EmptyPhones   uint64 `json:"empty_phones"`
	InvalidPhones uint64 `json:"invalid_phones"`
	LostEmails    uint64 `json:"lost_emails"` // to another row that holds the same
	LostPhones    uint64 `json:"lost_phones"`
}

// A Level is the part of the overlap that an identifier type finds.
type Level struct {
	Type  string `json:"type"`
	Count uint64 `json:"count"`
}

// A Cell is the part of the overlap with one tier and one product, with what
// these people spent at either company.
type Cell struct {
	Tier            string `json:"tier"`
	Product         string `json:"product"`
	Count           uint64 `json:"count"`
	CustomerCents   uint64 `json:"customer_spend_cents"`
	CardholderCents uint64 `json:"cardholder_spend_cents"`
}

// levelTypes are the identifiers in their order.
var levelTypes = [...]string{"email", "phone"}

// truth works the figures out from how the tables are made. Nobody has an
// identifier in common with anybody but the neighbour in the same pair, so
// every pair is judged by itself.
func (w *world) truth() Truth {
	t := Truth{Rows: w.rows, Overlap: w.asked, Seed: w.seed, Rule: rule}
	for _, typ := range levelTypes {
		t.Levels = append(t.Levels, Level{Type: typ})
	}
	for _, tier := range tiers {
		for _, product := range products {
			t.Cells = append(t.Cells, Cell{Tier: tier, Product: product})
		}
	}
	for first := uint64(0); first < w.everybody(); first += 2 {
		customers, cardholders := w.known(airline, first), w.known(bank, first)
		t.Customers.add(customers)
		t.Cardholders.add(cardholders)
		t.join(customers, cardholders)
	}
	return t
}

// A known row is what a run may make of a row: the identifiers that it keeps.
type known struct {
	row
	ids   [len(levelTypes)]string
	lost  [len(levelTypes)]bool
	found bool
}

// known gives a table's rows of a pair of people in the order in which they
// stand there, the identifiers taken from those that lose them.
func (w *world) known(t table, first uint64) []*known {
	var rows []*known
	for number := first; number < min(first+2, w.everybody()); number++ {
		for _, slot := range w.slots(t, number) {
			rows = append(rows, &known{row: w.row(t, slot)})
		}
	}
	slices.SortFunc(rows, func(a, b *known) int {
		return cmp.Compare(w.order[t].to(a.slot), w.order[t].to(b.slot))
	})
	held := map[string][]*known{}
	for _, r := range rows {
		if !r.eligible() {
			continue
		}
		r.ids = [...]string{r.knownEmail(), r.knownPhone()}
		for _, id := range r.ids {
			held[id] = append(held[id], r)
		}
	}
	for _, r := range rows {
		r.lost[0] = r.ids[0] != "" && held[r.ids[0]][0] != r
		r.lost[1] = r.ids[1] != "" && len(held[r.ids[1]]) > 1
	}
	for _, r := range rows {
		for l := range r.ids {
			if r.lost[l] {
				r.ids[l] = ""
			}
		}
	}
	return rows
}

// add counts rows of a table.
func (t *Table) add(rows []*known) {
	for _, r := range rows {
		t.Rows++
		count(&t.Refused, r.consent == refused)
		count(&t.Missing, r.consent == unsaid)
		if !r.eligible() {
			continue
		}
		t.Eligible++
		count(&t.Distinct, r.ids != [len(levelTypes)]string{})
		count(&t.EmptyEmails, r.email == missing)
		count(&t.InvalidEmails, r.email == broken)
		count(&t.EmptyPhones, r.phone == missing)
		count(&t.InvalidPhones, r.phone == broken)
		count(&t.LostEmails, r.lost[0])
		count(&t.LostPhones, r.lost[1])
	}
}

func count(n *uint64, is bool) {
	if is {
		*n++
	}
}

// join finds the rows that have an identifier in common, level by level; each
// is found once.
func (t *Truth) join(customers, cardholders []*known) {
	for l := range levelTypes {
		for _, a := range customers {
			for _, b := range cardholders {
				if !a.found && !b.found && a.ids[l] != "" && a.ids[l] == b.ids[l] {
					a.found, b.found = true, true
					t.hit(l, a, b)
				}
			}
		}
	}
}

func (t *Truth) hit(level int, customer, cardholder *known) {
	t.Count++
	t.Levels[level].Count++
	c := &t.Cells[slices.Index(tiers, customer.tier)*len(products)+slices.Index(products, cardholder.product)]
	c.Count++
	c.CustomerCents += customer.spend
	c.CardholderCents += cardholder.spend
}
