package node

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mandorla/agreement"
	"mandorla/identity"
)

// A resident is a row with an address; zero is a cell without a value.
type resident struct{ mail, last, house int }

func (f resident) line() string {
	mail, street := "", ""
	if f.mail > 0 {
		mail = fmt.Sprintf("p%d@example.com", f.mail)
	}
	if f.house > 0 {
		street = fmt.Sprintf("%d Elm St", f.house)
	}
	return fmt.Sprintf("%s,Name%d,%s,12345", mail, f.last, street)
}

// residentsLess is the plain answer: the rows of a without an identifier of any row of b.
func residentsLess(a, b []resident, home func(resident) resident) (out SendList) {
	mails, homes := map[int]bool{0: false}, map[resident]bool{}
	for _, f := range b {
		mails[f.mail] = f.mail > 0
		homes[home(f)] = f.house > 0
	}
	for _, f := range a {
		switch {
		case f.mail == 0 && f.house == 0:
			out.Unchecked++
		case mails[f.mail] || f.house > 0 && homes[home(f)]:
			out.Struck++
		default:
			out.Kept++
		}
	}
	return out
}

// TestLargeHouses: an address of more people than make a household takes nobody's
// objection away, on whichever side it is too large, and whatever other
// identifiers its people have.
func TestLargeHouses(t *testing.T) {
	var list, objections []resident
	for i := 1; i <= 150; i++ {
		list = append(list, resident{i, i, i})
		objections = append(objections, resident{1000 + i, 200 + i, 1000 + i})
	}
	for i := 1; i <= 12; i++ {
		list = append(list,
			resident{2000 + i, i, 501}, // large on both sides; the objections have no mail
			resident{0, i, 502},        // nor has anybody
			resident{2100 + i, i, 503}, // large on this side alone
			resident{2200 + i, i, 504}, // large, and nobody objects
			resident{0, i, 505},        // likewise, and without mail
			resident{0, i, 0})
		objections = append(objections, resident{0, i, 501}, resident{0, i, 502}, resident{3000 + i, i, 506}, resident{0, i, 0})
	}
	list = append(list, resident{2301, 3, 506}, resident{2302, 90, 506}) // large on the other side alone
	objections = append(objections, resident{0, 3, 503})

	for by, home := range map[string]func(resident) resident{
		identity.ByAddress: func(f resident) resident { return resident{house: f.house} },
		identity.BySurname: func(f resident) resident { return resident{last: f.last, house: f.house} },
	} {
		before := ""
		if by == identity.BySurname {
			before = "last, "
		}
		h := newHouse(t, "people.csv", "people.csv", fmt.Sprintf(homesDataset, by, before, strings.Replace(before, "last", "last_name", 1)))
		h.profile, h.types, h.analyses = "uid2-1", "[email, household]", "{suppress: {to: [left]}}"
		for member, rows := range map[string][]resident{left: list, right: objections} {
			var lines []string
			for _, f := range rows {
				lines = append(lines, f.line())
			}
			h.table(filepath.Join(member, "people.csv"), "mail,last,street,zip", lines)
		}
		h.serve(right, Options{})
		own, err := h.open(left, Options{}).Run(t.Context(), Request{Analysis: agreement.Suppress, Agreement: h.agree()})
		if err != nil {
			t.Fatal(err)
		}
		if want := residentsLess(list, objections, home); *own.Suppress != want || want.Unchecked != 12 {
			t.Errorf("by %s: %+v, not %+v", by, *own.Suppress, want)
		}
		var sent []string
		for i, f := range list {
			if residentsLess([]resident{f}, objections, home).Kept > 0 {
				sent = append(sent, fmt.Sprint(i))
			}
		}
		if got := exported(t, own); !slices.Equal(got[1:], sent) {
			t.Errorf("by %s: %d rows are sent to, not the %d of the plain difference", by, len(got)-1, len(sent))
		}
	}
}
