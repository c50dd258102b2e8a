package node

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"mandorla/ledger"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/policy"
)

// A SendList is what `suppress` made of this node's eligible rows. Together they
// are all of them: a row that cannot be checked is not sent to.
type SendList struct {
	Kept      uint64 `json:"kept"`      // rows of the list
	Struck    uint64 `json:"struck"`    // that stand on the partner's list, by any identifier
	Unchecked uint64 `json:"unchecked"` // without a single valid identifier: kept out, for nobody can say
}

// releaseRest gates the send list, and writes it.
func (a *attempt) releaseRest(ctx context.Context, f *finding, gate *policy.Gate, o match.Rest) error {
	hits, err := a.table.strikes(o)
	if err != nil {
		return err
	}
	list := &SendList{Unchecked: a.table.nobody()}
	levels := make([]*uint64, len(hits))
	struck := new(column.Bits)
	for l, h := range hits {
		n := h.Without(struck).Count()
		levels[l], list.Struck = &n, list.Struck+n
		struck.Add(h)
	}
	list.Kept = a.table.log.rows - list.Struck
	r, err := gate.List(list.Kept)
	if err != nil {
		return err
	}
	f.result.State = r.State()
	said := learnt{State: r.State()}
	if r.Rows() != nil {
		f.result.fillList(list, levels)
		if said.Rows, err = a.writeRest(ctx, f, struck); err != nil {
			return fmt.Errorf("write the send list: %w", err)
		}
		said.Count, said.Levels = &list.Kept, levels
	}
	f.learnt, err = ledger.Canonical(said)
	return err
}

// fillList sets the figures of a send list: its rows, and how many rows each
// identifier struck.
func (r *Result) fillList(list *SendList, levels []*uint64) {
	zero := 0.0
	r.Suppress, r.Count, r.SD = list, &list.Kept, &zero
	for l, n := range levels {
		r.Levels[l].Count = n
	}
}

// strikes are, per level, the places in the log of all rows that the level
// found: those whose identifier was asked about, and those that share it.
func (t *Table) strikes(o match.Rest) ([]*column.Bits, error) {
	out := make([]*column.Bits, len(t.lost))
	for l := range out {
		out[l] = new(column.Bits)
	}
	row := uint64(0) // of the run
	err := t.each(func(r loggedRow) error {
		for l := range out {
			if o.Struck(l, row) {
				out[l].Set(r.place)
			}
		}
		row++
		return nil
	})
	for l, shared := range t.shared {
		err = errors.Join(err, spread(out[l], shared))
	}
	return out, err
}

// spread strikes every row that shares an identifier with one that was struck by
// it.
func spread(struck *column.Bits, shared *column.List) error {
	rows, err := shared.Rows()
	if err != nil {
		return err
	}
	err = column.EachBatch(rows, func(pairs []byte) error {
		for ; len(pairs) > 0; pairs = pairs[besideRow:] {
			if struck.Get(binary.BigEndian.Uint64(pairs[8:])) {
				struck.Set(binary.BigEndian.Uint64(pairs))
			}
		}
		return nil
	})
	return errors.Join(err, rows.Close())
}

// writeRest writes the rows that nothing struck.
func (a *attempt) writeRest(ctx context.Context, f *finding, struck *column.Bits) (sum string, err error) {
	r, err := a.table.log.read()
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	place := uint64(0)
	walk := &listWalk{next: func() (listedRow, bool, error) {
		for {
			row, err := r.next()
			if errors.Is(err, io.EOF) {
				return listedRow{}, false, nil
			}
			if err != nil {
				return listedRow{}, false, err
			}
			place++
			if !struck.Get(place - 1) {
				return listedRow{source: row.number}, true, nil
			}
		}
	}}
	return a.writeList(ctx, f, walk, nil)
}
