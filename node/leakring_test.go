package node

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"mandorla/match"
	"mandorla/match/aggregate"
	"mandorla/match/column"
	"mandorla/match/multi"
	"mandorla/match/wire"
)

// TestRingLeaksNothing is [TestNothingLeaks] of two members and a node without data:
// a combiner, and a helper.
func TestRingLeaksNothing(t *testing.T) {
	for _, p := range []match.Protocol{multi.Ring, aggregate.Helper} {
		t.Run(p.Topology, func(t *testing.T) { leaksNothing(t, p) })
	}
}

// groupConfig is what a party's machine is made of, for either topology.
func groupConfig(party int) match.Config {
	side := match.Side{Caps: []uint64{70}}
	c := match.Config{SID: [32]byte{9}, Role: match.Role(party % 2), Levels: []string{"uid2-1/email"}, OwnCap: 70, PeerCap: 70,
		Budget: 1 << 24, Store: column.Memory(),
		Circle: &match.Circle{Party: party, Caps: []uint64{70, 70}, Told: []bool{true, true}, Asked: []match.Figure{{Measure: match.Pair, Members: 3}}},
		Cells:  &match.Cells{Own: side, Peer: side, Gate: func([]int64) ([]bool, error) { return []bool{true}, nil }}}
	c.Circle.Release = func(noisy []int64) ([]match.Figure, error) {
		return []match.Figure{{Measure: match.Pair, Members: 3, Count: noisy[0], Released: true}}, nil
	}
	c.Cells.Release = func(_, noisy []int64) ([]int64, []bool, error) { return noisy, []bool{true}, nil }
	return c
}

func leaksNothing(t *testing.T, p match.Protocol) {
	h := newHouse(t, "left.csv", "right.csv", "    identifiers:\n      - {type: email, column: email}\n")
	secrets := append(customers(h, left, 0), customers(h, right, 30)...)
	ends := map[[2]int]*recorder{}
	for _, pair := range [][2]int{{0, 1}, {0, 2}, {1, 2}} {
		there, back := make(chan wire.Frame), make(chan wire.Frame)
		ends[pair], ends[[2]int{pair[1], pair[0]}] = &recorder{out: there, in: back}, &recorder{out: back, in: there}
	}
	var wg sync.WaitGroup
	errs := make([]error, 3)
	for party, member := range []string{left, right, ""} {
		c := groupConfig(party)
		var source match.Source
		if member != "" {
			table, levels := h.prepared(t, member)
			secrets = append(secrets, digests(t, table, levels, [32]byte{7})...)
			s, err := table.source(levels, [32]byte{7})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			source = s
		}
		wg.Go(func() { errs[party] = ringParty(t, p, c, source, ends) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	var frames []wire.Frame
	for _, r := range ends {
		frames = append(frames, r.sent...)
	}
	body := flat(t, frames)
	for i, secret := range secrets {
		if bytes.Contains(body, secret) {
			t.Fatalf("secret %d stands in what was sent", i)
		}
	}
	for _, f := range frames {
		if f.Kind == wire.KindRing {
			f.Kind = wire.KindSet // sorted like one
		}
		checkOrder(t, f)
	}
}

func ringParty(t *testing.T, p match.Protocol, c match.Config, source match.Source, ends map[[2]int]*recorder) error {
	m, err := p.New(c, true)
	if err != nil {
		return err
	}
	defer m.Close()
	sides := p.Neighbours(c)
	var links []match.Link
	for _, s := range sides {
		links = append(links, ends[[2]int{c.Circle.Party, s.Party}])
	}
	j := match.Join(t.Context(), sides, links)
	defer j.Close()
	outcome, err := match.Run(t.Context(), m, source, j)
	switch o := outcome.(type) {
	case match.Figures:
		if o[0].Count != 30 {
			t.Errorf("an overlap of %d, not 30", o[0].Count)
		}
	case match.Table:
		if o.Levels[0][0] != 30 {
			t.Errorf("an overlap of %d, not 30", o.Levels[0][0])
		}
	}
	return err
}
