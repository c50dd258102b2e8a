package matchtest

import (
	"context"
	cryptorand "crypto/rand"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/evaluation"
)

// An Epoch is two parties between the runs of an epoch: what both keep, and the
// evaluator's key. The asker is the party of role Asks.
type Epoch struct {
	Protocol match.Protocol
	Levels   int
	Asks     match.Role
	Key      *ristretto.Key
	Kept     [2]match.Kept
	Budget   int64
	Store    [2]column.Store

	// Slack is added to the sizes that a later run needs at least, and to the tags of
	// each run that it removes.
	Slack uint64
}

// NewEpoch is an epoch before its first run.
func NewEpoch(p match.Protocol, levels int, asks match.Role) *Epoch {
	return &Epoch{Protocol: p, Levels: levels, Asks: asks, Key: ristretto.NewKey()}
}

// Pair is the next run of the epoch, of tables with labels that label gives of each
// of the evaluator's rows. The sizes are the least that do, and the slack.
func (e *Epoch) Pair(a, b Table, label func(row int) []byte) (Pair, error) {
	p := Pair{Protocol: e.Protocol, A: a, B: b, Levels: e.Levels, Labels: e.Protocol.Analysis == "append", Label: label,
		LearnsA: e.Asks == match.Initiator, LearnsB: e.Asks == match.Responder, Budget: e.Budget, StoreA: e.Store[0], StoreB: e.Store[1],
		CapA: uint64(len(a)) + 3, CapB: uint64(len(b)) + 3}
	cryptorand.Read(p.Session[:])
	if e.Asks == match.Initiator { // what later runs remove
		p.CapB += 200
	} else {
		p.CapA += 200
	}
	for role := range p.Epoch {
		p.Epoch[role] = &match.Epoch{Kept: e.Kept[role], Keep: func(k match.Kept) (err error) {
			e.Kept[role], err = hold(k)
			return err
		}}
	}
	p.Epoch[e.Asks.Other()].Key = e.Key
	if !p.Epoch[0].Later() {
		return p, nil
	}
	return p, e.size(p)
}

// size agrees on the sizes of a later run.
func (e *Epoch) size(p Pair) error {
	changes := func(role match.Role, t Table, evaluates bool) ([]evaluation.Change, error) {
		src := &source{t: t, levels: e.Levels, batch: 7}
		if p.Labels && evaluates {
			src.label = p.label()
		}
		return evaluation.Changes(context.Background(), p.config(p.Session, role), evaluates, src)
	}
	tables := [2]Table{p.A, p.B}
	news, err := changes(e.Asks, tables[e.Asks], false)
	if err != nil {
		return err
	}
	churn, err := changes(e.Asks.Other(), tables[e.Asks.Other()], true)
	if err != nil {
		return err
	}
	for role, epoch := range p.Epoch {
		for l := range e.Levels {
			epoch.Asked, epoch.Added = max(epoch.Asked, news[l].Added+e.Slack), max(epoch.Added, churn[l].Added+e.Slack)
			quotas, total := e.quotas(churn[l])
			epoch.Removed = append(epoch.Removed, total)
			if match.Role(role) != e.Asks {
				epoch.Quotas = append(epoch.Quotas, quotas)
			}
		}
	}
	return nil
}

// quotas are what has to be removed of each run's tags, and of its fillers the slack
// while they last.
func (e *Epoch) quotas(c evaluation.Change) (quotas []uint64, total uint64) {
	for run, gone := range c.Removed {
		quotas = append(quotas, gone+min(e.Slack, c.Spare[run]))
		total += quotas[run]
	}
	return quotas, total
}

// hold copies what is to be kept into memory.
func hold(k match.Kept) (out match.Kept, err error) {
	out = match.Kept{Public: k.Public, Runs: k.Runs}
	for _, l := range k.Levels {
		identifiers, err := copied(l.Identifiers)
		if err != nil {
			return out, err
		}
		tags, err := copied(l.Tags)
		if err != nil {
			return out, err
		}
		out.Levels = append(out.Levels, match.KeptLevel{Identifiers: identifiers, Tags: tags})
	}
	return out, nil
}

func copied(from match.KeptRows) (match.KeptRows, error) {
	rows, err := from.Rows()
	if err != nil {
		return nil, err
	}
	to := column.NewList(from.Width(), 1<<30, column.Memory())
	return to, errors.Join(column.EachBatch(rows, to.Append), rows.Close())
}

// A Household is a party's table as it changes from run to run: people come, go,
// come back, and, at the evaluator, have another label.
type Household struct {
	Table Table
	label []int // per row
	gone  Table
	most  uint64 // values are below it
}

// NewHousehold is a table of about so many rows.
func NewHousehold(r *rand.Rand, levels, rows int) *Household {
	h := &Household{most: uint64(2 * rows)}
	for len(h.Table) < rows {
		h.Change(r, levels)
	}
	return h
}

// Change changes some of the table.
func (h *Household) Change(r *rand.Rand, levels int) {
	for range r.IntN(6) { // people go
		if len(h.Table) > 0 {
			i := r.IntN(len(h.Table))
			h.gone = append(h.gone, h.Table[i])
			h.drop(i)
		}
	}
	for range r.IntN(4) { // come back
		if len(h.gone) > 0 {
			h.enter(slices.Clone(h.gone[r.IntN(len(h.gone))]), r)
		}
	}
	for range r.IntN(8) { // come
		row := make([]uint64, levels)
		for l := range row {
			if r.IntN(5) > 0 {
				row[l] = 1 + r.Uint64N(h.most)
			}
		}
		h.enter(row, r)
	}
	for range r.IntN(4) { // are said something else of
		if len(h.Table) > 0 {
			h.label[r.IntN(len(h.Table))] = r.IntN(1 << 20)
		}
	}
	r.Shuffle(len(h.Table), func(i, j int) {
		h.Table[i], h.Table[j] = h.Table[j], h.Table[i]
		h.label[i], h.label[j] = h.label[j], h.label[i]
	})
}

// enter adds a row, without the values that another has.
func (h *Household) enter(row []uint64, r *rand.Rand) {
	for l, value := range row {
		if slices.ContainsFunc(h.Table, func(other []uint64) bool { return other[l] == value }) {
			row[l] = 0
		}
	}
	h.Table, h.label = append(h.Table, row), append(h.label, r.IntN(1<<20))
}

func (h *Household) drop(i int) {
	h.Table, h.label = slices.Delete(h.Table, i, i+1), slices.Delete(h.label, i, i+1)
}

// Label is what is said of a row.
func (h *Household) Label(row int) []byte { return labelOf(h.label[row]) }

// copy is the household as it is now.
func (h *Household) copy() *Household {
	return &Household{Table: slices.Clone(h.Table), label: slices.Clone(h.label)}
}

// Epochs makes random runs of epochs, and sees that each comes to what the join in
// the clear says.
func Epochs(t *testing.T, p match.Protocol) {
	r := Seeded(t)
	for i := range 8 {
		levels := 1 + i%3
		e := NewEpoch(p, levels, match.Role(r.IntN(2)))
		if i%4 == 3 {
			e.spill(t, r)
			continue
		}
		e.runs(t, r, 5)
	}
}

// spill makes runs of an epoch that go beyond memory, and looks for storage that is
// left open, also when it is full.
func (e *Epoch) spill(t *testing.T, r *rand.Rand) {
	disks := Disks(2, -1)
	e.Budget, e.Store = 1, [2]column.Store{disks[0], disks[1]}
	e.runs(t, r, 3)
	if disks[0].Used() == 0 || disks[1].Used() == 0 {
		t.Error("nothing was spilled: the test tests nothing")
	}
	h := NewHousehold(r, e.Levels, 40)
	for n := disks[e.Asks].Used() / 4; n > 0; n /= 2 {
		full := Disks(1, n)
		p, err := e.Pair(h.Table, h.Table, h.Label)
		if err != nil {
			t.Fatal(err)
		}
		p.StoreA, p.StoreB = full[0], full[0]
		if a, b := p.Run(); a.Err == nil && b.Err == nil {
			continue
		}
		if open := full[0].Open(); open != 0 {
			t.Fatalf("disk full after %d operations: %d pieces left open", n, open)
		}
	}
	if open := disks[0].Open() + disks[1].Open(); open != 0 {
		t.Errorf("%d pieces of storage left open", open)
	}
}

// runs makes so many runs of the epoch.
func (e *Epoch) runs(t *testing.T, r *rand.Rand, runs int) {
	t.Helper()
	households := [2]Household{{most: 60}, {most: 60}}
	for range 8 {
		households[0].Change(r, e.Levels)
		households[1].Change(r, e.Levels)
	}
	for run := range runs {
		a, b := households[0].copy(), households[1].copy()
		e.Slack = r.Uint64N(5)
		label := b.Label
		if e.Asks == match.Responder {
			label = a.Label
		}
		p, err := e.Pair(a.Table, b.Table, label)
		if err != nil {
			t.Fatal(err)
		}
		x, y := p.Run()
		if t.Run(fmt.Sprintf("%d levels, run %d", e.Levels, run+1), func(t *testing.T) {
			suite{p: p.Protocol}.check(t, p, x, y)
		}); t.Failed() {
			t.FailNow()
		}
		households[0].Change(r, e.Levels)
		households[1].Change(r, e.Levels)
	}
}
