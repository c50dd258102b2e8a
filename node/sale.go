package node

import (
	"context"
	"fmt"

	"mandorla/agreement"
	"mandorla/arrowio"
	"mandorla/ledger"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/policy"
)

// A SaleCount is what changed hands in `net_names`.
type SaleCount struct {
	OnSale uint64            `json:"on_sale"`         // rows that the seller offered; not padded
	Names  uint64            `json:"names"`           // that the buyer took; both members know it
	Most   uint64            `json:"max_names"`       // that the agreement lets a run hand over
	Unfit  map[string]uint64 `json:"unfit,omitempty"` // at the seller: cells of a column that were sold as missing, since they do not fit the schema
}

// saleCount is what is known of a sale before it: nil in any other analysis.
func (a *attempt) saleCount() *SaleCount {
	switch {
	case a.plan.sells():
		return &SaleCount{OnSale: a.table.Distinct, Most: a.plan.terms().MaxNames, Unfit: a.table.sold.unfit}
	case a.plan.buys() && a.session == nil:
		return &SaleCount{Most: a.plan.terms().MaxNames}
	case a.plan.buys():
		return &SaleCount{OnSale: a.session.peer.Cap, Most: a.plan.terms().MaxNames}
	}
	return nil
}

// sale is what both sides of a sale go by; nil in any other analysis.
func (a *attempt) sale() *match.Sale {
	if !a.plan.buys() && !a.plan.sells() {
		return nil
	}
	t := a.plan.terms()
	return &match.Sale{Width: agreement.Width(t.Sold), Most: t.MaxNames, Take: a.buy, Give: a.give}
}

// buy decides whether so many names are taken. Where they are not, nothing was
// sent for any of them, and the seller hears no more than that.
func (a *attempt) buy(names uint64) error {
	rules, most := a.plan.rules, a.plan.terms().MaxNames
	switch {
	case names < rules.MinListSize:
		return decline("rules.min_list_size: there are fewer new names than the %d agreed on; nothing was bought", rules.MinListSize)
	case names > most:
		return decline("analyses.net_names.max_names: there are %d new names, more than the %d agreed on; nothing was bought", names, most)
	case names > a.most:
		return decline("--max: there are %d new names among the %d on sale, more than --max %d; nothing was bought", names, a.session.peer.Cap, a.most)
	}
	return nil
}

// give puts on record, before the buyer can open them, how many names it takes: it owes
// them whatever becomes of the run.
func (a *attempt) give(names uint64) error {
	a.given = names
	return a.record(context.Background(), ledger.Failed, codeInterrupted)
}

// decline is a purchase that the buyer does not make.
func decline(format string, args ...any) error {
	return &reasoned{kind: ErrRefused, why: fmt.Errorf("%w: %w", fmt.Errorf(format, args...), match.ErrDecline)}
}

// releaseNames writes the names that were taken.
func (a *attempt) releaseNames(f *finding, gate *policy.Gate, o match.Names) error {
	names := o.Rows.Len()
	r, err := gate.List(names)
	if err != nil {
		return err
	}
	f.result.State, f.result.Sale.Names = r.State(), names
	said := learnt{State: r.State()}
	if r.Rows() != nil {
		zero := 0.0
		f.result.Count, f.result.SD = &names, &zero
		if said.Rows, err = a.writeNames(f, o.Rows); err != nil {
			return fmt.Errorf("write the names: %w", err)
		}
		said.Count = &names
	}
	f.learnt, err = ledger.Canonical(said)
	return err
}

// purchaseTraffic is the bytes of a purchase from a list of so many rows, if all
// of them are new.
func purchaseTraffic(p *plan, rows uint64) Traffic {
	levels, sealed := uint64(len(p.normalisers)), uint64(agreement.Width(p.terms().Sold)+sealOverhead)
	const element, tag = 32, 16
	return Traffic{Sent: rows * element * (levels + 1), Received: rows * (element*(levels+1) + tag*levels + sealed)}
}

// sealOverhead is what encryption adds to a row.
const sealOverhead = 16

// perRecord is how many names go into one record.
const perRecord = 1 << 13

// writeNames writes what was sold, a column a field, to a file that appears when
// the finding is kept, and answers with its hash.
func (a *attempt) writeNames(f *finding, list *column.List) (sum string, err error) {
	rows, err := list.Rows()
	if err != nil {
		return "", err
	}
	defer rows.Close()
	f.path = a.file(rowsFile)
	w := newNamesWriter(a.plan.terms().Sold)
	for left := list.Len(); left > 0; {
		n := min(left, perRecord)
		batch, err := match.Take(rows, int(n), agreement.Width(w.fields))
		if err != nil {
			return "", err
		}
		if err := w.write(f, batch); err != nil {
			return "", err
		}
		left -= n
	}
	return w.hash(), nil
}

// create begins the list's file, if it has not been.
func (f *finding) create(s *arrowio.Schema) (err error) {
	if f.rows == nil {
		f.rows, err = arrowio.Create(f.path, "arrow", s)
	}
	return err
}
