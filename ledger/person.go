package ledger

import (
	"context"
	"errors"
	"fmt"
)

// A Participation is a run that a person's record was part of, as the person may
// hear it. It never says whether the record matched: the node does not keep it.
type Participation struct {
	Run       string   `json:"run"`
	Date      string   `json:"date"`
	Partners  []string `json:"partners"`
	Purpose   string   `json:"purpose"`
	Agreement string   `json:"agreement"` // its own name
	Analysis  string   `json:"analysis"`
	Columns   []string `json:"columns"` // of this company's table
	State     string   `json:"state"`
	Passed    []Passed `json:"passed,omitempty"` // to whom rows of the run left the node
}

// Passed says to whom the rows that a run matched were given. A person whose
// record was part of the run may be among them.
type Passed struct {
	To       string   `json:"to"`
	Date     string   `json:"date"`
	Columns  []string `json:"columns"`
	DeleteBy string   `json:"delete_by"`
}

// ErrUnknownRun is a run that the book has no receipt of.
var ErrUnknownRun = errors.New("ledger: there is no receipt of the run")

// Participations says what the runs that a person took part in were, in the
// order given.
func (b *Book) Participations(ctx context.Context, member string, runs []string) ([]Participation, error) {
	wanted := map[string]*Receipt{}
	for _, run := range runs {
		wanted[run] = nil
	}
	for r, err := range b.Receipts(ctx) {
		if err != nil {
			return nil, err
		}
		if _, ok := wanted[r.Run]; ok {
			wanted[r.Run] = r
		}
	}
	all := make([]Participation, 0, len(runs))
	for _, run := range runs {
		r := wanted[run]
		if r == nil {
			return nil, fmt.Errorf("%w %.64q; look for its folder under results", ErrUnknownRun, run)
		}
		p := participation(r, member)
		disclosed, err := b.Disclosures(ctx, run)
		if err != nil {
			return nil, err
		}
		for _, d := range disclosed {
			p.Passed = append(p.Passed, Passed{d.Recipient, d.At, d.Columns, d.DeleteBy})
		}
		all = append(all, p)
	}
	return all, nil
}

func participation(r *Receipt, member string) Participation {
	p := Participation{Run: r.Run, Date: r.Members[member].Started, Purpose: r.Purpose, Agreement: r.Name,
		Analysis: r.Analysis, State: r.State, Partners: []string{}, Columns: []string{}}
	for _, m := range r.members() {
		if m != member {
			p.Partners = append(p.Partners, m)
		}
	}
	if r.Account != nil {
		p.Columns = append(p.Columns, r.Account.Parts[member].Columns...)
	}
	return p
}
