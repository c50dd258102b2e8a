package node

import (
	"errors"
	"slices"
	"testing"

	"mandorla/agreement"
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
func notes(t *testing.T, all []*gathering) (out []string) {
	t.Helper()
	for _, g := range all {
		f := &finding{}
		if g.table != nil {
			f = &finding{learnt: []byte("{}"), result: &Result{State: "noised"}}
		}
		m, err := g.id.seal(circleSettlement{"SETTLE", g.session.sid, g.member(f.seal()), g.part(f), g.hops()})
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
