package node

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"mandorla/agreement"
	"mandorla/match"
	"mandorla/match/multi"
	"mandorla/match/wire"
)

// settling is the four parties of a ring at the end of a run, as far as settling
// looks at them.
func settling(t *testing.T, sid func(party int) [32]byte) (all []*gathering) {
	t.Helper()
	r := wired(t)
	a := r.agree()
	var seats []seat
	for _, name := range []string{"air", "cars", "stay", office} {
		s := seat{Side: side{Member: name, Time: stamp(r.open(name, Options{}).now())}}
		if name != office {
			s.Side.Dataset, s.Side.Cap = "people", 256
		}
		seats = append(seats, s)
	}
	for party, name := range []string{"air", "cars", "stay", office} {
		n := r.open(name, Options{})
		p, err := n.planCircle(a, agreement.Multi)
		if err != nil {
			t.Fatal(err)
		}
		p.circle.levels = []string{"uid2-1/email"}
		g := n.newGathering(p)
		g.session = &session{sid: [32]byte{7}, own: seats[party].Side}
		g.table = &Table{}
		if name == office {
			g.table = nil
		}
		copy(g.seats, seats)
		g.around = g.neighbourhood(match.Config{Circle: &match.Circle{Caps: make([]uint64, 3)}})
		pairs := &gathering{attempt: &attempt{session: &session{sid: sid(party)}}}
		for other := range 4 {
			if other == party {
				continue
			}
			id := pairs.pairID(party, other)
			g.links[other] = &link{party: other, sealer: wire.NewSealer(id, way(party, other), nil, nil), opener: wire.NewOpener(id, way(other, party), nil, nil)}
		}
		all = append(all, g)
	}
	return all
}

// notes are the settlements of all parties.
func notes(t *testing.T, all []*gathering) []string {
	t.Helper()
	return notesOf(t, all, func(_ int, hops []hop) []hop { return hops })
}

// notesOf are settlements in which every party names other hops than it has seen.
func notesOf(t *testing.T, all []*gathering, other func(party int, hops []hop) []hop) (out []string) {
	t.Helper()
	for party, g := range all {
		f := &finding{}
		if g.table != nil {
			f = &finding{learnt: []byte("{}"), result: &Result{State: "noised"}}
		}
		m, err := g.id.seal(circleSettlement{"SETTLE", g.session.sid, g.member(f.seal()), g.part(f), other(party, g.hops())})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(m.note))
	}
	return out
}

// TestSettles: the receipt that each party makes of the same settlements is the
// same.
func TestSettles(t *testing.T) {
	t.Parallel()
	all := settling(t, func(int) [32]byte { return [32]byte{7} })
	said := notes(t, all)
	var first string
	for party, g := range all {
		r, err := g.sumUp(said)
		if err != nil {
			t.Fatalf("party %d: %v", party, err)
		}
		text, err := r.Text()
		if err != nil {
			t.Fatal(err)
		}
		if party == 0 {
			first = text
		}
		if text != first {
			t.Errorf("party %d makes another receipt", party)
		}
	}
}

// TestHopsDiffer: two ends of a connection that did not see the same frames settle
// nothing, nor does a settlement that is another's.
func TestHopsDiffer(t *testing.T) {
	t.Parallel()
	all := settling(t, func(party int) [32]byte {
		if party == 2 {
			return [32]byte{8}
		}
		return [32]byte{7}
	})
	said := notes(t, all)
	if _, err := all[0].sumUp(said); !errors.Is(err, errControl) {
		t.Errorf("another transcript: %v", err)
	}
	all = settling(t, func(int) [32]byte { return [32]byte{7} })
	swapped := slices.Clone(notes(t, all))
	swapped[0], swapped[1] = swapped[1], swapped[0]
	if _, err := all[0].sumUp(swapped); !errors.Is(err, errControl) {
		t.Errorf("swapped: %v", err)
	}
}

// TestHopsNamed: every party names each hop to and from each of its neighbours, once
// and in order. One that both its ends leave out is no more agreed on than one on
// which they differ.
func TestHopsNamed(t *testing.T) {
	t.Parallel()
	for name, other := range map[string]func(party int, hops []hop) []hop{
		"none":        func(int, []hop) []hop { return nil },
		"one too few": func(party int, hops []hop) []hop { return hops[party&^1:] },
		"left out by both ends": func(_ int, hops []hop) []hop {
			return slices.DeleteFunc(hops, func(h hop) bool { return h.From == "air" && h.To == "cars" })
		},
		"by one end alone": func(party int, hops []hop) []hop {
			return slices.DeleteFunc(hops, func(h hop) bool { return party == 1 && h.From == "air" })
		},
		"twice":           func(_ int, hops []hop) []hop { return append(hops, hops[0]) },
		"another order":   func(_ int, hops []hop) []hop { slices.Reverse(hops); return hops },
		"to nobody":       func(_ int, hops []hop) []hop { return append(hops, hop{From: hops[0].From, To: "nobody"}) },
		"one for another": func(_ int, hops []hop) []hop { hops[1] = hops[0]; return hops },
	} {
		all := settling(t, func(int) [32]byte { return [32]byte{7} })
		said := notesOf(t, all, other)
		for party, g := range all {
			if _, err := g.sumUp(said); !errors.Is(err, errControl) {
				t.Errorf("%s: party %d: %v", name, party, err)
			}
		}
	}
}

// TestNeighbourhood: in a ring of five a member has two neighbours and the combiner.
func TestNeighbourhood(t *testing.T) {
	g := &gathering{attempt: &attempt{plan: &plan{protocol: multi.Ring}}, seats: make([]seat, 6)}
	c := match.Config{Circle: &match.Circle{Party: 3, Caps: make([]uint64, 5)}}
	want := [][]int{{1, 4, 5}, {0, 2, 5}, {1, 3, 5}, {2, 4, 5}, {0, 3, 5}, {0, 1, 2, 3, 4}}
	if got := g.neighbourhood(c); !reflect.DeepEqual(got, want) || c.Circle.Party != 3 {
		t.Errorf("%v of party %d", got, c.Circle.Party)
	}
}
