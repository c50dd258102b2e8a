package aggregate

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"

	"mandorla/crypto/noise"
	"mandorla/crypto/ristretto"
	"mandorla/match"
	"mandorla/match/column"
	"mandorla/match/dh"
	"mandorla/match/matchtest"
)

// session is one of the pairs' sessions, of the initiator.
func session(t testing.TB) *dh.Session {
	s, err := dh.NewSession(match.Config{SID: sid, Levels: []string{"test-1/x"}, Budget: 1 << 20, Store: column.Memory()}, setSchema(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// config is the initiator's of a run of 2 by 3 cells.
func config() match.Config {
	law := noise.Law{Eps: big.NewRat(1, 1), S: 2}
	return match.Config{SID: sid, Levels: []string{"test-1/x", "test-1/y"}, OwnCap: 30, PeerCap: 60,
		Budget: 1 << 20, Store: column.Memory(),
		Cells: &match.Cells{
			Own:  match.Side{Caps: []uint64{10, 20}, Dummies: law},
			Peer: match.Side{Caps: []uint64{10, 20, 30}, Dummies: noise.Law{Eps: big.NewRat(1, 1), S: 3}},
			Gate: matchtest.Release(0),
		}}
}

// other is the peer's view of the same run.
func other(c match.Config) match.Config {
	c.Role, c.OwnCap, c.PeerCap = c.Role.Other(), c.PeerCap, c.OwnCap
	cells := *c.Cells
	cells.Own, cells.Peer = cells.Peer, cells.Own
	c.Cells = &cells
	return c
}

// TestGrid: both sides number cells and count rows alike.
func TestGrid(t *testing.T) {
	a, err := newGrid(config())
	if err != nil {
		t.Fatal(err)
	}
	b, err := newGrid(other(config()))
	if err != nil {
		t.Fatal(err)
	}
	// rows = Σ caps + L·KA·KB·(N_A + N_B), of which a segment has its cells' share
	if got := a.ownRows(); !slices.Equal(got, []uint64{10 + 2*3*10, 20 + 2*3*10}) {
		t.Errorf("rows of A: %v", got)
	}
	if got := b.ownRows(); !slices.Equal(got, a.peerRows()) || sum(got) != 60+2*2*3*(4+6) {
		t.Errorf("rows of B: %v, to A %v", got, a.peerRows())
	}
	for cell := range 6 {
		own, peer := a.segments(cell)
		p, q := b.codes(cell)
		if a.cell(own, peer) != cell || b.cell(peer, own) != cell || p != own || q != peer || cell != int(p)*3+int(q) {
			t.Errorf("cell %d is (%d, %d) to A and (%d, %d) to B", cell, own, peer, p, q)
		}
	}
}

func TestPool(t *testing.T) {
	a, _ := newGrid(config())
	b, _ := newGrid(other(config()))
	for _, owner := range []match.Role{match.Initiator, match.Responder} {
		ofA, ofB := newPool(a, sid, owner), newPool(b, sid, owner)
		var want []byte
		for level := range 2 {
			for p := range 2 {
				for q := range 3 {
					for k := range ofA.perCell {
						want = ristretto.PoolMessage(want, sid, owner.String()[0], uint8(level), uint32(p), uint32(q), uint32(k))
					}
				}
			}
		}
		for _, p := range []pool{ofA, ofB} {
			if got, width := p.messages(0, p.size()); !bytes.Equal(got, want) || width*p.size() != len(want) {
				t.Errorf("the pool of %v is not in canonical order", owner)
			}
		}
		if n := map[match.Role]int{match.Initiator: 2 * 6 * 4, match.Responder: 2 * 6 * 6}[owner]; ofA.size() != n {
			t.Errorf("the pool of %v has %d points, want %d", owner, ofA.size(), n)
		}
	}
}

// TestDrawn: as many of each pool are chosen as were drawn, any of them.
func TestDrawn(t *testing.T) {
	g, _ := newGrid(config())
	seen := map[int]int{}
	for range 300 {
		d, err := draw(g)
		if err != nil {
			t.Fatal(err)
		}
		for level, cells := range d.dummies {
			for cell, n := range cells {
				at := (level*6 + cell) * 4
				got := uint64(0)
				for k, in := range d.chosen[at : at+4] {
					if in {
						got++
						seen[k]++
					}
				}
				if n > 4 || got != n {
					t.Fatalf("%d dummies, %d of the pool", n, got)
				}
			}
		}
	}
	for k := range 4 { // 3600 cells of 2 dummies on average; 10 standard deviations
		if seen[k] < 1500 || seen[k] > 2100 {
			t.Errorf("number %d of the pool was chosen %d times", k, seen[k])
		}
	}
}

// TestRefused: what no run can be made of.
func TestRefused(t *testing.T) {
	value := match.Value{Bound: 5, Scale: big.NewRat(1, 1)}
	for name, c := range map[string]struct {
		change func(*match.Config)
		want   string
	}{
		"no segment":     {func(c *match.Config) { c.Cells.Own.Caps = nil }, "segments"},
		"many segments":  {func(c *match.Config) { c.Cells.Peer.Caps = make([]uint64, 65) }, "segments"},
		"many cells":     {func(c *match.Config) { c.Cells.Own.Caps, c.Cells.Peer.Caps = make([]uint64, 64), make([]uint64, 17) }, "cells"},
		"caps":           {func(c *match.Config) { c.OwnCap++ }, "add up"},
		"many rows":      {func(c *match.Config) { c.Cells.Own.Caps[0] = 1 << 32 }, "2^32"},
		"negative shift": {func(c *match.Config) { c.Cells.Peer.Dummies.S = -1 }, "shift"},
		"large pools":    {func(c *match.Config) { c.Cells.Peer.Dummies.S = noise.MaxShift }, "dummies"},
		"no law":         {func(c *match.Config) { c.Cells.Own.Dummies.Eps = nil }, "law"},
		"no bound":       {func(c *match.Config) { c.Cells.Own.Values = []match.Value{{}} }, "bound"},
		"many columns":   {func(c *match.Config) { c.Cells.Own.Values = make([]match.Value, 17) }, "columns"},
		"no gate":        {func(c *match.Config) { c.Cells.Own.Values = []match.Value{value}; c.Cells.Gate = nil }, "gate"},
		"scale":          {func(c *match.Config) { c.Cells.Peer.Values = []match.Value{{Bound: 5, Scale: new(big.Rat)}} }, "noise of a sum"},
		"too many groups": {func(c *match.Config) {
			c.Cells.Own.Values = []match.Value{value}
			c.Cells.Groups = []uint16{0, 1, 2, 3, 4, 6}
		}, "group"},
		"gap in groups": {func(c *match.Config) {
			c.Cells.Own.Values = []match.Value{value}
			c.Cells.Groups = []uint16{0, 0, 2, 2, 2, 2}
		}, "no cell"},
		"groups of others": {func(c *match.Config) { c.Cells.Own.Values = []match.Value{value}; c.Cells.Groups = []uint16{0} }, "groups"},
		"sums too large": {func(c *match.Config) {
			c.Cells.Own.Values = []match.Value{{Bound: maxBound}}
			c.Cells.Own.Caps, c.Cells.Peer.Caps = []uint64{1 << 20, 0}, []uint64{1 << 20}
			c.OwnCap, c.PeerCap = 1<<20, 1<<20
		}, "decrypted"},
	} {
		conf := config()
		c.change(&conf)
		if _, err := newDual(conf); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnalyses: what `size` and one member alone are not for, and `aggregate`
// without cells.
func TestAnalyses(t *testing.T) {
	one := config()
	one.OwnCap, one.PeerCap, one.Levels = 10, 10, one.Levels[:1]
	one.Cells.Own.Caps, one.Cells.Peer.Caps = []uint64{10}, []uint64{10}
	exact := one
	exact.Cells = nil
	valued, both, sent := one, one, one
	sums := *one.Cells
	sums.Peer.Values = []match.Value{{Bound: 5}}
	valued.Cells = &sums
	alone := *one.Cells
	alone.Own.Dummies = noise.Law{}
	sent.Cells = &alone
	two := sent
	two.Levels = config().Levels
	for _, c := range []struct {
		name   string
		p      match.Protocol
		config match.Config
		fits   bool
	}{
		{"size", Dual, one, true}, {"exact size", Dual, exact, true},
		{"size of cells", Dual, config(), false}, {"sums of size", Dual, valued, false},
		{"cells", Cells, config(), true}, {"aggregate without cells", Cells, exact, false},
		{"single", Single, sent, true}, {"exact single", Single, exact, true},
		{"single with two noises", Single, both, false}, {"single of two levels", Single, two, false},
		{"size of cells, single", Single, config(), false},
		{"cells, single", CellsSingle, sent, true}, {"sums, single", CellsSingle, valued, false},
		{"aggregate without cells, single", CellsSingle, exact, false},
	} {
		m, err := c.p.New(c.config, true)
		if (err == nil) != c.fits {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil {
			m.Close()
		}
	}
}

// TestOwnRows: a batch that is not what was announced.
func TestOwnRows(t *testing.T) {
	c := config()
	c.Cells.Own.Values = []match.Value{{Bound: 5}}
	for name, b := range map[string]match.Batch{
		"no segments":      {Rows: 1, Values: []int64{0}},
		"unknown segment":  {Rows: 1, Segments: []uint16{2}, Values: []int64{0}},
		"no values":        {Rows: 1, Segments: []uint16{1}},
		"beyond the bound": {Rows: 1, Segments: []uint16{1}, Values: []int64{6}},
		"below the bound":  {Rows: 1, Segments: []uint16{1}, Values: []int64{-6}},
		"beyond the cap":   {Rows: 11, Segments: make([]uint16, 11), Values: make([]int64, 11)},
	} {
		d, err := newDual(c)
		if err != nil {
			t.Fatal(err)
		}
		b.Digests, b.Present = [][]byte{make([]byte, 32*b.Rows), make([]byte, 32*b.Rows)}, [][]bool{make([]bool, b.Rows), make([]bool, b.Rows)}
		if err := d.add(b); err == nil {
			t.Errorf("%s: no error", name)
		}
		if err := d.close(); err != nil {
			t.Error(err)
		}
	}
}

// TestWithoutNoise: no dummies and no scale give the join itself.
func TestWithoutNoise(t *testing.T) {
	o := new(observer)
	p := matchtest.NewCells(matchtest.Seeded(t), o.watch(Cells), 2, 60, 60, matchtest.Shape{KA: 2, KB: 1, VA: 2, VB: 1})
	for _, side := range []match.Side{p.Cells.Own, p.Cells.Peer} {
		for c := range side.Values {
			side.Values[c].Scale = nil
		}
	}
	a, b := p.Run()
	p.CheckCells(t, a, b, func(m match.Machine) matchtest.Noise {
		n := o.noise(m)
		for _, sums := range slices.Concat(n.OwnSums, n.PeerSums) {
			for _, z := range sums {
				if z != 0 {
					t.Error("there is noise where none was agreed on")
				}
			}
		}
		return n
	})
}

// TestEmptyLevel: a level at which nobody has an identifier.
func TestEmptyLevel(t *testing.T) {
	o := new(observer)
	p := matchtest.NewCells(matchtest.Seeded(t), o.watch(Cells), 3, 40, 30, matchtest.Shape{KA: 1, KB: 2, VA: 1, VB: 1, S: 2})
	for _, table := range []matchtest.Table{p.A, p.B} {
		for _, row := range table {
			row[1] = 0
		}
	}
	a, b := p.Run()
	p.CheckCells(t, a, b, o.noise)
}

// TestEmptyCell: a segment of A without rows has nothing but dummies.
func TestEmptyCell(t *testing.T) {
	o := new(observer)
	p := matchtest.NewCells(matchtest.Seeded(t), o.watch(Cells), 2, 40, 30, matchtest.Shape{KA: 2, KB: 2, VA: 1, VB: 1, S: 2})
	clear(p.Cells.SegmentsA)
	p.Cells.Own.Caps = []uint64{40, 0}
	a, b := p.Run()
	p.CheckCells(t, a, b, o.noise)
}

// TestGateFails: a gate that cannot decide ends the run.
func TestGateFails(t *testing.T) {
	closed := errors.New("the gate is closed")
	for name, gate := range map[string]func([]int64) ([]bool, error){
		"error": func([]int64) ([]bool, error) { return nil, closed },
		"short": func([]int64) ([]bool, error) { return nil, nil },
	} {
		p := matchtest.NewCells(matchtest.Seeded(t), Cells, 1, 5, 5, matchtest.Shape{KA: 1, KB: 1, VA: 1, S: 1})
		p.Cells.Gate = gate
		a, b := p.Run()
		if a.Err == nil || b.Err == nil {
			t.Errorf("%s: %v; %v", name, a.Err, b.Err)
		}
	}
}

// TestDummies: our dummies are met where we inserted them, and nowhere else
// (V17).
func TestDummies(t *testing.T) {
	g, _ := newGrid(config()) // 2 levels, 6 cells, 4 points each of ours
	fresh := func() *dummies {
		d := &dummies{pool: newPool(g, sid, match.Initiator), level: 1, chosen: make([]bool, 48),
			places: places{{3, 24}, {5, 25}, {8, 30}, {9, 2}}, want: make([]uint64, 6), met: make([]uint64, 6)}
		d.chosen[24], d.chosen[30], d.chosen[2] = true, true, true
		d.want[0], d.want[1] = 1, 1
		return d
	}
	d := fresh()
	for _, hit := range [][2]uint64{{0, 5}, {3, 0}, {4, 3}, {8, 1}, {11, 0}} { // rows between are customers
		if err := d.meet(hit[0], int(hit[1])); err != nil {
			t.Errorf("row %d: %v", hit[0], err)
		}
	}
	if err := d.verdict(); err != nil {
		t.Error(err)
	}
	for name, hit := range map[string][2]uint64{"another cell": {3, 1}, "not inserted": {5, 0}, "another level": {9, 0}} {
		if err := fresh().meet(hit[0], int(hit[1])); !errors.Is(err, match.ErrPool) {
			t.Errorf("%s: %v", name, err)
		}
	}
	d = fresh()
	if err := errors.Join(d.meet(3, 0), d.verdict()); !errors.Is(err, match.ErrPool) {
		t.Errorf("one of two: %v", err)
	}
}

func TestWalk(t *testing.T) {
	l := column.NewList(4, 64, column.Memory())
	for i := range uint32(10000) {
		if err := l.Append(binary.BigEndian.AppendUint32(nil, i)); err != nil {
			t.Fatal(err)
		}
	}
	w, err := newWalk(l, 4)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range []uint64{0, 0, 1, 4095, 4096, 4097, 9000, 9999, 9999} {
		if row, err := w.at(i); err != nil || binary.BigEndian.Uint32(row) != uint32(i) {
			t.Errorf("row %d: %v", i, err)
		}
	}
	if _, err := w.at(10000); err == nil {
		t.Error("a row beyond the end")
	}
	if err := errors.Join(w.close(), l.Close()); err != nil {
		t.Error(err)
	}
}
