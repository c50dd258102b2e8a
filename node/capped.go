package node

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"

	"mandorla/arrowio"
	"mandorla/ledger"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/policy"
)

// A CappedPlan is what `frequency_cap` made of this node's send plan.
type CappedPlan struct {
	Most              uint64 `json:"most"`               // members that may contact a household
	Rows              uint64 `json:"rows"`               // of the plan, that may take part
	Contacts          uint64 `json:"contacts"`           // households, or customers, that the plan contacts
	Removed           uint64 `json:"removed"`            // of those, which others contact
	SameHousehold     uint64 `json:"same_household"`     // rows set aside: an earlier row contacts the household
	WithoutIdentifier uint64 `json:"without_identifier"` // rows of no known household: they stay, unchecked
	Kept              uint64 `json:"kept"`               // rows of the plan as it is now
	Removals          string `json:"removals,omitempty"` // the file of the rows that are not in it
}

// A sorting is what becomes of the rows of the source: each is in one set, or may
// not take part.
type sorting struct{ kept, removed, same *column.Bits }

// releasePlan gates the send plan, and writes it.
func (g *gathering) releasePlan(ctx context.Context, f *finding, o match.Rest) error {
	s, err := g.table.sortOut(o)
	if err != nil {
		return err
	}
	p := &CappedPlan{Most: g.plan.terms().Contacts, Rows: g.table.Eligible(), Contacts: g.table.Distinct, Removed: s.removed.Count(),
		SameHousehold: s.same.Count(), Kept: s.kept.Count()}
	p.WithoutIdentifier = p.Kept - (p.Contacts - p.Removed)
	gate := policy.NewGate(g.plan.gateRules())
	r, err := gate.List(p.Kept)
	if err != nil {
		return err
	}
	f.result.State = r.State()
	said := learnt{State: r.State()}
	if r.Rows() != nil {
		zero := 0.0
		f.result.FrequencyCap, f.result.Count, f.result.SD = p, &p.Kept, &zero
		if said.Rows, err = g.writePlan(ctx, f, s); err != nil {
			return fmt.Errorf("write the send plan: %w", err)
		}
		said.Count = &p.Kept
	}
	f.learnt, err = ledger.Canonical(said)
	return err
}

// sortOut says of every row of the source that may take part what becomes of it.
// Rows of addresses that are no home have no household, and stay like those without
// an address.
func (t *Table) sortOut(o match.Rest) (*sorting, error) {
	s := &sorting{new(column.Bits), new(column.Bits), new(column.Bits)}
	s.kept.Add(t.nameless)
	again, err := t.again()
	if err != nil {
		return nil, err
	}
	r, err := t.log.read()
	if err != nil {
		return nil, err
	}
	run := uint64(0) // of the next row of the run
	for place := uint64(0); ; place++ {
		row, err := r.next()
		if errors.Is(err, io.EOF) {
			return s, r.Close()
		}
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
		switch {
		case again.Get(place):
			s.same.Set(row.number)
			continue
		case t.lost[0].Get(place):
			s.kept.Set(row.number)
			continue
		case o.Struck(0, run):
			s.removed.Set(row.number)
		default:
			s.kept.Set(row.number)
		}
		run++
	}
}

// again are the places in the log of rows whose identifier an earlier row holds.
func (t *Table) again() (_ *column.Bits, err error) {
	rows, err := t.shared[0].Rows()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out := new(column.Bits)
	return out, column.EachBatch(rows, func(pairs []byte) error {
		for ; len(pairs) > 0; pairs = pairs[besideRow:] {
			out.Set(binary.BigEndian.Uint64(pairs))
		}
		return nil
	})
}

// whyColumn stands behind the columns of a row that is not in the plan any more.
const whyColumn = "removed_because"

// What it says.
const (
	overCap       = "frequency_cap"
	sameHousehold = "same_household"
)

// A planWriter writes the rows of the source that stay, and those that do not, in
// two files with all their columns.
type planWriter struct {
	finding *finding
	left    string // the path of the second
	*sorting
	sum hash.Hash // over the numbers of the rows that others contact
}

// writePlan writes the plan to files that appear when the finding is kept, in a
// second reading of the source, and answers with the hash of what was learnt.
func (g *gathering) writePlan(ctx context.Context, f *finding, s *sorting) (sum string, err error) {
	f.path = g.file(rowsFile)
	w := &planWriter{finding: f, left: g.file(removedFile), sorting: s, sum: sha256.New()}
	err = g.reread(ctx, nil, func(rec arrowio.Record, start uint64) error {
		g.progress("write", start+uint64(rec.NumRows()), g.table.Read)
		return w.write(rec, start)
	})
	return hex.EncodeToString(w.sum.Sum(nil)), err
}

// write writes a record of the source, whose first row has the number start.
func (w *planWriter) write(rec arrowio.Record, start uint64) error {
	var stay, leave []int
	var why []string
	for i := range int(rec.NumRows()) {
		row := start + uint64(i)
		switch {
		case w.kept.Get(row):
			stay = append(stay, i)
		case w.removed.Get(row):
			leave, why = append(leave, i), append(why, overCap)
			w.sum.Write(binary.BigEndian.AppendUint64(nil, row))
		case w.same.Get(row):
			leave, why = append(leave, i), append(why, sameHousehold)
		}
	}
	if err := w.put(&w.finding.rows, w.finding.path, rec, stay); err != nil {
		return err
	}
	return w.put(&w.finding.left, w.left, rec, leave, arrowio.Strings(whyColumn, why, nil))
}

// put writes some rows of a record, with more columns behind, to a file that is
// begun if it has not been.
func (w *planWriter) put(to **arrowio.Writer, path string, rec arrowio.Record, rows []int, behind ...arrowio.Column) error {
	some, err := arrowio.Gather(arrowio.Memory, rec, rows)
	if err != nil {
		return err
	}
	defer some.Release()
	out := arrowio.Amend(arrowio.Memory, some, nil, behind...)
	defer out.Release()
	if *to == nil {
		if *to, err = arrowio.Create(path, "arrow", out.Schema()); err != nil {
			return err
		}
	}
	return (*to).Write(out)
}

// roomForWhy sees, before anything is read, that the source has no column of the
// name that says why a row was removed.
func (a *attempt) roomForWhy() error {
	if !a.plan.caps() {
		return nil
	}
	r, err := a.open(a.plan.dataset, nil)
	if err != nil {
		return unusable("dataset %s: %w", a.plan.datasetName(), err)
	}
	if r.Schema().HasField(whyColumn) {
		err = unusable("dataset %s: the source has a column %q, and so has the list of removed rows; rename it in the source", a.plan.datasetName(), whyColumn)
	}
	return errors.Join(err, r.Close())
}

// ExportRemoved writes the rows that a frequency cap took off the plan, all their
// columns and why, to a file as csv, parquet, arrow or json.
func ExportRemoved(r *Result, path, format string) error {
	if r.FrequencyCap == nil || r.FrequencyCap.Removals == "" {
		return ErrWithheld
	}
	return exportRows(r, r.FrequencyCap.Removals, func(s *arrowio.Schema) (*arrowio.Writer, error) { return arrowio.Create(path, format, s) })
}
